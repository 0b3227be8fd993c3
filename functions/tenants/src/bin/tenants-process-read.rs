//! `GET /v1/order-processes/{version}`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_tenants::process_read::function())
}
