//! Frees the stock of orders that were not paid in time.

tradewind_lambda::main!(tradewind_functions_orders::function::jobs::reservation_expire);
