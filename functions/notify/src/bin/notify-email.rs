//! Writes e-mails to everybody whom an event concerns.

tradewind_lambda::main!(tradewind_functions_notify::function::consumers::email);
