//! `POST /v1/webhooks/sandbox/{marketplace_id}`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_money::webhook::function())
}
