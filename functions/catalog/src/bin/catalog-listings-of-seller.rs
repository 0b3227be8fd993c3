//! `GET /v1/sellers/{seller_id}/listings`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_catalog::listings_of_seller::function())
}
