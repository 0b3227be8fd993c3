//! `POST /v1/reconciliations`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_money::reconciliation_create::function())
}
