//! Checks that the states of orders, payments and payouts fit each other.

use super::{Audit, amount, cost, paid, text};
use std::collections::BTreeMap;

/// The process: the state before, the state after, and who takes the step.
const STEPS: &[(&str, &str, &[&str])] = &[
    ("pending_payment", "paid", &["provider"]),
    ("pending_payment", "expired", &["timer"]),
    ("pending_payment", "cancelled", &["buyer", "admin"]),
    ("paid", "accepted", &["seller", "admin", "timer"]),
    ("paid", "shipped", &["seller", "admin"]),
    ("accepted", "shipped", &["seller", "admin"]),
    ("shipped", "delivered", &["buyer", "seller", "admin", "timer"]),
    ("shipped", "completed", &["buyer"]),
    ("shipped", "disputed", &["buyer"]),
    ("delivered", "disputed", &["buyer"]),
    ("disputed", "delivered", &["buyer"]),
    ("disputed", "completed", &["admin"]),
    ("disputed", "refunded", &["admin"]),
    // The order was refunded in full.
    ("paid", "refunded", &["seller", "admin"]),
    ("accepted", "refunded", &["seller", "admin"]),
    ("shipped", "refunded", &["seller", "admin"]),
    ("delivered", "refunded", &["seller", "admin"]),
    ("completed", "refunded", &["seller", "admin"]),
    ("delivered", "completed", &["buyer", "admin", "timer"]),
    ("paid", "cancelled", &["buyer", "seller", "admin"]),
    ("accepted", "cancelled", &["buyer", "seller", "admin"]),
];

pub(super) fn check(audit: &mut Audit) {
    let mut findings = vec![];
    let mut orders_of: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (id, order) in &audit.orders {
        orders_of.entry(text(&order["payment"])).or_default().push(id);
        let steps: Vec<_> = order["timeline"].as_array().into_iter().flatten().collect();
        if steps.first().is_none_or(|step| step["status"] != "pending_payment") {
            findings.push(format!("{id} does not begin with its payment"));
        }
        for pair in steps.windows(2) {
            let (from, to, by) = (text(&pair[0]["status"]), text(&pair[1]["status"]), text(&pair[1]["by"]));
            // A refund has an entry in the timeline, and does not change the state.
            if from != to && !STEPS.iter().any(|step| step.0 == from && step.1 == to && step.2.contains(&by)) {
                findings.push(format!("{id} went from {from} to {to} by {by}"));
            }
        }
        if steps.last().is_none_or(|step| step["status"] != order["status"]) {
            findings.push(format!("{id} is {} after another last step", order["status"]));
        }
        if order["status"] == "pending_payment" {
            findings.push(format!("{id} still waits for its payment"));
        }
    }
    for (id, payment) in &audit.payments {
        let mine = orders_of.remove(id.as_str()).unwrap_or_default();
        let named: Vec<_> = payment["orders"].as_array().into_iter().flatten().map(text).collect();
        if mine.len() != named.len() || !mine.iter().all(|order| named.contains(order)) {
            findings.push(format!("{id} names {named:?} and pays {mine:?}"));
        }
        let total: i64 = mine.iter().map(|order| cost(&audit.orders[*order]).0).sum();
        if total != amount(&payment["amount"]) {
            findings.push(format!("{id} is over {}, its orders over {total}", payment["amount"]));
        }
        let all_paid = mine.iter().filter(|order| paid(&audit.orders[**order])).count();
        let fits = match text(&payment["status"]) {
            "captured" => all_paid == mine.len(),
            "expired" | "returned" => all_paid == 0,
            _ => false,
        };
        if !fits {
            findings.push(format!("{id} is {}, {all_paid} of {} orders are paid", payment["status"], mine.len()));
        }
    }
    findings.extend(orders_of.keys().map(|payment| format!("{payment} is missing")));
    for (id, payout) in &audit.payouts {
        if !["paid", "failed"].contains(&text(&payout["state"]["status"])) {
            findings.push(format!("{id} is {}", payout["state"]));
        }
    }
    audit.findings.extend(findings);
}
