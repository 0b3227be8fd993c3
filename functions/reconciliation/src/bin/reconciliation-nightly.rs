//! Has the day before compared with the payment provider in every marketplace.

tradewind_lambda::main!(tradewind_functions_reconciliation::function::jobs::nightly);
