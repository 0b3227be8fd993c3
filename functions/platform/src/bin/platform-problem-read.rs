//! `GET /v1/problems/{problem}`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_platform::problem_read::function())
}
