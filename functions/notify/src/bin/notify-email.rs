//! The queue `notify-email`.

tradewind_lambda::main!(tradewind_functions_notify::function::consumers::email);
