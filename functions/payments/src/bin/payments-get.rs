//! `GET /v1/payments/{payment_id}`.

tradewind_lambda::main!(tradewind_functions_payments::function::payments::get);
