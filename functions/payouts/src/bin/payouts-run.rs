//! Pays sellers page by page: consumer of the queue `payout-run`.

tradewind_lambda::main!(tradewind_functions_payouts::function::consumers::run);
