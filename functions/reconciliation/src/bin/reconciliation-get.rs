//! `GET /v1/reconciliations/{reconciliation_id}`.

tradewind_lambda::main!(tradewind_functions_reconciliation::function::reconciliations::get);
