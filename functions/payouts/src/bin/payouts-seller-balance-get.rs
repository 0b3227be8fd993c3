//! `GET /v1/sellers/{seller_id}/balance`.

tradewind_lambda::main!(tradewind_functions_payouts::function::seller_balance::get);
