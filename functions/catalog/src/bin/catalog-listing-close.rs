//! `POST /v1/listings/{listing_id}/close`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_catalog::listing_close::function())
}
