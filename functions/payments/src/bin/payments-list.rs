//! `GET /v1/payments`.

tradewind_lambda::main!(tradewind_functions_payments::function::payments::list);
