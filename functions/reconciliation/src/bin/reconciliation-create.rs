//! `POST /v1/reconciliations`.

tradewind_lambda::main!(tradewind_functions_reconciliation::function::reconciliations::create);
