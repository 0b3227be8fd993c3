//! Stock: no unit is created or lost. Every unit that existed at the beginning is now free, reserved by an order that waits for its
//! payment, or sold; reserved and sold units are counted in the bucket from which the order took them. Only a variant that is sold beyond
//! zero may have less than zero free units, and a variant that is not counted takes units from no bucket.

use super::{Audit, sold, text};
use serde_json::Value;
use std::collections::BTreeMap;

/// The units reserved and sold, by variant and bucket.
type Taken = BTreeMap<(String, i64), (i64, i64)>;

pub(super) fn check(audit: &mut Audit, initial: &BTreeMap<String, i64>) {
    let mut taken = Taken::new();
    for order in audit.orders.values() {
        let lines = order["lines"].as_array().into_iter().flatten();
        for (place, line) in lines.enumerate() {
            // Units that came back with a refund, those of the first bucket first; a cancellation brings back all units.
            let mut back = order["restocked"][place].as_i64().unwrap_or_default();
            for (bucket, units) in shares(order, place, line) {
                let entry = taken.entry((text(&line["variant"]).to_owned(), bucket)).or_default();
                if order["status"] == "pending_payment" {
                    entry.0 += units;
                } else if sold(order) {
                    entry.1 += units - back.min(units);
                    back -= back.min(units);
                }
            }
        }
    }
    let mut findings = vec![];
    let mut all: BTreeMap<&str, i64> = BTreeMap::new();
    for item in &audit.stock {
        let number = |name: &str| item[name].as_i64().unwrap_or_default();
        let (variant, bucket) = (text(&item["variant"]), number("bucket"));
        *all.entry(variant).or_default() += number("available") + number("reserved") + number("sold");
        let must = taken.remove(&(variant.to_owned(), bucket)).unwrap_or_default();
        let is = (number("reserved"), number("sold"));
        if is != must || (number("available") < 0 && !audit.endless.contains(variant)) {
            let available = number("available");
            findings.push(format!(
                "bucket {bucket} of {variant} has {available} free and (reserved, sold) {is:?}, its orders say {must:?}"
            ));
        }
    }
    for (variant, first) in initial {
        let all = all.get(variant.as_str()).copied().unwrap_or_default();
        if all != *first {
            findings.push(format!("{variant} had {first} units, and has {all} that are free, reserved or sold"));
        }
    }
    for ((variant, bucket), units) in taken.into_iter().filter(|(_, units)| *units != (0, 0)) {
        findings.push(format!(
            "orders have (reserved, sold) {units:?} of {variant} in bucket {bucket}, which is not there"
        ));
    }
    audit.findings.extend(findings);
}

/// The buckets from which a line took its units: a line without this information took them from the first one.
fn shares(order: &Value, place: usize, line: &Value) -> Vec<(i64, i64)> {
    let number = |value: &Value| value.as_i64().unwrap_or_default();
    match order["taken"][place].as_array() {
        Some(shares) => shares.iter().map(|share| (number(&share["bucket"]), number(&share["units"]))).collect(),
        None => vec![(0, number(&line["quantity"]))],
    }
}
