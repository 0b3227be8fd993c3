//! `GET /v1/payouts/{payout_id}/statement`.

tradewind_lambda::main!(tradewind_functions_payouts::function::statement::get);
