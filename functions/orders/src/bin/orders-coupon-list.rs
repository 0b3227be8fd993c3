//! `GET /v1/coupons`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    tradewind_lambda::serve(tradewind_functions_orders::coupon_list::function())
}
