//! `POST /v1/reconciliation-findings/{finding_id}/resolve`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_money::finding_resolve::function())
}
