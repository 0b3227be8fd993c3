//! `POST /v1/webhooks/stripe`.

tradewind_lambda::main!(tradewind_functions_payments::function::webhook_stripe::create);
