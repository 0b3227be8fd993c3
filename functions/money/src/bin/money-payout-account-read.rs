//! `GET /v1/sellers/{seller_id}/payout-account`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_money::payout_account_read::function())
}
