//! Compares what the provider did with the ledger: consumer of the queue `reconcile`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_money::reconcile::function())
}
