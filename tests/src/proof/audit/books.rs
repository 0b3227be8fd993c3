//! The books: exactly those journals exist that must exist, each is in the currency of its subject and sums to zero, and balances and
//! entries are what the journals add up to, separately in each currency.

use super::{Audit, amount, cost, paid, passed, text};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

type Postings = BTreeMap<String, i64>;
/// The currency and the postings of a journal.
type Booked = (String, Postings);

pub(super) fn check(audit: &mut Audit) {
    let expected = expected(audit);
    let mut findings = vec![];
    let mut found: BTreeMap<(String, String), Booked> = BTreeMap::new();
    for journal in &audit.journals {
        let name = (text(&journal["of"]).to_owned(), text(&journal["subject"]).to_owned());
        let mut postings = Postings::new();
        let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
        for posting in journal["postings"].as_array().into_iter().flatten() {
            *postings.entry(text(&posting["account"]).to_owned()).or_default() += amount(&posting["amount"]);
            *sums.entry(text(&posting["amount"]["currency"])).or_default() += amount(&posting["amount"]);
        }
        if sums.values().any(|sum| *sum != 0) {
            findings.push(format!("{name:?} sums to {sums:?}"));
        }
        let currencies: Vec<_> = sums.keys().copied().collect();
        if found.insert(name.clone(), (currencies.join(" and "), postings)).is_some() {
            findings.push(format!("{name:?} was entered twice"));
        }
    }
    for name in expected.keys().chain(found.keys()).collect::<BTreeSet<_>>() {
        match (expected.get(name), found.get(name)) {
            (Some(expected), Some(found)) if expected != found => {
                findings.push(format!("{name:?} posts {found:?}, not {expected:?}"));
            }
            (Some(_), None) => findings.push(format!("{name:?} is missing")),
            (None, Some(_)) => findings.push(format!("{name:?} has no cause")),
            _ => {}
        }
    }
    findings.extend(refunds(audit));
    findings.extend(balances(audit));
    findings.extend(entries(audit));
    findings.extend(overpaid(audit));
    audit.findings.extend(findings);
}

/// The journals that orders, payments and payouts require.
fn expected(audit: &Audit) -> BTreeMap<(String, String), Booked> {
    let mut all = BTreeMap::new();
    let mut book = |kind: &str, subject: &str, currency: &Value, postings: &[(&str, i64)]| {
        let postings: Postings = postings.iter().filter(|p| p.1 != 0).map(|p| (p.0.to_owned(), p.1)).collect();
        if !postings.is_empty() {
            all.insert((kind.to_owned(), subject.to_owned()), (text(currency).to_owned(), postings));
        }
    };
    for (id, payment) in &audit.payments {
        let (sum, currency) = (amount(&payment["amount"]), &payment["amount"]["currency"]);
        match text(&payment["status"]) {
            "captured" => book("capture", id, currency, &[("provider_clearing", sum), ("escrow", -sum)]),
            "returned" => {
                book("capture", id, currency, &[("provider_clearing", sum), ("refunds", -sum)]);
                book("refund_settled", id, currency, &[("refunds", sum), ("provider_clearing", -sum)]);
            }
            _ => {}
        }
    }
    // If only goods come back, nothing is booked.
    for (id, refund) in audit.refunds.iter().filter(|(_, refund)| amount(&refund["amount"]) != 0) {
        let (order, sum) = (&audit.orders[text(&refund["order"])], amount(&refund["amount"]));
        let currency = &order["price"]["currency"];
        let found = posted(audit, "refund", id);
        let (seller, fee) = (payable(&order["seller"]), found.get("platform_fee").copied().unwrap_or(0));
        // The money comes out of escrow until the release; afterwards from whoever received it, from the marketplace at most as much as it
        // took.
        if found.contains_key("escrow") {
            book("refund", id, currency, &[("escrow", sum), ("refunds", -sum)]);
        } else {
            let fair = (0..=cost(order).1).contains(&fee) && passed(order, "completed");
            book(
                "refund",
                id,
                currency,
                &[(seller.as_str(), sum - fee), ("platform_fee", if fair { fee } else { -1 }), ("refunds", -sum)],
            );
        }
        book("refund_settled", id, currency, &[("refunds", sum), ("provider_clearing", -sum)]);
    }
    for (id, order) in &audit.orders {
        let (total, fee) = cost(order);
        let before = refunded_from_escrow(audit, id);
        if passed(order, "completed") {
            let seller = payable(&order["seller"]);
            let found = posted(audit, "release", id).get("platform_fee").copied().unwrap_or(0);
            // The fee of a full refund is the whole fee. For what is left after other refunds the marketplace takes no more than its part,
            // except for rounding.
            let of_rest = fee * (total - before) / total.max(1);
            let fee = if before == 0 {
                fee
            } else if (-found - of_rest).abs() <= 4 {
                -found
            } else {
                i64::MIN / 4
            };
            let sum = total - before;
            book(
                "release",
                id,
                &order["price"]["currency"],
                &[("escrow", sum), (seller.as_str(), fee - sum), ("platform_fee", -fee)],
            );
        }
    }
    for (id, payout) in &audit.payouts {
        let (sum, seller) = (amount(&payout["amount"]), payable(&payout["seller"]));
        let currency = &payout["amount"]["currency"];
        book("payout", id, currency, &[(seller.as_str(), sum), ("payouts", -sum)]);
        let failed = text(&payout["state"]["status"]) == "failed";
        // A payout can come back after it arrived, and one that came back first never arrives.
        let arrived = audit.journals.iter().any(|j| j["of"] == "payout_settled" && j["subject"] == id.as_str());
        if !failed || arrived {
            book("payout_settled", id, currency, &[("payouts", sum), ("provider_clearing", -sum)]);
        }
        if failed {
            let from = if arrived { "provider_clearing" } else { "payouts" };
            book("payout_returned", id, currency, &[(from, sum), (seller.as_str(), -sum)]);
        }
    }
    all
}

