//! `POST /v1/checkouts`.

tradewind_lambda::main!(tradewind_functions_orders::function::checkouts::create);
