//! `POST /v1/disputes/{dispute_id}/evidence`.

tradewind_lambda::main!(tradewind_functions_disputes::function::evidence::create);
