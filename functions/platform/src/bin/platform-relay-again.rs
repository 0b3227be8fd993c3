//! Passes events on that the outbox relay did not know.

tradewind_lambda::main!(tradewind_functions_platform::function::consumers::relay_again);
