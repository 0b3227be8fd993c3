//! The audit of one marketplace: it compares everything that was stored with what it must be when nothing is in progress any more.
//!
//! Each part derives from orders, payments and payouts what books, stock and events must contain, and reports every difference. It
//! implements the order process a second time on purpose: an error in the product's rules must not hide itself.

mod books;
mod events;
mod states;
mod stock;

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Everything that was stored for a marketplace, by kind.
#[derive(Debug, Default)]
pub struct Audit {
    /// Orders by id.
    pub orders: BTreeMap<String, Value>,
    /// Payments by id.
    pub payments: BTreeMap<String, Value>,
    /// Payouts by id.
    pub payouts: BTreeMap<String, Value>,
    /// Refunds by id.
    pub refunds: BTreeMap<String, Value>,
    /// All journals.
    pub journals: Vec<Value>,
    entries: Vec<Value>,
    balances: Vec<Value>,
    stock: Vec<Value>,
    /// Variants that are sold beyond zero.
    endless: BTreeSet<String>,
    reports: Vec<Value>,
    timers: Vec<Value>,
    events: Vec<(String, Value)>,
    /// The errors found, one line each.
    pub findings: Vec<String>,
}

/// Audits a marketplace. `initial` is the number of units at the beginning, by variant.
pub fn audit(items: &[Value], initial: &BTreeMap<String, i64>) -> Audit {
    let mut audit = Audit::default();
    for item in items {
        audit.sort(item.clone());
    }
    states::check(&mut audit);
    books::check(&mut audit);
    stock::check(&mut audit, initial);
    events::check(&mut audit);
    audit
}

impl Audit {
    fn sort(&mut self, item: Value) {
        let (pk, sk) = (text(&item["pk"]).to_owned(), text(&item["sk"]).to_owned());
        let id = || text(&item["id"]).to_owned();
        // An event has an item of its own, or is part of the item of a journal or of a provider's report.
        if item["kind"] == "event" {
            let body: Value = serde_json::from_str(text(&item["body"])).unwrap();
            self.events.push((text(&body["type"]).to_owned(), body["data"].clone()));
        }
        match sk.split('#').next().unwrap_or_default() {
            _ if pk.starts_with("platform#due#") => self.timers.push(item),
            "order" => drop(self.orders.insert(id(), item)),
            "payment" => drop(self.payments.insert(id(), item)),
            "payout" => drop(self.payouts.insert(id(), item)),
            "refund" => drop(self.refunds.insert(id(), item)),
            "journal" => self.journals.push(item),
            "entry" => self.entries.push(item),
            "balance" => self.balances.push(item),
            "stock" => self.stock.push(item),
            "listing" => {
                let variants = item["variants"].as_array().into_iter().flatten();
                let endless = variants.filter(|variant| variant["counting"] == "beyond_zero");
                self.endless.extend(endless.map(|variant| text(&variant["id"]).to_owned()));
            }
            "event" if item.get("report").is_some() => self.reports.push(item),
            _ => {}
        }
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn amount(money: &Value) -> i64 {
    money["amount"].as_i64().unwrap_or_default()
}

/// Whether an order went through a state.
fn passed(order: &Value, status: &str) -> bool {
    order["timeline"].as_array().is_some_and(|steps| steps.iter().any(|step| step["status"] == status))
}

fn paid(order: &Value) -> bool {
    passed(order, "paid")
}

/// The price of an order, and the marketplace's share of it: the sums over the rows of its price.
fn cost(order: &Value) -> (i64, i64) {
    let rows = order["price"]["lines"].as_array().into_iter().flatten().chain([&order["price"]["shipping"]]);
    let at = |row: &Value, place: usize| row[place].as_i64().unwrap_or_default();
    rows.fold((0, 0), |sum, row| (sum.0 + at(row, 4), sum.1 + at(row, 6)))
}

/// Whether the units of an order count as sold: not before it is paid, and not after it was cancelled.
fn sold(order: &Value) -> bool {
    paid(order) && order["status"] != "cancelled"
}
