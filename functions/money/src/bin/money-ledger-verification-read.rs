//! `GET /v1/ledger-verifications/{verification_id}`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_money::ledger_verification_read::function())
}
