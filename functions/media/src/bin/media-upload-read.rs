//! `GET /v1/uploads/{upload_id}`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_media::upload_read::function())
}
