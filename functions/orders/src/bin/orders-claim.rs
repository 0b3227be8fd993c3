//! `POST /v1/orders/{order_id}/claim`.

tradewind_lambda::main!(tradewind_functions_orders::function::orders::claim);
