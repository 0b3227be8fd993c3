//! `GET /v1/trial-balance`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_money::trial_balance::function())
}
