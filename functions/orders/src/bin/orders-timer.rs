//! Completes orders whose time has come, every minute.

tradewind_lambda::main!(tradewind_functions_orders::function::jobs::timer);
