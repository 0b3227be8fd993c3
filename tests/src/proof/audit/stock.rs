//! Stock: no unit is made or lost. What there was at first is now free, reserved by orders that wait for their payment, or sold.

use super::{Audit, sold, text};
use std::collections::BTreeMap;

pub(super) fn check(audit: &mut Audit, initial: &BTreeMap<String, i64>) {
    let (mut reserved, mut gone): (BTreeMap<&str, i64>, BTreeMap<&str, i64>) = Default::default();
    for order in audit.orders.values() {
        for line in order["lines"].as_array().into_iter().flatten() {
            let quantity = line["quantity"].as_i64().unwrap_or_default();
            if order["status"] == "pending_payment" {
                *reserved.entry(text(&line["variant"])).or_default() += quantity;
            } else if sold(order) {
                *gone.entry(text(&line["variant"])).or_default() += quantity;
            }
        }
        // What came back with a refund, line by line; a cancellation brings everything back.
        let back = order["restocked"].as_array().filter(|_| sold(order));
        for (line, units) in order["lines"].as_array().into_iter().flatten().zip(back.into_iter().flatten()) {
            *gone.entry(text(&line["variant"])).or_default() -= units.as_i64().unwrap_or_default();
        }
    }
    let mut findings = vec![];
    for (variant, first) in initial {
        let number = |name: &str| {
            let of_variant = audit.stock.iter().filter(|item| item["variant"] == variant.as_str());
            of_variant.map(|item| item[name].as_i64().unwrap_or_default()).sum::<i64>()
        };
        let held = reserved.get(variant.as_str()).copied().unwrap_or_default();
        let taken = gone.get(variant.as_str()).copied().unwrap_or_default();
        let must = (first - held - taken, held, taken);
        let is = (number("available"), number("reserved"), number("sold"));
        if must != is || is.0 < 0 {
            findings.push(format!("{variant} has (free, reserved, sold) {is:?}, its orders say {must:?}"));
        }
    }
    audit.findings.extend(findings);
}
