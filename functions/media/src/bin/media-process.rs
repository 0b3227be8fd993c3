//! Makes pictures ready: consumer of the queue `media-process`.

tradewind_lambda::main!(tradewind_functions_media::function::consumers::process);
