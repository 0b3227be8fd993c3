//! Has the day before reconciled, every night.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_money::reconcile_nightly::function())
}
