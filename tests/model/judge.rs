//! Judges whether an answer can be true, and what it reveals about state that cannot be seen.

use crate::{
    command::{Back, Card, Who},
    model::{Action, Checkout, Model, Order, State, step},
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tradewind_tests::{Answer, proof::Venue};

type Judgement = Result<(), String>;

/// The lines of a checkout: listing and quantity.
fn bought(answer: &Answer, venue: &Venue) -> Result<Vec<(usize, u32)>, String> {
    let orders = answer.json["orders"].as_array().cloned().unwrap_or_default();
    let lines = orders.iter().filter_map(|order| order["lines"].as_array()).flatten();
    let line = |line: &Value| {
        let listing = venue.listings.iter().position(|listing| line["variant"] == listing.variant.as_str())?;
        Some((listing, u32::try_from(line["quantity"].as_u64()?).ok()?))
    };
    lines.map(|of| line(of).ok_or(format!("nobody sells {of}"))).collect()
}

impl Model {
    /// Applies an answer to the model, or explains why it cannot be true.
    pub fn judge(&mut self, action: &Action, key: &str, answer: &Answer, venue: &Venue) -> Judgement {
        let wrong = |why: &str| Err(format!("{action:?} was answered {} {}: {why}", answer.status, answer.text));
        let judged = match action {
            Action::Fill { buyer, lines } => {
                self.carts[*buyer].clone_from(lines);
                if answer.status == 200 { Ok(()) } else { wrong("a cart can always be filled") }
            }
            Action::CheckOut { buyer } => match self.checked_out(*buyer, key, answer, venue) {
                Ok(()) => Ok(()),
                Err(why) => wrong(&why),
            },
            Action::CheckOutAgain { checkout } => {
                let same = answer.status == 201 && answer.text == self.checkouts[*checkout].answer;
                if same { Ok(()) } else { wrong(&format!("the first answer was {}", self.checkouts[*checkout].answer)) }
            }
            Action::CheckOutOther { .. } => {
                if answer.code() == "idempotency_key_reused" {
                    Ok(())
                } else {
                    wrong("another body is refused")
                }
            }
            Action::Confirm { checkout, card, mine, .. } => match self.confirmed(*checkout, *card, *mine, answer) {
                Ok(()) => Ok(()),
                Err(why) => wrong(&why),
            },
            Action::Report { checkout, captured, .. } => {
                self.checkouts[*checkout].asked |= captured;
                if answer.status == 200 { Ok(()) } else { wrong("a signed report is taken") }
            }
            Action::Take { order, .. } => match self.taken(*order, action, answer) {
                Ok(()) => Ok(()),
                Err(why) => wrong(&why),
            },
            Action::Read { order, who } => {
                let status = State::named(answer.json["status"].as_str().unwrap_or_default());
                match (who, status) {
                    (Who::OtherBuyer | Who::OtherSeller, _) if answer.status == 404 => Ok(()),
                    (Who::Buyer | Who::Seller | Who::Admin, Some(status)) => match self.is(*order, status) {
                        Ok(()) => Ok(()),
                        Err(why) => wrong(&why),
                    },
                    _ => wrong("an order is seen by those whom it concerns"),
                }
            }
            Action::Refund { order, what, who } => {
                // The answer may have been lost, so a unit may have returned nevertheless.
                self.orders[*order].back += i64::from(*what == Back::Unit);
                match self.refunded(*order, *who, answer) {
                    Ok(()) => Ok(()),
                    Err(why) => wrong(&why),
                }
            }
            Action::PayOut { admin } => {
                let must = if *admin { 202 } else { 403 };
                if answer.status == must { Ok(()) } else { wrong("only an administrator pays out") }
            }
            Action::PayoutReported { .. } => {
                if answer.status == 200 {
                    Ok(())
                } else {
                    wrong("a signed report is taken")
                }
            }
        };
        self.spread();
        judged
    }

    fn checked_out(&mut self, buyer: usize, key: &str, answer: &Answer, venue: &Venue) -> Judgement {
        let cart = self.carts[buyer].clone();
        // Goods that were not paid return to the cart, at some moment after the order ended: each of these may be in the cart or not.
        let ended = |order: &&Order| {
            let over = order.states.contains(&State::Expired) || order.states.contains(&State::Cancelled);
            over && self.checkouts[order.checkout].buyer == buyer
        };
        let back: BTreeSet<_> = self.orders.iter().filter(ended).flat_map(|order| order.lines.clone()).collect();
        let may_be = |line: &&(usize, u32)| cart.iter().all(|other| other.0 != line.0);
        let all: Vec<_> = cart.iter().chain(back.iter().filter(may_be)).copied().collect();
        match (answer.status, answer.code()) {
            (409, "cart_empty") if cart.is_empty() => Ok(()),
            (409, "mixed_currencies") if self.mixed(&all) => Ok(()),
            (201, _) | (409, "sold_out") if self.mixed(&cart) => Err("the cart is in two currencies".into()),
            (409, "sold_out") => {
                let variant = answer.json["variant"].as_str().unwrap_or_default();
                let of_it: Vec<_> = all.iter().filter(|line| venue.listings[line.0].variant == variant).collect();
                let (listing, quantity) = **of_it.iter().max().ok_or("it is sold out of what is not in the cart")?;
                let (least, _) = self.free(listing);
                if self.ends[listing] && least < i64::from(quantity) {
                    Ok(())
                } else {
                    Err(format!("there must be {least} left"))
                }
            }
            (201, _) => {
                let bought = bought(answer, venue)?;
                if bought.is_empty() {
                    return Err("the cart was empty".into());
                }
                if !cart.iter().all(|line| bought.contains(line)) || !bought.iter().all(|line| all.contains(line)) {
                    return Err(format!("the cart was {cart:?}, and {back:?} may have come back"));
                }
                for (listing, quantity) in &bought {
                    let (_, most) = self.free(*listing);
                    if self.ends[*listing] && most < i64::from(*quantity) {
                        return Err(format!("there can be {most} of listing {listing} at most: oversold"));
                    }
                }
                self.place(buyer, key, answer, venue, &bought)?;
                self.carts[buyer].clear();
                Ok(())
            }
            _ => Err(format!("the cart was {cart:?}")),
        }
    }

    fn place(&mut self, buyer: usize, key: &str, answer: &Answer, venue: &Venue, cart: &[(usize, u32)]) -> Judgement {
        let mut by_seller: BTreeMap<usize, Vec<(usize, u32)>> = BTreeMap::new();
        for line in cart {
            by_seller.entry(self.sellers[line.0]).or_default().push(*line);
        }
        let placed = answer.json["orders"].as_array().cloned().unwrap_or_default();
        if placed.len() != by_seller.len() {
            return Err(format!("{} sellers have {} orders", by_seller.len(), placed.len()));
        }
        let checkout = self.checkouts.len();
        let mut whole = 0;
        for (seller, lines) in by_seller {
            let of_seller = |order: &&Value| order["seller"] == venue.sellers[seller].seller.as_str();
            let order = placed.iter().find(of_seller).ok_or("a seller has no order")?;
            let total: i64 = lines.iter().map(|line| self.prices[line.0] * i64::from(line.1)).sum();
            whole += total;
            let currency = self.currencies[lines[0].0];
            if order["total"] != json!({ "amount": total, "currency": currency })
                || order["status"] != "pending_payment"
            {
                return Err(format!("the order of seller {seller} must be over {total} and wait for its payment"));
            }
            let id = order["id"].as_str().unwrap_or_default().to_owned();
            self.orders.push(Order {
                id,
                checkout,
                seller,
                lines,
                states: [State::PendingPayment].into(),
                total,
                gone: 0,
                back: 0,
                ripe: false,
            });
        }
        let payment = &answer.json["payment"];
        if payment["amount"]["amount"] != whole {
            return Err(format!("the payment must be over {whole}"));
        }
        self.checkouts.push(Checkout {
            buyer,
            key: key.to_owned(),
            payment: payment["id"].as_str().unwrap_or_default().to_owned(),
            amount: payment["amount"].clone(),
            answer: answer.text.clone(),
            asked: false,
            over: false,
            forgotten: false,
        });
        Ok(())
    }

    fn confirmed(&mut self, number: usize, card: Card, mine: bool, answer: &Answer) -> Judgement {
        let orders: Vec<_> = self.orders.iter().filter(|order| order.checkout == number).collect();
        let can = |state: State| orders.iter().all(|order| order.states.contains(&state));
        let (pending, ended) = (can(State::PendingPayment), can(State::Expired) || can(State::Cancelled));
        let checkout = &mut self.checkouts[number];
        match (answer.status, answer.code()) {
            (404, _) if !mine => Ok(()),
            (202, _) if mine && pending && !checkout.over => {
                checkout.asked |= card == Card::Pays;
                Ok(())
            }
            (409, "payment_already_captured") if mine && checkout.asked => {
                for order in self.orders.iter_mut().filter(|order| order.checkout == number) {
                    order.states.remove(&State::PendingPayment);
                }
                Ok(())
            }
            (409, "payment_expired" | "payment_cancelled") if mine && (checkout.over || ended) => Ok(()),
            _ => Err(format!("its orders can be {:?}", orders.iter().map(|order| &order.states).collect::<Vec<_>>())),
        }
    }

    fn taken(&mut self, number: usize, action: &Action, answer: &Answer) -> Judgement {
        let Action::Take { step: wanted, who, .. } = action else { return Ok(()) };
        let states = self.orders[number].states.clone();
        let mut allowed = states.iter().filter(|state| step(**state, *wanted).is_some_and(|rule| rule.1.contains(who)));
        match (answer.status, answer.code()) {
            (404, _) if matches!(who, Who::OtherBuyer | Who::OtherSeller) => Ok(()),
            (403, "transition_not_yours") => {
                let denied = states.iter().any(|s| step(*s, *wanted).is_some_and(|rule| !rule.1.contains(who)));
                if denied { Ok(()) } else { Err(format!("it can be {states:?}")) }
            }
            (409, "transition_impossible") => {
                let status = State::named(answer.json["state"].as_str().unwrap_or_default()).ok_or("no state")?;
                if step(status, *wanted).is_some() {
                    return Err("there is such a step".into());
                }
                self.is(number, status)
            }
            (200, _) => {
                let from = *allowed.next().ok_or(format!("it can be {states:?}"))?;
                let (to, _) = step(from, *wanted).ok_or("no such step")?;
                if answer.json["status"] != to.name() {
                    return Err(format!("it must be {} now", to.name()));
                }
                let steps = answer.json["timeline"].as_array().cloned().unwrap_or_default();
                let was_paid = steps.iter().any(|step| step["status"] == "paid");
                self.orders[number].states = [to].into();
                if to == State::Cancelled && !was_paid {
                    // Cancelling an order that is not paid cancels the whole checkout.
                    let checkout = self.orders[number].checkout;
                    for order in self.orders.iter_mut().filter(|order| order.checkout == checkout) {
                        order.states = [State::Cancelled].into();
                    }
                } else {
                    self.was_paid(number);
                }
                Ok(())
            }
            _ => Err(format!("it can be {states:?}")),
        }
    }

    /// The audit checks how much can be refunded; here it only matters whether anything can.
    fn refunded(&mut self, number: usize, who: Who, answer: &Answer) -> Judgement {
        use State::{
            Accepted, Cancelled, Completed, Delivered, Disputed, Expired, Paid, PendingPayment, Refunded, Shipped,
        };
        let states = self.orders[number].states.clone();
        let can = |wanted: &[State]| states.iter().any(|state| wanted.contains(state));
        let fits = match (answer.status, answer.code()) {
            (404, _) => matches!(who, Who::OtherBuyer | Who::OtherSeller),
            (403, "refund_not_yours") => who == Who::Buyer,
            (201, _) => {
                // Goods may also come back of what was refunded before; then no money moves.
                let goods = answer.json["amount"]["amount"] == 0 && can(&[Refunded]);
                matches!(who, Who::Seller | Who::Admin)
                    && (goods || can(&[Paid, Accepted, Shipped, Delivered, Completed]))
            }
            (409, "not_paid") => can(&[PendingPayment, Expired, Cancelled]),
            (409, "already_refunded") => can(&[Cancelled, Refunded]),
            (409, "order_disputed") => can(&[Disputed]),
            (409, "seller_balance_too_low") => who == Who::Seller && can(&[Completed]),
            // After a full refund units can still come back, but only once.
            (409, "refund_too_large" | "nothing_to_refund") | (422, _) => {
                can(&[Paid, Accepted, Shipped, Delivered, Completed, Cancelled, Refunded])
            }
            _ => false,
        };
        if !fits {
            return Err(format!("it can be {states:?}"));
        }
        let order = &mut self.orders[number];
        if answer.status == 201 {
            order.gone += answer.json["amount"]["amount"].as_i64().ok_or("a refund has an amount")?;
            if order.gone > order.total {
                return Err(format!("{} of {} went back", order.gone, order.total));
            }
            if order.gone == order.total {
                order.states = [Refunded].into();
            }
        }
        Ok(())
    }

    /// Records that an order is in this state, which must be possible.
    fn is(&mut self, number: usize, status: State) -> Judgement {
        let order = &mut self.orders[number];
        if !order.states.contains(&status) {
            return Err(format!("it can be {:?}", order.states));
        }
        order.states = [status].into();
        match status {
            State::Paid
            | State::Accepted
            | State::Shipped
            | State::Delivered
            | State::Completed
            | State::Disputed
            | State::Refunded => self.was_paid(number),
            State::PendingPayment | State::Expired | State::Cancelled => {}
        }
        Ok(())
    }

    /// One payment pays all orders of a checkout.
    fn was_paid(&mut self, number: usize) {
        let checkout = self.orders[number].checkout;
        for order in self.orders.iter_mut().filter(|order| order.checkout == checkout) {
            if order.states.contains(&State::Paid) {
                order.states.remove(&State::PendingPayment);
                order.states.remove(&State::Expired);
            }
        }
    }
}
