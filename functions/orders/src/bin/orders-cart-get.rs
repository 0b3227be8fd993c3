//! `GET /v1/cart`.

tradewind_lambda::main!(tradewind_functions_orders::function::cart::get);
