//! Migrates what is stored part by part: consumer of the queue `migrate`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_platform::migrate::function())
}
