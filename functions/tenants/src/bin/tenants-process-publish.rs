//! `POST /v1/order-processes`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_tenants::process_publish::function())
}
