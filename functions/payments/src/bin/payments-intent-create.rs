//! `POST /v1/payments/{payment_id}/intent`.

tradewind_lambda::main!(tradewind_functions_payments::function::intent::create);
