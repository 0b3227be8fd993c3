//! `DELETE /v1/sessions/current`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_identity::logout::function())
}
