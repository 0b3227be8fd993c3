//! Verifies a ledger part by part: consumer of the queue `ledger-verify`.

tradewind_lambda::main!(tradewind_functions_ledger::function::consumers::verify);
