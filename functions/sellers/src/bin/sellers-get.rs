//! `GET /v1/sellers/{seller_id}`.

tradewind_lambda::main!(tradewind_functions_sellers::function::sellers::get);
