//! `GET /v1/sellers/{seller_id}/orders`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_orders::of_seller::function())
}
