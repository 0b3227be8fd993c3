//! `GET /v1/sellers/{seller_id}/orders`.

tradewind_lambda::main!(tradewind_functions_orders::function::seller_orders::list);
