//! `GET /v1/disputes`.

tradewind_lambda::main!(tradewind_functions_disputes::function::disputes::list);
