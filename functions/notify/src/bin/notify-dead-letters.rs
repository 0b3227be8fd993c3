//! Tells the operator and administrators of messages that were given up.

tradewind_lambda::main!(tradewind_functions_notify::function::jobs::dead_letters);
