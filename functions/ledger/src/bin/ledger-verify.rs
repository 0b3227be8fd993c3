//! Verifies a marketplace's ledger, a part at a time.

tradewind_lambda::main!(tradewind_functions_ledger::function::consumers::verify);
