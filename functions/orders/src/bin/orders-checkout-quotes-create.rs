//! `POST /v1/checkout-quotes`.

tradewind_lambda::main!(tradewind_functions_orders::function::checkout_quotes::create);
