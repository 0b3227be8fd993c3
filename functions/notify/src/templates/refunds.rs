//! E-mails about money that is sent back to buyers.

use super::{Addressed, Parties, Role, about_order, name_of, named, to, to_order, words};
use crate::{
    brand::Brand,
    isolate::isolated,
    template::{Row, Template},
};
use tradewind_identity::User;
use tradewind_orders::{
    Order, OrderLine,
    refund::{Refund, RefundState, RefundedPiece},
};
use tradewind_pricing::LinePrice;

/// Tells a buyer about a refund. `last` is whether the order is now refunded in full.
pub(crate) fn refunded(
    brand: &Brand,
    Parties { order, buyer, .. }: &Parties,
    refund: &Refund,
    last: bool,
) -> Addressed {
    let what = if last { "Your order" } else { "A part of your order" };
    let money = match (refund.amount.amount, order.total().amount) {
        (0, 0) => format!("{what} was taken back. You had paid nothing for it, so no money moves."),
        (0, _) => format!("{what} was taken back. No money of yours moves for it."),
        _ => format!("{} of your order go back to you; your bank may take a few days.", refund.amount),
    };
    to(Role::Buyer, buyer, &format!("A refund from {}", brand.name), |template| {
        about_order(because(template.text(&money).amounts(pieces(order, refund)), refund), brand, order)
    })
}

/// Tells a seller about a refund, or about goods that came back.
pub(crate) fn refunded_for_seller(
    brand: &Brand,
    Parties { order, owner, .. }: &Parties,
    refund: &Refund,
    last: bool,
) -> Addressed {
    if refund.goods_only {
        return to(Role::Seller, owner, &format!("Goods of an order at {} came back", brand.name), |template| {
            let template = template
                .text("Goods of this order came back and can be sold again. Their money had gone back before.")
                .facts(came_back(order, refund));
            about_order(because(template, refund), brand, order)
        });
    }
    let money = match refund.amount.amount {
        0 => {
            let what = if last { "This order" } else { "A part of this order" };
            let keeps = format!(" {} keeps its fee: it is taken from what you earn.", brand.name);
            let of_the_marketplaces = match by_marketplace(order, refund) {
                true => "what the marketplace paid goes back to it.",
                false => "no money of theirs moves.",
            };
            let keeps = if refund.fee_kept { keeps.as_str() } else { "" };
            format!("{what} was taken back. The buyer had paid nothing for it; {of_the_marketplaces}{keeps}")
        }
        _ if refund.fee_kept => format!(
            "{} of this order go back to the buyer. {} keeps its fee: all of it is taken from what you earn.",
            refund.amount, brand.name
        ),
        _ => format!(
            "{} of this order go back to the buyer. Your part of it is taken from what you earn.",
            refund.amount
        ),
    };
    let keep = last && order.shipment.is_none();
    to(Role::Seller, owner, &format!("A refund of an order at {}", brand.name), |template| {
        let template = because(template.text(&money).amounts(pieces(order, refund)), refund);
        let template = if keep { template.text("All of it has gone back: please do not send it.") } else { template };
        about_order(template, brand, order)
    })
}

/// Tells a buyer that a refund could not be sent.
pub(crate) fn refund_failed(brand: &Brand, Parties { order, buyer, .. }: &Parties, refund: &Refund) -> Addressed {
    let marketplace = &brand.name;
    to(Role::Buyer, buyer, &format!("Your refund from {marketplace} could not be sent"), |template| {
        let next = match order.is_disputed() {
            true => {
                "Your bank decides about this payment. If it does not give you the money, it is still yours.".to_owned()
            }
            false => format!("The money is still yours: {marketplace} tries again, or pays you in another way."),
        };
        let template = template
            .text(&format!("{} that should go back to you could not be sent{}.", refund.amount, why(refund)))
            .text(&next);
        about_order(template, brand, order)
    })
}

