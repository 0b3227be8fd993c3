//! `GET /v1/orders/{order_id}/refunds`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_orders::refund_list::function())
}
