//! Imports catalogues: consumer of the queue `catalog-import`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_catalog::import::function())
}
