//! `GET /v1/reconciliation-findings`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_money::findings::function())
}
