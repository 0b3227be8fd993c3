//! `PATCH /v1/orders/{order_id}`.

tradewind_lambda::main!(tradewind_functions_orders::function::orders::update);
