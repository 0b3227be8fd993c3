//! Makes uploaded pictures ready in three sizes, or refuses them.

tradewind_lambda::main!(tradewind_functions_media::function::consumers::process);
