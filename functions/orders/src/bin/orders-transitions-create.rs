//! `POST /v1/orders/{order_id}/transitions`.

tradewind_lambda::main!(tradewind_functions_orders::function::transitions::create);
