//! `GET /v1/disputes/{dispute_id}`.

tradewind_lambda::main!(tradewind_functions_disputes::function::disputes::get);
