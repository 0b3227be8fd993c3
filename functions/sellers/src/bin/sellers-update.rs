//! `PATCH /v1/sellers/{seller_id}`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_sellers::update::function())
}
