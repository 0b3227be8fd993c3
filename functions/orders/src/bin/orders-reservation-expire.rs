//! Frees the stock of orders that were not paid in time, every minute.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_orders::reservation_expire::function())
}
