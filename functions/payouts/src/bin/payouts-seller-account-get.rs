//! `GET /v1/sellers/{seller_id}/payout-account`.

tradewind_lambda::main!(tradewind_functions_payouts::function::seller_account::get);
