//! Starts the payouts of marketplaces whose time has come.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_money::payout_schedule::function())
}
