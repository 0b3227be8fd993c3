//! `GET /v1/cart`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_orders::cart_read::function())
}
