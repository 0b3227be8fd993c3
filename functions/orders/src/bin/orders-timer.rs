//! Moves orders on whose time has come.

tradewind_lambda::main!(tradewind_functions_orders::function::jobs::timer);
