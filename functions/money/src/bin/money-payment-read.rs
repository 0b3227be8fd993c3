//! `GET /v1/payments/{payment_id}`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_money::payment_read::function())
}
