//! `GET /v1/reconciliations/{reconciliation_id}`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_money::reconciliation_read::function())
}
