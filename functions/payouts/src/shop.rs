//! Decides whose books a caller may read: those of their own shop, or as an administrator those of any shop.

use tradewind_kernel::SellerId;
use tradewind_lambda::{App, Problem, Request, User};
use tradewind_sellers::keys as sellers_keys;

/// Returns the shop's id if the caller may read its books. For everybody else the shop is "not found".
pub async fn readable<B, P>(app: &App, request: &Request<User, B, P>, id: &SellerId) -> Result<SellerId, Problem> {
    let may = may_read(&request.caller, id);
    let exists =
        may && (!request.caller.admin || app.table.peek(sellers_keys::seller(request.tenant(), id)).await?.is_some());
    if exists { Ok(id.clone()) } else { Err(Problem::not_found("shop of yours")) }
}

/// Whether a user may read the books of a shop that exists.
pub fn may_read(user: &User, shop: &SellerId) -> bool {
    user.admin || user.seller.as_ref() == Some(shop)
}
