//! `GET /v1/orders/{order_id}/money`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_money::order_money::function())
}
