//! `GET /v1/migrations/{migration_id}`.

tradewind_lambda::main!(tradewind_functions_platform::function::migrations::get);
