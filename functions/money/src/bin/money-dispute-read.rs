//! `GET /v1/disputes/{dispute_id}`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_money::dispute_read::function())
}
