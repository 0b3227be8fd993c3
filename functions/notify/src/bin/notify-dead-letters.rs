//! The schedule of `notify-dead-letters`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_notify::dead_letters::function())
}
