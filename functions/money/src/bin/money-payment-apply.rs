//! Applies what providers report: consumer of the queue `payment-apply`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_money::payment_apply::function())
}
