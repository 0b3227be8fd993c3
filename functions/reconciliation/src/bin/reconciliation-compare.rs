//! Compares what the payment provider did with the ledger.

tradewind_lambda::main!(tradewind_functions_reconciliation::function::consumers::compare);
