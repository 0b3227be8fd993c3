//! `POST /v1/webhooks/stripe`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_money::webhook_stripe::function())
}
