//! `GET /v1/sellers/{seller_id}/listings/{listing_id}`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_catalog::listing_of_seller::function())
}
