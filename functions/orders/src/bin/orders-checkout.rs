//! `POST /v1/checkouts`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_orders::checkout::function())
}
