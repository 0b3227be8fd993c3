//! Whose books somebody may read: their own shop's, or as an administrator any shop's.

use tradewind_domain::SellerId;
use tradewind_lambda::{App, Problem, Request, User};
use tradewind_storage::keys;

/// The shop of the request's path, if the caller may read its books. Others do not learn that it exists.
pub async fn readable<B>(app: &App, request: &Request<User, B>) -> Result<SellerId, Problem> {
    let id = request.head.path::<SellerId>("seller_id")?;
    let may = may_read(&request.caller, &id);
    let exists = may && (!request.caller.admin || app.table.peek(keys::seller(request.tenant(), &id)).await?.is_some());
    if exists { Ok(id) } else { Err(Problem::not_found("shop of yours")) }
}

/// Whether somebody may read the books of a shop that exists.
pub fn may_read(user: &User, shop: &SellerId) -> bool {
    user.admin || user.seller.as_ref() == Some(shop)
}
