//! `GET /v1/imports`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_catalog::import_list::function())
}
