//! `POST /v1/payments/{payment_id}/confirm`.

tradewind_lambda::main!(tradewind_functions_payments::function::payments::confirm);
