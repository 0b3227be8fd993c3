//! Payment providers: consumer of the queue `provider`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_money::provider::function())
}
