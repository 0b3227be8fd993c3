//! `GET /v1/payments/{payment_id}`: a payment, for who pays it and for the marketplace's administrators.

use crate::view::PaymentView;
use tradewind_lambda::{App, Endpoint, Function, Grant, OfPayment, Problem, Reply, Request, User};
use tradewind_storage::keys;

/// What the endpoint declares.
pub const ENDPOINT: Endpoint =
    Endpoint::get("money-payment-read", "/v1/payments/{payment_id}", "Reads a payment.").grants(&[Grant::MainRead]);

/// The function.
pub fn function() -> Function {
    Function::endpoint(ENDPOINT, handle)
}

async fn handle(app: App, request: Request<User, (), OfPayment>) -> Result<Reply<PaymentView>, Problem> {
    let id = &request.params.payment_id;
    let payment = app.table.get(keys::payment(request.tenant(), id)).await?;
    let payment = payment.filter(|payment| payment.buyer == request.caller.id || request.caller.admin);
    let payment = payment.ok_or_else(|| Problem::not_found("payment"))?;
    let version = payment.version;
    Ok(Reply::new(PaymentView::from(payment)).etag(version))
}
