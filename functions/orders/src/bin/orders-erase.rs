//! Erases what is personal from the orders of a deleted account.

tradewind_lambda::main!(tradewind_functions_orders::function::consumers::erase);
