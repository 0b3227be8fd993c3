//! Makes pictures ready: consumer of the queue `media-process`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_media::process::function())
}
