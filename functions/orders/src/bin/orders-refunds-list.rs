//! `GET /v1/orders/{order_id}/refunds`.

tradewind_lambda::main!(tradewind_functions_orders::function::refunds::list);
