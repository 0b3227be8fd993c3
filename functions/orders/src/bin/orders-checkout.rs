//! `POST /v1/checkouts`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_orders::checkout::function())
}
