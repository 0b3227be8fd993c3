//! `GET /v1/trial-balance`.

tradewind_lambda::main!(tradewind_functions_ledger::function::trial_balance::get);
