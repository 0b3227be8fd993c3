//! `PUT /v1/listings/{listing_id}/variants/{variant_id}/stock`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_catalog::stock_set::function())
}
