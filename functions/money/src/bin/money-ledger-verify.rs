//! Verifies a ledger part by part: consumer of the queue `ledger-verify`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_money::ledger_verify::function())
}
