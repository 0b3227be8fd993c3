//! Compares what the provider did with the ledger: consumer of the queue `reconcile`.

tradewind_lambda::main!(tradewind_functions_reconciliation::function::consumers::compare);
