//! `GET /v1/fee-revenue`.

tradewind_lambda::main!(tradewind_functions_ledger::function::fee_revenue::get);
