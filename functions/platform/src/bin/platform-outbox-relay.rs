//! Puts each event of the outbox on the queues of its consumers.

tradewind_lambda::main!(tradewind_functions_platform::function::streams::outbox_relay);
