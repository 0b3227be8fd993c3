//! `GET /v1/sellers/{seller_id}/payouts`.

tradewind_lambda::main!(tradewind_functions_payouts::function::seller_payouts::list);
