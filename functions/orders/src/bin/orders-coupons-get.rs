//! `GET /v1/coupons/{code}`.

tradewind_lambda::main!(tradewind_functions_orders::function::coupons::get);
