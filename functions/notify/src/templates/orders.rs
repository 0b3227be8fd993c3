//! E-mails about orders and their payment.

use super::{Addressed, Parties, Role, about_order, day_and_time, lines, sums, to, words};
use crate::{brand::Brand, isolate::isolated, template::Row};
use tradewind_identity::User;
use tradewind_kernel::Money;
use tradewind_orders::{Shipment, order_process::OrderProcess};
use tradewind_payments::Payment;
use tradewind_pricing::Split;
use tradewind_tenancy::branding::Page;

/// Tells a buyer that their card was refused.
pub(crate) fn payment_failed(brand: &Brand, payment: &Payment, buyer: &User, reason: &str) -> Addressed {
    to(Role::Buyer, buyer, &format!("Your payment at {} did not go through", brand.name), |template| {
        template
            .text(&format!("Your payment of {} was refused: {}.", payment.amount, words(reason)))
            .text(&format!(
                "We keep the goods for you until {}. Try again before then, with the same or another card.",
                day_and_time(payment.expires_at)
            ))
            .facts([Row::new("Payment", &payment.id)])
            .link(brand.link("Pay now", &Page::Payment(&payment.id)))
    })
}

/// Tells a buyer that their money arrived when the order or payment had already ended.
pub(crate) fn payment_came_late(brand: &Brand, payment: &Payment, buyer: &User) -> Addressed {
    to(Role::Buyer, buyer, &format!("Your payment at {} came too late", brand.name), |template| {
        template
            .text(&format!(
                "Your payment of {} arrived when your order had already ended, so nothing was bought with it.",
                payment.amount
            ))
            .text("All of it goes back to you; your bank may take a few days.")
            .facts([Row::new("Payment", &payment.id)])
            .link(brand.link("See the payment", &Page::Payment(&payment.id)))
    })
}

/// Sends a buyer the receipt for a payment.
pub(crate) fn receipt(
    brand: &Brand,
    Parties { order, buyer, claim, .. }: &Parties,
    process: &OrderProcess,
) -> Addressed {
    to(Role::Buyer, buyer, &format!("Your receipt from {}", brand.name), |template| {
        let template = template
            .text(match order.total().amount {
                0 => "Thank you for your order. There was nothing to pay for it.",
                _ => "Thank you for your order. We have received your payment.",
            })
            .amounts(lines(order).chain(sums(order)));
        let template = match (process.is_sent(), process.when_paid().buyer) {
            (true, _) => template.text("We write again when it is on its way."),
            (false, Some(awaited)) => template.text(&isolated(&awaited)),
            (false, None) => template,
        };
        let template = about_order(template, brand, order);
        match claim {
            Some(claim) => template
                .text("You bought as a guest. Whoever has an account can take this order into it, with this claim:")
                .code(claim)
                .link(brand.link("See the order", &Page::GuestOrder(&order.id, claim))),
            None => template,
        }
    })
}

/// Tells a seller that their goods were paid for.
pub(crate) fn new_sale(brand: &Brand, Parties { order, owner, .. }: &Parties, process: &OrderProcess) -> Addressed {
    to(Role::Seller, owner, &format!("You have made a sale at {}", brand.name), |template| {
        let split = order.price.totals.split;
        let split = &if process.takes_fee() { split } else { split.without_fee().unwrap_or(split) };
        let awaited = process.when_paid().seller.map(|awaited| format!(" {}", isolated(&awaited)));
        let earnings = Row::total("Your earnings, once it is complete", split.seller);
        let template = template
            .text(&format!("This order is paid.{}", awaited.unwrap_or_default()))
            .amounts(lines(order).chain(sums(order)).chain(shares(brand, split, split.seller)).chain([earnings]));
        about_order(template, brand, order)
    })
}

/// Tells a buyer that they did not pay in time.
pub(crate) fn expired(brand: &Brand, Parties { order, buyer, .. }: &Parties) -> Addressed {
    to(Role::Buyer, buyer, &format!("Your order at {} has expired", brand.name), |template| {
        let template = template
            .text(&format!("Your payment of {} did not arrive in time, so your order was not kept:", order.total()))
            .amounts(lines(order))
            .text("It is in your cart again, if you still want it. Money that arrives late goes back to you.");
        about_order(template, brand, order)
    })
}

/// Tells a buyer that their goods are on the way.
pub(crate) fn shipped(brand: &Brand, Parties { order, buyer, .. }: &Parties, shipment: &Shipment) -> Addressed {
    let (carrier, tracking) = (isolated(&shipment.carrier), isolated(&shipment.tracking));
    to(Role::Buyer, buyer, &format!("Your order from {} is on its way", brand.name), |template| {
        let template = template
            .text(&format!("The seller has sent your order with {carrier}."))
            .facts([Row::new("Tracking number", tracking)])
            .amounts(lines(order));
        about_order(template, brand, order)
    })
}

