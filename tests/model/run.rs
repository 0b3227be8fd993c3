//! One run: the commands of a seed, sent one after the other (or two at once), each until it gets a definite answer.

use crate::{
    command::{Back, Card, Command, Step, Who, draw},
    model::{Action, Model},
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tradewind_tests::{
    Answer,
    proof::{Member, Proof, Random, Sender, Unanswered, Venue, audit},
};

/// The number of commands in one stretch; time passes between stretches.
const COMMANDS: usize = 8;

pub struct Run {
    pub seed: u64,
    random: Random,
    sender: Sender,
    pub venue: Venue,
    model: Model,
    steps: u64,
    stretches: u64,
    /// The commands and answers, for examining a failure.
    pub log: Vec<String>,
    pub failure: Option<String>,
}

impl Run {
    pub fn new(seed: u64, venue: Venue) -> Self {
        let model = Model::new(&venue);
        let (random, sender) = (Random::new(seed), Sender::new(seed));
        Self { seed, random, sender, venue, model, steps: 0, stretches: 0, log: vec![], failure: None }
    }

    /// Runs one stretch of commands.
    pub async fn stretch(&mut self, proof: &Proof) {
        self.stretches += 1;
        for command in draw(&mut self.random, COMMANDS, self.stretches > 1) {
            if self.failure.is_some() {
                return;
            }
            let done = if let Command::Together(first, second) = &command {
                self.two(proof, first, second).await
            } else {
                self.one(proof, &command).await
            };
            self.failure = done.err();
        }
    }

    /// Lets time pass.
    pub fn pass(&mut self, weeks: bool) {
        self.log.push(format!("time passes{}", if weeks { ": weeks" } else { "" }));
        self.model.pass(weeks);
    }

    async fn one(&mut self, proof: &Proof, command: &Command) -> Result<(), String> {
        let Some(action) = self.model.aim(command) else { return Ok(()) };
        let step = self.next();
        let answer = self.send(proof, &action, step).await.map_err(|e| e.0)?;
        let Some(answer) = answer else { return Ok(()) };
        self.note(&action, &answer);
        self.model.judge(&action, &key(step), &answer, &self.venue)
    }

    /// Sends two commands at once, which may have happened in either order; an answer that fits neither order is wrong.
    async fn two(&mut self, proof: &Proof, first: &Command, second: &Command) -> Result<(), String> {
        let (Some(a), Some(b)) = (self.model.aim(first), self.model.aim(second)) else { return Ok(()) };
        // If a cart is replaced twice at once, either content is possible.
        if matches!(a, Action::Fill { .. }) || matches!(b, Action::Fill { .. }) {
            return Ok(());
        }
        let (step_a, step_b) = (self.next(), self.next());
        let (sent_a, sent_b) = tokio::join!(self.send(proof, &a, step_a), self.send(proof, &b, step_b));
        let (sent_a, sent_b) = (sent_a.map_err(|e| e.0)?, sent_b.map_err(|e| e.0)?);
        let mut all = vec![];
        for (action, step, answer) in [(&a, step_a, sent_a), (&b, step_b, sent_b)] {
            let Some(answer) = answer else { continue };
            self.note(action, &answer);
            all.push((action.clone(), key(step), answer));
        }
        let judge = |order: Vec<&(Action, String, Answer)>| {
            let mut model = self.model.clone();
            // The provider's reaction to one of them may take effect before the other.
            let judged =
                order.iter().try_for_each(|(action, key, answer)| model.judge(action, key, answer, &self.venue));
            judged.map(|()| model)
        };
        match (judge(all.iter().collect()), judge(all.iter().rev().collect())) {
            (Ok(mut model), Ok(other)) => {
                // Both orders are possible, and so is every state that is possible after either.
                for order in &mut model.orders {
                    let same = other.orders.iter().find(|o| o.id == order.id);
                    order.states.extend(same.map(|o| o.states.clone()).unwrap_or_default());
                }
                self.model = model;
            }
            (Ok(model), Err(_)) | (Err(_), Ok(model)) => self.model = model,
            (Err(why), Err(_)) => return Err(format!("two at once: {why}")),
        }
        Ok(())
    }

    fn next(&mut self) -> u64 {
        self.steps += 1;
        self.steps
    }

    fn note(&mut self, action: &Action, answer: &Answer) {
        let said = answer.json["status"].as_str().unwrap_or(answer.code());
        self.log.push(format!("{action:?} -> {} {said}", answer.status));
    }

    fn who(&self, order: usize, who: Who) -> &Member {
        let order = &self.model.orders[order];
        let buyer = self.model.checkouts[order.checkout].buyer;
        match who {
            Who::Buyer => &self.venue.buyers[buyer],
            Who::OtherBuyer => &self.venue.buyers[1 - buyer],
            Who::Seller => &self.venue.sellers[order.seller],
            Who::OtherSeller => &self.venue.sellers[1 - order.seller],
            Who::Admin => &self.venue.admin,
        }
    }

    async fn send(&self, proof: &Proof, action: &Action, step: u64) -> Result<Option<Answer>, Unanswered> {
        let (sender, venue, model, key) = (&self.sender, &self.venue, &self.model, key(step));
        let answer = match action {
            Action::Fill { buyer, lines } => {
                let line = |(listing, quantity): &(usize, u32)| {
                    let listing = &venue.listings[*listing];
                    json!({ "listing": listing.id, "variant": listing.variant, "quantity": quantity })
                };
                let body = json!({ "lines": lines.iter().map(line).collect::<Vec<_>>() });
                sender.put(step, &venue.buyers[*buyer].client, "/v1/cart", &body).await?
            }
            Action::CheckOut { buyer } => {
                sender.post(step, &venue.buyers[*buyer].client, &key, "/v1/checkouts", &json!({})).await?
            }
            Action::CheckOutAgain { checkout } | Action::CheckOutOther { checkout } => {
                let first = &model.checkouts[*checkout];
                let same = matches!(action, Action::CheckOutAgain { .. });
                let body = if same { json!({}) } else { json!({ "expected_total": null }) };
                sender.post(step, &venue.buyers[first.buyer].client, &first.key, "/v1/checkouts", &body).await?
            }
            Action::Confirm { checkout, card, deliveries, late, mine } => {
                let checkout = &model.checkouts[*checkout];
                let card = match card {
                    Card::Pays => "4242424242424242",
                    Card::Declined => "4000000000000002",
                    Card::NoFunds => "4000000000009995",
                };
                let body = json!({ "card": card, "deliveries": deliveries, "delay_seconds": u8::from(*late) });
                let buyer = if *mine { checkout.buyer } else { 1 - checkout.buyer };
                let path = format!("/v1/payments/{}/confirm", checkout.payment);
                sender.post(step, &venue.buyers[buyer].client, &key, &path, &body).await?
            }
            Action::Report { checkout, captured, id, times } => {
                let number = *checkout;
                let checkout = &model.checkouts[number];
                let report = match captured {
                    true => {
                        json!({ "type": "payment.succeeded", "payment": checkout.payment, "amount": checkout.amount })
                    }
                    false => {
                        json!({ "type": "payment.failed", "payment": checkout.payment, "reason": "card_declined" })
                    }
                };
                let event = format!("evt_{number}_{captured}_{id}");
                self.report(proof, step, &event, &report, *times).await?
            }
            Action::Take { order, step: taken, who } => {
                let body = match taken {
                    Step::Accept => json!({ "transition": "accept" }),
                    Step::Ship => json!({ "transition": "ship", "shipment": { "carrier": "Post", "tracking": "1" } }),
                    Step::Deliver => json!({ "transition": "deliver" }),
                    Step::Complete => json!({ "transition": "complete" }),
                    Step::Cancel => json!({ "transition": "cancel" }),
                    Step::Dispute => json!({ "transition": "dispute" }),
                    Step::Withdraw => json!({ "transition": "withdraw" }),
                    Step::ForSeller => json!({ "transition": "resolve_for_seller" }),
                    Step::ForBuyer => json!({ "transition": "resolve_for_buyer" }),
                };
                let path = format!("/v1/orders/{}/transitions", model.orders[*order].id);
                sender.post(step, &self.who(*order, *who).client, &key, &path, &body).await?
            }
            Action::Refund { order, what, who } => {
                let path = format!("/v1/orders/{}/refunds", model.orders[*order].id);
                let body = match what {
                    Back::Rest => json!({}),
                    Back::Unit => json!({ "lines": [{ "line": 0, "quantity": 1, "restock": 1 }] }),
                    Back::Cents(cents) => {
                        let currency = model.currencies[model.orders[*order].lines[0].0];
                        json!({ "amount": { "amount": cents, "currency": currency } })
                    }
                };
                sender.post(step, &self.who(*order, *who).client, &key, &path, &body).await?
            }
            Action::Read { order, who } => {
                let path = format!("/v1/orders/{}", model.orders[*order].id);
                sender.get(step, &self.who(*order, *who).client, &path).await?
            }
            Action::PayOut { admin } => {
                let who = if *admin { &venue.admin } else { &venue.buyers[0] };
                sender.post(step, &who.client, &key, "/v1/payout-runs", &json!({})).await?
            }
            Action::PayoutReported { seller, which, failed } => {
                let seller = &venue.sellers[*seller];
                let path = format!("/v1/sellers/{}/payouts", seller.seller);
                let list = sender.get(step, &seller.client, &path).await?;
                let payouts = list.json["data"].as_array().cloned().unwrap_or_default();
                let Some(payout) = payouts.get(which % payouts.len().max(1)) else { return Ok(None) };
                let report = match failed {
                    true => json!({ "type": "payout.failed", "payout": payout["id"], "reason": "account_closed" }),
                    false => json!({ "type": "payout.paid", "payout": payout["id"] }),
                };
                self.report(proof, step, &format!("evt_{key}"), &report, 2).await?
            }
        };
        Ok(Some(answer))
    }

    async fn report(
        &self,
        proof: &Proof,
        step: u64,
        event: &str,
        report: &Value,
        times: usize,
    ) -> Result<Answer, Unanswered> {
        for _ in 1..times {
            proof.report(&self.sender, step, &self.venue, event, report).await?;
        }
        proof.report(&self.sender, step, &self.venue, event, report).await
    }

    /// Compares what was stored with what people were answered, and audits it.
    pub fn close(&mut self, stored: &[Value], seen: &mut BTreeMap<String, u64>) -> Option<String> {
        if self.failure.is_some() {
            return self.failure.take();
        }
        let initial: BTreeMap<_, _> =
            self.venue.listings.iter().map(|l| (l.variant.clone(), i64::from(l.stock))).collect();
        let mut audit = audit(stored, &initial);
        let states = audit.orders.values().map(|order| ("order", &order["status"]));
        let states = states.chain(audit.payments.values().map(|payment| ("payment", &payment["status"])));
        for (what, state) in states.chain(audit.payouts.values().map(|payout| ("payout", &payout["state"]["status"]))) {
            *seen.entry(format!("{what} {}", state.as_str().unwrap_or_default())).or_default() += 1;
        }
        let mut findings = std::mem::take(&mut audit.findings);
        self.model.pass(false);
        for order in &self.model.orders {
            let Some(status) = audit.orders.remove(&order.id).map(|o| o["status"].clone()) else {
                findings.push(format!("{} was answered and is missing", order.id));
                continue;
            };
            if !order.states.iter().any(|state| status == state.name()) {
                findings.push(format!("{} is {status}; people were told that it can be {:?}", order.id, order.states));
            }
        }
        findings.extend(audit.orders.keys().map(|id| format!("{id} is there and nobody was told")));
        (!findings.is_empty()).then(|| findings.join("\n  "))
    }
}

fn key(step: u64) -> String {
    format!("k{step}")
}
