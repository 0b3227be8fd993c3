//! Events: each is emitted once for what happened, and for nothing else. There is one capture for a payment, however often it was reported.

use super::{Audit, amount, paid, passed, text};
use std::collections::BTreeMap;

pub(super) fn check(audit: &mut Audit) {
    let mut due: BTreeMap<(&str, String), i32> = BTreeMap::new();
    let mut tell = |event: &'static str, about: &str, happened: bool| {
        if happened {
            *due.entry((event, about.to_owned())).or_default() += 1;
        }
    };
    for (id, order) in &audit.orders {
        tell("order.paid.v1", id, paid(order));
        tell("order.expired.v1", id, passed(order, "expired"));
        tell("order.shipped.v1", id, passed(order, "shipped"));
        tell("order.completed.v1", id, passed(order, "completed"));
        // An order that was refunded piece by piece has an event for each piece.
        let back = passed(order, "cancelled") || (passed(order, "refunded") && order["given_up"] != true);
        tell("order.cancelled.v1", id, back);
    }
    for (id, refund) in &audit.refunds {
        // If only goods come back, no money is sent.
        tell("refund.requested.v1", id, amount(&refund["amount"]) != 0);
        // A refund made by the order's process is announced by the event of the order's end.
        let of_process = text(&refund["order"]).strip_prefix("ord_") == id.strip_prefix("rfd_");
        tell("order.refunded.v1", id, !of_process);
    }
    for (id, payment) in &audit.payments {
        tell("refund.requested.v1", id, payment["status"] == "returned");
    }
    for (id, payout) in &audit.payouts {
        tell("payout.requested.v1", id, true);
        tell("payout.failed.v1", id, payout["state"]["status"] == "failed");
        let arrived = audit.journals.iter().any(|j| j["of"] == "payout_settled" && j["subject"] == id.as_str());
        tell("payout.paid.v1", id, arrived);
    }
    for report in &audit.reports {
        tell("provider.reported.v1", text(&report["id"]), true);
    }
    for (event, data) in &audit.events {
        let about = match event.as_str() {
            "order.paid.v1" | "order.expired.v1" | "order.shipped.v1" | "order.completed.v1" | "order.cancelled.v1" => {
                &data["order"]
            }
            "refund.requested.v1" => &data["subject"],
            "order.refunded.v1" => &data["refund"],
            "payout.requested.v1" | "payout.paid.v1" | "payout.failed.v1" => &data["payout"],
            "provider.reported.v1" => &data["event"],
            _ => continue,
        };
        *due.entry((event.as_str(), text(about).to_owned())).or_default() -= 1;
    }
    let wrong = due.into_iter().filter(|(_, count)| *count != 0);
    let mut findings: Vec<_> = wrong
        .map(|((event, about), count)| match count {
            1.. => format!("{event} was never told of {about}"),
            _ => format!("{event} was told of {about} {} times too often", -count),
        })
        .collect();
    for (id, payment) in &audit.payments {
        let of_payment = |kind: &str| {
            let reports = audit.reports.iter().map(|report| &report["report"]);
            reports.filter(|r| r["type"] == kind && r["payment"] == id.as_str()).count()
        };
        let captured = ["captured", "returned"].contains(&text(&payment["status"]));
        if captured && of_payment("payment.succeeded") == 0 {
            findings.push(format!("{id} was captured, which nobody reported"));
        }
        if !captured && of_payment("payment.succeeded") > 0 {
            findings.push(format!("{id} was reported captured and is {}", payment["status"]));
        }
    }
    for timer in &audit.timers {
        let of_payment = timer["due"]["kind"] == "payment";
        if of_payment {
            findings.push(format!("the timer of {} is still there", timer["due"]["id"]));
        }
    }
    audit.findings.extend(findings);
}
