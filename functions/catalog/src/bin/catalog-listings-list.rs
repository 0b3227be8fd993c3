//! `GET /v1/listings`.

tradewind_lambda::main!(tradewind_functions_catalog::function::listings::list);
