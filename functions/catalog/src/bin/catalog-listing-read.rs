//! `GET /v1/listings/{listing_id}`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_catalog::listing_read::function())
}
