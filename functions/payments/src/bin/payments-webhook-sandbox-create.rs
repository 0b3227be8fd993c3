//! `POST /v1/webhooks/sandbox/{marketplace_id}`.

tradewind_lambda::main!(tradewind_functions_payments::function::webhook_sandbox::create);
