//! `POST /v1/ledger-verifications`.

tradewind_lambda::main!(tradewind_functions_ledger::function::verifications::create);