/// The postings of a journal.
fn posted(audit: &Audit, kind: &str, subject: &str) -> Postings {
    let journal = audit.journals.iter().find(|j| j["of"] == kind && j["subject"] == subject);
    let postings = journal.and_then(|journal| journal["postings"].as_array()).into_iter().flatten();
    postings.map(|p| (text(&p["account"]).to_owned(), amount(&p["amount"]))).collect()
}

/// The amount that was refunded of an order before anything of it was released.
fn refunded_from_escrow(audit: &Audit, order: &str) -> i64 {
    let of_order = audit.refunds.iter().filter(|(_, refund)| refund["order"] == order);
    of_order.filter_map(|(id, _)| posted(audit, "refund", id).get("escrow").copied()).sum()
}

fn payable(seller: &Value) -> String {
    format!("seller_payable:{}", text(seller))
}

/// Checks that balances are the sums of the postings of all journals, and that this holds for the sum of what all sellers are owed.
fn balances(audit: &Audit) -> Vec<String> {
    let (mut replayed, mut stored) = (BTreeMap::new(), BTreeMap::new());
    for journal in &audit.journals {
        for posting in journal["postings"].as_array().into_iter().flatten() {
            let (account, currency) = (text(&posting["account"]), text(&posting["amount"]["currency"]));
            let control = account.split_once(':').map(|(control, _)| control);
            for account in [Some(account), control].into_iter().flatten() {
                *replayed.entry((account, currency)).or_insert(0) += amount(&posting["amount"]);
            }
        }
    }
    for shard in &audit.balances {
        let currency = text(&shard["currency"]);
        *stored.entry((text(&shard["account"]), currency)).or_insert(0) += shard["amount"].as_i64().unwrap_or_default();
        // The balances of the marketplace's other accounts are stored with that of the money held by the provider.
        for (name, amount) in shard.as_object().into_iter().flatten() {
            if let Some(account) = name.strip_prefix("of_") {
                *stored.entry((account, currency)).or_insert(0) += amount.as_i64().unwrap_or_default();
            }
        }
    }
    let mut findings = vec![];
    for place in replayed.keys().chain(stored.keys()).collect::<BTreeSet<_>>() {
        let (replayed, stored) = (replayed.get(place).unwrap_or(&0), stored.get(place).unwrap_or(&0));
        if replayed != stored {
            findings.push(format!("the balance of {place:?} is {stored}, its journals sum to {replayed}"));
        }
    }
    let currencies: BTreeSet<_> = stored.keys().map(|place| place.1).collect();
    for currency in currencies {
        // The amounts owed to each seller are already included in the control account.
        let system = stored.iter().filter(|(place, _)| place.1 == currency && !place.0.contains(':'));
        let sum: i64 = system.map(|(_, amount)| *amount).sum();
        if sum != 0 {
            findings.push(format!("the balances in {currency} sum to {sum}"));
        }
        let held: i64 = audit
            .orders
            .iter()
            .filter(|(_, order)| in_escrow(order) && order["price"]["currency"] == currency)
            .map(|(id, order)| cost(order).0 - refunded_from_escrow(audit, id))
            .sum();
        let escrow = stored.get(&("escrow", currency)).copied().unwrap_or_default();
        if escrow != -held {
            findings.push(format!("escrow holds {}, orders under way are worth {held}", -escrow));
        }
        for account in ["refunds", "payouts", "disputes"] {
            let left = stored.get(&(account, currency)).copied().unwrap_or_default();
            if left != 0 {
                findings.push(format!("{left} {currency} stayed in {account}"));
            }
        }
    }
    findings
}

