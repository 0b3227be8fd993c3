//! Has the day before reconciled, every night.

tradewind_lambda::main!(tradewind_functions_reconciliation::function::jobs::nightly);
