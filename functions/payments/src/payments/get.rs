//! `GET /v1/payments/{payment_id}`: a payment, for its payer and for the marketplace's administrators.

use crate::payments::view::PaymentView;
use tradewind_lambda::{App, Endpoint, Grant, OfPayment, Problem, Reply, Request, User};
use tradewind_payments::keys as payments_keys;

pub const ENDPOINT: Endpoint = Endpoint::get("payments-get", "/v1/payments/{payment_id}", "Reads a payment.")
    .grants(&[Grant::MainRead, Grant::EphemeralRead]);

pub async fn handle(app: App, request: Request<User, (), OfPayment>) -> Result<Reply<PaymentView>, Problem> {
    let id = &request.params.payment_id;
    let payment = app.table.get(payments_keys::payment(request.tenant(), id)).await?;
    let payment = payment.filter(|payment| payment.buyer == request.caller.id || request.caller.admin);
    let payment = payment.ok_or_else(|| Problem::not_found("payment"))?;
    let version = payment.version;
    Ok(Reply::new(PaymentView::from(payment)).etag(version))
}
