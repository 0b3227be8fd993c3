//! `POST /v1/guests`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_identity::guest_create::function())
}
