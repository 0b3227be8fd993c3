//! `GET /v1/imports/{import_id}/errors`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_catalog::import_errors::function())
}
