//! `POST /v1/payouts/{payout_id}/resolution`.

tradewind_lambda::main!(tradewind_functions_payouts::function::resolution::create);
