//! Pays sellers page by page: consumer of the queue `payout-run`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_money::payout_run::function())
}
