//! The schedule of `notify-dead-letters`.

tradewind_lambda::main!(tradewind_functions_notify::function::jobs::dead_letters);
