//! `PATCH /v1/marketplace`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_tenants::marketplace_update::function())
}
