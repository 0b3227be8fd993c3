//! `GET /v1/fee-revenue`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_money::fee_revenue::function())
}
