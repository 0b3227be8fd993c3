//! `GET /v1/ledger-verifications/{verification_id}`.

tradewind_lambda::main!(tradewind_functions_ledger::function::verifications::get);
