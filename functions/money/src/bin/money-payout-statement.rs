//! `GET /v1/payouts/{payout_id}/statement`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_money::payout_statement::function())
}
