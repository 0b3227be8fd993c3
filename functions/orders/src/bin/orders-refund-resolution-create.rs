//! `POST /v1/orders/{order_id}/refunds/{refund_id}/resolution`.

tradewind_lambda::main!(tradewind_functions_orders::function::refund_resolution::create);
