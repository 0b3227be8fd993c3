//! API Gateway's authoriser.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_platform::authorise::function())
}
