//! `GET /v1/sellers/{seller_id}/statement`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_money::statement::function())
}
