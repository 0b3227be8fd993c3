//! `GET /v1/sellers/{seller_id}/balance`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_money::balance_read::function())
}
