//! The default route.

tradewind_lambda::main!(tradewind_functions_platform::function::gateway::not_found);
