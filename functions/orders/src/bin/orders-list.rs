//! `GET /v1/orders`.

tradewind_lambda::main!(tradewind_functions_orders::function::orders::list);
