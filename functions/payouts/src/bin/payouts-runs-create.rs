//! `POST /v1/payout-runs`.

tradewind_lambda::main!(tradewind_functions_payouts::function::runs::create);
