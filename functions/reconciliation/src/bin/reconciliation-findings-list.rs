//! `GET /v1/reconciliation-findings`.

tradewind_lambda::main!(tradewind_functions_reconciliation::function::findings::list);
