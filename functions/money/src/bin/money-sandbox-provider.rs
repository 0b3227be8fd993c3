//! The sandbox provider: consumer of the queue `sandbox-provider`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_money::sandbox_provider::function())
}
