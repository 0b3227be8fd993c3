//! `POST /v1/payouts/{payout_id}/resolution`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_money::payout_resolve::function())
}
