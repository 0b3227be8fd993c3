//! `POST /v1/reconciliation-findings/{finding_id}/resolve`.

tradewind_lambda::main!(tradewind_functions_reconciliation::function::findings::resolve);
