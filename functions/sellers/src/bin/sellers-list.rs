//! `GET /v1/sellers`.

tradewind_lambda::main!(tradewind_functions_sellers::function::sellers::list);
