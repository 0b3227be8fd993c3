//! `POST /v1/sessions/refresh`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_identity::refresh::function())
}
