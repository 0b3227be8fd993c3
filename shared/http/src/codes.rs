//! Every code of a problem: its status, what it means and what to do about it. The refusals in the OpenAPI document and the pages
//! that problem types link to are generated from these.

/// The meaning of a problem's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// The HTTP status of problems with this code.
    pub status: u16,
    /// The code's name, which never changes.
    pub name: &'static str,
    /// What the code means, for people.
    pub meaning: &'static str,
    /// What a client can do about it.
    pub remedy: &'static str,
}

const fn code(status: u16, name: &'static str, meaning: &'static str, remedy: &'static str) -> Code {
    Code { status, name, meaning, remedy }
}

impl Code {
    /// The code with this name, if there is one.
    pub fn find(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|code| code.name == name)
    }

    /// The path of the code's page, which is the `type` of its problems.
    pub fn address(name: &str) -> String {
        format!("/v1/problems/{name}")
    }

    /// All codes, ordered by status and name.
    #[rustfmt::skip]
    pub const ALL: &[Self] = &[
        code(400, "body_not_json", "The body is not valid JSON.", "Send one JSON document in UTF-8; `detail` says where reading stopped."),
        code(400, "idempotency_key_invalid", "The `Idempotency-Key` header is not one that can be kept.", "Send 1 to 128 ASCII letters, digits and signs without `#`, such as a UUID."),
        code(400, "idempotency_key_missing", "This request moves money or goods and must not happen twice by accident.", "Send an `Idempotency-Key` header with a value of your own for this attempt, and the same one when you repeat it."),
        code(400, "if_match_invalid", "The `If-Match` header is neither `*` nor a list of entity tags.", "Send the `ETag` of what you read, with its quotes."),
        code(400, "marketplace_missing", "The request does not say which marketplace it is for.", "Send its slug or id in the `X-Marketplace` header, or use the marketplace's own host name."),
        code(400, "signature_invalid", "The report was not signed with the secret of its webhook, or too long ago.", "Sign the bytes that you send with the present secret, and send them at once."),
        code(401, "credentials_wrong", "No account has this address and this password.", "Check both, or register. Which of them was wrong is not told."),
        code(401, "other_marketplace", "The access token was made for another marketplace.", "Log in to this marketplace, and use the token that it answers."),
        code(401, "session_ended", "The session was ended, is too old, or its refresh token was used already.", "Log in again."),
        code(401, "token_expired", "The access token is older than it may be, or its session has ended.", "Get a new one with `POST /v1/sessions/refresh`, then repeat the request; if that is refused, log in again."),
        code(401, "token_invalid", "The `Authorization` header holds no access token of this deployment.", "Send `Authorization: Bearer` and the token as it was answered, or log in again."),
        code(401, "token_missing", "The request needs an access token and has none.", "Log in with `POST /v1/sessions` and send the token as `Authorization: Bearer <token>`."),
        code(403, "account_required", "This takes an account that one can log in to again.", "Register with `POST /v1/users`, or log in as a person: guests and the operator cannot do this."),
        code(403, "admin_required", "This is for those who run the marketplace.", "Ask an administrator of the marketplace."),
        code(403, "code_wrong", "The code is wrong, was used, or is older than 15 minutes.", "Check it against the newest e-mail, or ask for another one."),
        code(403, "marketplace_closed", "The marketplace was closed for good: it can be read, and nothing can be changed.", "Ask whoever runs the platform; `detail` says why."),
        code(403, "marketplace_suspended", "The marketplace is suspended: it can be read, and nothing can be changed.", "Try again later, or ask whoever runs the platform; `detail` says why."),
        code(403, "not_yours_to_change", "Somebody else writes this part of the order.", "Leave out the field that `detail` names."),
        code(403, "operator_required", "This is for whoever runs the platform.", "Send the operator's key as `Authorization: Bearer <key>`."),
        code(403, "password_wrong", "The current password is not this one, so nothing was changed.", "Send the password that you log in with as `current_password`."),
        code(403, "refund_not_yours", "A buyer cannot send money back to themselves.", "Ask the seller or the marketplace for the refund."),
        code(403, "seller_required", "This is for people with a shop.", "Open one with `POST /v1/sellers`."),
        code(403, "transition_not_yours", "The order's process gives this step to somebody else.", "Take one of the steps that the order lists as `possible`."),
        code(404, "not_found", "There is none, or none that you may know of.", "Check the address and the id, the marketplace, and who you are logged in as."),
        code(405, "method_not_allowed", "The address exists, but not with this method.", "Use one of the methods in the `Allow` header."),
        code(409, "already_a_seller", "You have a shop already.", "Use that shop; a person has one."),
        code(409, "already_refunded", "All that was paid for this order has gone back already.", "Nothing is left to do; see the refunds of the order."),
        code(409, "amount_not_chargeable", "The marketplace's payment provider cannot move this amount.", "Choose one of the amounts in `nearest`, such as by changing the cart."),
        code(409, "amount_not_possible", "An amount that comes out of this is larger than money can be here.", "Use smaller amounts or fewer units."),
        code(409, "bank_gave_it", "The refund failed, and the buyer's bank has given them the money, or a part of it, in a dispute.", "Note it as settled otherwise; pay what `left` says in another way first."),
        code(409, "cart_empty", "There is nothing in the cart.", "Put something in it with `PUT /v1/cart`."),
        code(409, "contention", "Others are changing the same thing at the same moment.", "Send the request again after `Retry-After` seconds, with the same `Idempotency-Key`."),
        code(409, "coupon_below_minimum", "The coupon needs goods for more than there are in the cart.", "Add goods until `minimum` is reached, or buy without the coupon."),
        code(409, "coupon_code_taken", "The marketplace has a coupon with this code already.", "Choose another code."),
        code(409, "coupon_ended", "The time of the coupon is over.", "Buy without it, or with another one."),
        code(409, "coupon_inactive", "The coupon was switched off.", "Buy without it, or with another one."),
        code(409, "coupon_not_for_these", "The coupon is not for anything in the cart.", "Buy without it, or put in something that it is for."),
        code(409, "coupon_not_started", "The time of the coupon has not come.", "Wait, or buy without it."),
        code(409, "coupon_other_currency", "The coupon is for goods in another currency.", "Buy without it, or goods in `currency`."),
        code(409, "coupon_takes_account", "The coupon counts how often each buyer uses it, which takes an account.", "Register or log in, or buy without it."),
        code(409, "coupon_unknown", "The marketplace has no such coupon.", "Check how it is written."),
        code(409, "coupon_used_up", "The coupon was used as often as it can be.", "Buy without it, or with another one."),
        code(409, "coupon_used_up_by_you", "You have used the coupon as often as you can.", "Buy without it, or with another one."),
        code(409, "currency_withdrawn", "The marketplace does not sell in the currency of these prices any more.", "Change the prices to a currency that it sells in."),
        code(409, "dispute_closed", "The bank has decided; it takes no evidence any more.", "Nothing can be done through this API."),
        code(409, "email_taken", "Another account has verified this address.", "Log in to that account, or use another address."),
        code(409, "file_missing", "The file of the upload has not arrived.", "Send it with the form that the upload was answered with, then try again."),
        code(409, "finding_resolved", "It has been noted already how this finding was worked off.", "Read the finding."),
        code(409, "image_not_ready", "A picture is still being worked on.", "Try again in a moment, when its upload is `ready`."),
        code(409, "listing_closed", "The listing was closed for good.", "Make a new listing."),
        code(409, "marketplace_gone", "The marketplace was closed for good.", "Open another one; its slug is never freed."),
        code(409, "mixed_currencies", "One checkout is in one currency, and the cart has several.", "Take out the goods of all `currencies` but one, and buy them with another checkout."),
        code(409, "not_for_sale", "Something in the cart is not for sale any more.", "Take `listing` out of the cart, then try again."),
        code(409, "not_paid", "Nothing was paid for this order, so nothing can go back.", "Cancel the order instead, if it is still open."),
        code(409, "not_shipped", "The order has not been sent, so there is no tracking number to correct.", "Say the tracking number with the step that sends it."),
        code(409, "nothing_payable", "Of what the shop is owed, nothing can be paid out now.", "Read the shop's balance: it was paid since, is held for a while, or is less than the least that is paid out."),
        code(409, "nothing_to_refund", "Nothing is left that could go back, or nothing was asked for.", "Read what is left of each line in the refunds of the order."),
        code(409, "order_disputed", "The buyer reported a problem with this order.", "Settle the report; that decides where the money goes."),
        code(409, "orders_open", "The account has orders that are not completed.", "Complete or cancel the order that `detail` names, then try again."),
        code(409, "other_provider", "The marketplace takes its payments through another provider.", "Use what `payment_provider` of the marketplace says."),
        code(409, "owed_less", "The shop is owed less than that by now, such as because a later payout included it.", "Read what it is owed, and the payouts since."),
        code(409, "own_listing", "Something in the cart is from your own shop.", "Take `listing` out of the cart, then try again."),
        code(409, "own_order", "The order was bought from your own shop.", "Claim it with another account."),
        code(409, "owner_stays", "Whoever owns the marketplace cannot leave it.", "Nothing can be done through this API."),
        code(409, "payment_already_captured", "The payment is paid.", "Nothing is left to do."),
        code(409, "payment_cancelled", "What the payment is for was cancelled.", "Check out again to buy it after all."),
        code(409, "payment_disputed", "The buyer's bank disputes the payment, and its money stays where it is.", "Wait until the bank decides, or give evidence to the dispute."),
        code(409, "payment_expired", "The time to pay is over.", "Check out again."),
        code(409, "payout_not_failed", "Only a payout that came back can be sent again or noted as paid in another way.", "Read the payout; there is nothing to settle."),
        code(409, "price_changed", "The cart costs something else than `expected_total`.", "Show the buyer the `total`, and check out again with it."),
        code(409, "provider_refused", "The payment provider says no.", "`reason` is its own word for why."),
        code(409, "refund_not_failed", "The refund did not fail, or was tried again or settled already.", "Read the refunds of the order."),
        code(409, "refund_too_large", "More would go back than is left.", "Ask for at most `left` or `units_left`."),
        code(409, "sandbox_disabled", "This deployment takes no test cards.", "Choose another payment provider for the marketplace."),
        code(409, "seller_balance_too_low", "The shop is owed less than the refund would take.", "Ask the marketplace to refund it; later sales make up for it."),
        code(409, "shop_open", "The account owns a shop, with orders and money of others.", "Ask the marketplace to take the shop over first."),
        code(409, "slug_taken", "Another marketplace has this slug. Slugs are never freed.", "Choose another slug."),
        code(409, "sold_out", "There are not enough units left.", "Buy fewer of `variant`, or take it out of the cart."),
        code(409, "stock_changed", "There are no longer as many units as were seen.", "Read the stock, then repeat with what there is now."),
        code(409, "stock_differs", "The stock was changed while this was done.", "Send the request again."),
        code(409, "stock_scattered", "The last units lie too scattered to be bought at once.", "Buy the cart with several checkouts of fewer lines each."),
        code(409, "stock_too_low", "More units are to go than there are.", "Take off at most as many as `units_left` says."),
        code(409, "stripe_disabled", "This deployment has no keys of Stripe.", "Ask whoever runs the platform, or choose another payment provider for the marketplace."),
        code(409, "too_many_sellers", "The cart has goods of more sellers than one checkout takes.", "Buy it with several checkouts."),
        code(409, "too_many_steps", "The order was moved back and forth too often.", "Ask the marketplace to settle it."),
        code(409, "too_much_evidence", "The dispute has as much evidence as it takes.", "Nothing more can be added."),
        code(409, "transition_impossible", "The step does not lead on from the state that the order is in.", "Take one of the steps in `possible`."),
        code(409, "upload_used", "The file of this upload was imported before.", "Upload the file again to import it again."),
        code(412, "changed", "What you edit has changed since you read it, so nothing was done.", "Read it again, then repeat your change with its new `ETag`."),
        code(413, "body_too_large", "The body has more bytes than any request of this kind.", "Send at most 1 MiB; pictures and catalogues go through `POST /v1/uploads`."),
        code(415, "media_type_unsupported", "The body says that it is something else than JSON in UTF-8.", "Send the header `Content-Type: application/json`, or none, and no `Content-Encoding`."),
        code(422, "csv_too_large", "The file would be larger than one answer can be.", "Ask for a shorter period."),
        code(422, "idempotency_key_reused", "The `Idempotency-Key` belongs to another request of the last 24 hours.", "Use a new key for a new request; repeat the very same body under the old one."),
        code(422, "invalid", "Fields of the body or parameters are not as they must be, and nothing was done.", "Each entry of `errors` names one with what to send instead."),
        code(422, "upload_not_found", "There is no such upload of yours for this purpose.", "Make one with `POST /v1/uploads`."),
        code(429, "too_many_attempts", "Too many attempts in a short time, so the next must wait.", "Wait for `Retry-After` seconds, then try again; each further attempt that fails doubles the wait."),
        code(500, "internal", "Something went wrong on our side.", "Try again; if it stays, tell us the `request_id`."),
        code(503, "unavailable", "This could not be done just now, and may or may not have happened.", "Send the request again after `Retry-After` seconds, with the same `Idempotency-Key`."),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_one_line_and_they_are_in_order() {
        let keys: Vec<_> = Code::ALL.iter().map(|code| (code.status, code.name)).collect();
        assert!(keys.is_sorted_by(|one, next| one < next));
        for Code { status, name, meaning, remedy } in Code::ALL {
            assert!(
                (400..600).contains(status) && Code::find(name).is_some_and(|found| found.status == *status),
                "{name}"
            );
            assert!(meaning.ends_with('.') && remedy.ends_with('.'), "{name}");
        }
    }
}
