//! The main table's stream.

tradewind_lambda::main!(tradewind_functions_platform::function::streams::outbox_relay);