/// Tells an administrator that a refund could not be sent, and what to do about it.
pub(crate) fn refund_failed_for_admin(brand: &Brand, order: &Order, admin: &User, refund: &Refund) -> Addressed {
    to(Role::Admin, admin, &format!("A refund at {} could not be sent", brand.name), |template| {
        let (owed, next) = match order.is_disputed() {
            true => (
                "The buyer's bank disputes the payment, and may give it to them.",
                "Wait for its decision: before that it is not sent again. You are told then what is still to be done.",
            ),
            false => ("You owe it to the buyer.", "Have it sent again, or pay the buyer in another way and note how."),
        };
        template
            .text(&format!("A refund of {} could not be sent{}. {owed}", refund.amount, why(refund)))
            .text(next)
            .facts([Row::new("Order", name_of(order)), Row::new("Refund", &refund.id)])
            .link(to_order(brand, order))
    })
}

/// Tells a buyer that they were paid in another way.
pub(crate) fn refund_settled_otherwise(
    brand: &Brand,
    Parties { order, buyer, .. }: &Parties,
    refund: &Refund,
) -> Addressed {
    let note = match &refund.state {
        RefundState::SettledOtherwise { note, .. } => note.as_str(),
        RefundState::Requested | RefundState::Settled | RefundState::Failed { .. } => "",
    };
    to(Role::Buyer, buyer, &format!("Your refund from {} was paid in another way", brand.name), |template| {
        let template = template
            .text(&format!("{} that could not be sent to you were settled in another way.", refund.amount))
            .quote("How", note);
        about_order(template, brand, order)
    })
}

/// The reason, in the words of whoever made the refund.
fn because(template: Template, refund: &Refund) -> Template {
    template.quote("Why", refund.reason.as_deref().unwrap_or_default())
}

/// The reason why a refund failed, in brackets: ` (card closed)`.
fn why(refund: &Refund) -> String {
    match &refund.state {
        RefundState::Failed { reason, .. } | RefundState::SettledOtherwise { reason, .. } => {
            format!(" ({})", words(reason))
        }
        RefundState::Requested | RefundState::Settled => String::new(),
    }
}

/// The line that a piece belongs to; `None` for the shipping.
fn line_of<'a>(order: &'a Order, piece: &RefundedPiece) -> Option<(&'a OrderLine, &'a LinePrice)> {
    let place = piece.line.and_then(|line| usize::try_from(line).ok())?;
    order.lines.get(place).zip(order.price.lines.get(place))
}

/// Whether a coupon of the marketplace paid for a part of what is refunded.
fn by_marketplace(order: &Order, refund: &Refund) -> bool {
    let paid = |(_, price): (&OrderLine, &LinePrice)| price.split.subsidy.amount > 0;
    refund.pieces.iter().filter_map(|piece| line_of(order, piece)).any(paid)
}

/// The goods that came back: `1 × Shirt (M, red)`.
fn came_back<'a>(order: &'a Order, refund: &'a Refund) -> impl Iterator<Item = Row> + 'a {
    refund.pieces.iter().filter_map(|piece| {
        let (line, _) = line_of(order, piece)?;
        Some(Row::new("Came back", format!("{} × {}", piece.restocked, named(line))))
    })
}

/// What is refunded, piece by piece: `1 × Shirt (M, red)` and the amount.
fn pieces(order: &Order, refund: &Refund) -> Vec<Row> {
    let row = |piece: &RefundedPiece| {
        let what = match (line_of(order, piece), piece.units) {
            (Some((line, _)), 0) => format!("Of {}", named(line)),
            (Some((line, _)), units) => format!("{units} × {}", named(line)),
            (None, _) => {
                order.shipping.as_ref().map_or("Shipping".to_owned(), |name| format!("Shipping: {}", isolated(name)))
            }
        };
        Row::new(what, piece.amount)
    };
    refund.pieces.iter().map(row).collect()
}
