//! `GET /v1/sellers/{seller_id}/statement`.

tradewind_lambda::main!(tradewind_functions_payouts::function::seller_statement::get);
