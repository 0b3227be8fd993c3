//! `GET /v1/coupons`.

tradewind_lambda::main!(tradewind_functions_orders::function::coupons::list);
