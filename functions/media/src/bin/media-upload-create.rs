//! `POST /v1/uploads`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_media::upload_create::function())
}