/// Checks that the refunded amount stored in an order equals the sum of its refunds, and is never more than was paid.
fn refunds(audit: &Audit) -> Vec<String> {
    let mut findings = vec![];
    for (id, order) in &audit.orders {
        let remembered: i64 = order["refunded"].as_array().into_iter().flatten().filter_map(Value::as_i64).sum();
        let of_order = audit.refunds.values().filter(|refund| refund["order"] == id.as_str());
        let made: i64 = of_order.map(|refund| amount(&refund["amount"])).sum();
        if remembered != made || made > cost(order).0 {
            findings.push(format!("{id} of {} remembers {remembered} and its refunds are {made}", cost(order).0));
        }
        if made > 0 && made == cost(order).0 && !["cancelled", "refunded"].contains(&text(&order["status"])) {
            findings.push(format!("all of {id} went back, and it is {}", order["status"]));
        }
        for (place, line) in order["lines"].as_array().into_iter().flatten().enumerate() {
            let of_order = audit.refunds.values().filter(|refund| refund["order"] == id.as_str());
            let pieces = of_order.flat_map(|refund| refund["pieces"].as_array().into_iter().flatten());
            let of_line = pieces.filter(|piece| piece["line"] == place);
            let units: i64 = of_line.filter_map(|piece| piece["units"].as_i64()).sum();
            if units > line["quantity"].as_i64().unwrap_or_default() {
                findings.push(format!(
                    "{units} units of line {place} of {id} were refunded, and it has {}",
                    line["quantity"]
                ));
            }
        }
    }
    let unsettled = audit.refunds.iter().filter(|(_, refund)| refund["state"]["status"] != "settled");
    findings.extend(unsettled.map(|(id, refund)| format!("{id} is {}", refund["state"])));
    findings
}

fn in_escrow(order: &Value) -> bool {
    paid(order) && ["completed", "cancelled", "refunded"].iter().all(|end| !passed(order, end))
}

/// Checks that a seller's entries are exactly the postings to their account.
fn entries(audit: &Audit) -> Vec<String> {
    let mut difference: BTreeMap<(&str, &str, &str, &str, i64), i32> = BTreeMap::new();
    for journal in &audit.journals {
        for posting in journal["postings"].as_array().into_iter().flatten() {
            if text(&posting["account"]).contains(':') {
                let name = (text(&journal["id"]), text(&journal["of"]), text(&posting["account"]));
                let currency = text(&posting["amount"]["currency"]);
                *difference.entry((name.0, name.1, name.2, currency, amount(&posting["amount"]))).or_default() += 1;
            }
        }
    }
    for entry in &audit.entries {
        let name = (text(&entry["journal"]), text(&entry["kind"]), text(&entry["account"]));
        let currency = text(&entry["amount"]["currency"]);
        *difference.entry((name.0, name.1, name.2, currency, amount(&entry["amount"]))).or_default() -= 1;
    }
    let wrong = difference.into_iter().filter(|(_, count)| *count != 0);
    wrong.map(|(entry, count)| format!("{entry:?} is {count} times too rarely among the entries")).collect()
}

/// Checks that no payout sent more than the seller was owed in its currency at that moment, whatever was booked later.
fn overpaid(audit: &Audit) -> Vec<String> {
    let mut by_account: BTreeMap<(&str, &str), Vec<&Value>> = BTreeMap::new();
    for entry in &audit.entries {
        let ledger = (text(&entry["account"]), text(&entry["amount"]["currency"]));
        by_account.entry(ledger).or_default().push(entry);
    }
    let mut findings = vec![];
    for ((account, currency), mut entries) in by_account {
        // At the same moment, amounts owed come first: nothing can be paid that was not there.
        entries.sort_by_key(|entry| (text(&entry["at"]), amount(&entry["amount"])));
        let mut owed = 0;
        for entry in entries {
            owed -= amount(&entry["amount"]);
            if entry["kind"] == "payout" && owed < 0 {
                findings.push(format!(
                    "{} sent {account} {} {currency} more than it was owed",
                    text(&entry["subject"]),
                    -owed
                ));
            }
        }
    }
    findings
}