/// Tells a buyer that the tracking number or the carrier was corrected.
pub(crate) fn shipment_corrected(
    brand: &Brand,
    Parties { order, buyer, .. }: &Parties,
    shipment: &Shipment,
) -> Addressed {
    let (carrier, tracking) = (isolated(&shipment.carrier), isolated(&shipment.tracking));
    to(Role::Buyer, buyer, &format!("Your order from {} has another tracking number", brand.name), |template| {
        let template = template
            .text(&format!("The seller has corrected how your order travels: with {carrier}."))
            .facts([Row::new("Tracking number", tracking)])
            .amounts(lines(order));
        about_order(template, brand, order)
    })
}

/// What a seller received for an order.
pub(crate) struct Earned {
    /// The amount that was refunded to the buyer before.
    pub back: Money,
    /// How the rest was divided according to the prices, if that is known.
    pub left: Option<Split>,
    /// The amount that the seller received.
    pub earnings: Money,
}

/// Tells a seller that they have earned the money of an order.
pub(crate) fn completed(
    brand: &Brand,
    Parties { order, owner, .. }: &Parties,
    Earned { back, left, earnings }: &Earned,
) -> Addressed {
    let back = (back.amount != 0).then(|| Row::new("Went back to the buyer", format!("-{back}")));
    to(Role::Seller, owner, &format!("An order at {} is complete", brand.name), |template| {
        let template = template
            .text(&format!(
                "The order is complete: {earnings} are now on your balance and are part of your next payout."
            ))
            .amounts(
                std::iter::once(Row::new("Total", order.total()))
                    .chain(back)
                    .chain(left.iter().flat_map(|left| shares(brand, left, *earnings)))
                    .chain([Row::total("Your earnings", earnings)]),
            );
        about_order(template, brand, order)
    })
}

/// The rows between the buyer's money and the seller's earnings: what the marketplace adds, passes on as tax, and keeps.
fn shares(brand: &Brand, split: &Split, earnings: Money) -> impl Iterator<Item = Row> + use<> {
    let kept = || split.paid.plus(split.subsidy)?.minus(split.tax)?.minus(earnings);
    let kept = kept().unwrap_or(split.commission);
    let name = &brand.name;
    let added = (split.subsidy.amount != 0).then(|| Row::new(format!("Added by {name}"), split.subsidy));
    let tax = (split.tax.amount != 0).then(|| Row::new(format!("Tax that {name} hands on"), format!("-{}", split.tax)));
    let fee = (kept.amount != 0).then(|| Row::new(format!("Fee of {name}"), format!("-{kept}")));
    [added, tax, fee].into_iter().flatten()
}

/// Tells a buyer that the order was cancelled. `back` is the amount that is refunded with this; a part may have been refunded before.
pub(crate) fn cancelled_for_buyer(
    brand: &Brand,
    Parties { order, buyer, .. }: &Parties,
    back: Option<Money>,
) -> Addressed {
    let total = order.total();
    let money = match back {
        Some(back) if back == total => {
            format!("Your payment of {back} goes back to you; your bank may take a few days.")
        }
        Some(back) => format!(
            "{back} of your payment of {total} go back to you; your bank may take a few days. The rest went back before."
        ),
        None if order.funds.paid() && total.amount > 0 => {
            "All that you paid for it went back to you before.".to_owned()
        }
        None => "Nothing was paid for it, and nothing is owed.".to_owned(),
    };
    to(Role::Buyer, buyer, &format!("Your order at {} was cancelled", brand.name), |template| {
        about_order(template.text("Your order was cancelled:").amounts(lines(order)).text(&money), brand, order)
    })
}

/// Tells a seller that the order was cancelled.
pub(crate) fn cancelled_for_seller(brand: &Brand, Parties { order, owner, .. }: &Parties) -> Addressed {
    let for_sale = order.not_restocked().iter().all(|units| *units == 0);
    let goods = match (order.funds.paid(), for_sale) {
        (true, true) => "Please do not send it. The buyer is refunded, and the goods are for sale again.",
        (true, false) => "The buyer is refunded. If you have not sent it, please do not.",
        (false, _) => "It had not been paid. The goods are for sale again, and there is nothing for you to do.",
    };
    to(Role::Seller, owner, &format!("An order at {} was cancelled", brand.name), |template| {
        about_order(template.text("An order was cancelled:").amounts(lines(order)).text(goods), brand, order)
    })
}

/// Tells a seller that the buyer has a problem with an order.
pub(crate) fn disputed(brand: &Brand, Parties { order, owner, .. }: &Parties) -> Addressed {
    to(Role::Seller, owner, &format!("A problem with an order at {}", brand.name), |template| {
        let template = template
            .text("The buyer reported a problem with this order. Its money is held until the report is settled.")
            .amounts(lines(order))
            .text("Write to the buyer, or send the marketplace what shows how it was.");
        about_order(template, brand, order)
    })
}
