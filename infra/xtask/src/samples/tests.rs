//! Holds the samples, and what releases have written, against the types that read them.

use super::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};
use tradewind_identity::{DeletionEvent, IdentityEvent};
use tradewind_lambda::Trigger;
use tradewind_payments::provider::AccountStatus;

/// Reads an event as one of this type, and returns what this release would write of it.
fn read<E: Event>(text: &str) -> Result<Value> {
    let event: Envelope<E> = serde_json::from_str(text).map_err(|e| e.to_string())?;
    serde_json::to_value(&event).map_err(|e| e.to_string())
}

/// What reads events: their names, and how one of them is read.
type Reader = (&'static [&'static str], fn(&str) -> Result<Value>);

const fn reader<E: Event>() -> Reader {
    (E::NAMES, read::<E>)
}

const READERS: [Reader; 15] = [
    reader::<DisputeEvent>(),
    reader::<DeletionEvent>(),
    reader::<IdentityEvent>(),
    reader::<ImportEvent>(),
    reader::<MigrationEvent>(),
    reader::<OrderEvent>(),
    reader::<PaymentEvent>(),
    reader::<PayoutEvent>(),
    reader::<PayoutRunEvent>(),
    reader::<ProviderTask>(),
    reader::<ReconciliationEvent>(),
    reader::<ReconciliationTask>(),
    reader::<RefundEvent>(),
    reader::<ReportEvent>(),
    reader::<VerificationEvent>(),
];

/// One report of every kind, in the order of their golden files. A new kind of report does not compile until it has a number here.
fn reports() -> Vec<ProviderReport> {
    let money = |amount| Money::new(amount, Currency::parse("EUR").unwrap());
    let (payment, dispute) = (id::<PaymentId>(), "dp_sample".to_owned());
    let (subject, reason) = (id::<RefundId>().to_string(), "a reason".to_owned());
    let amount = money(1299);
    let status = AccountStatus {
        details_submitted: true,
        payouts_enabled: false,
        requirements: vec!["external_account".into()],
        disabled_reason: Some("requirements.past_due".into()),
    };
    let all = vec![
        // The amount of the file that there was before these.
        ProviderReport::PaymentSucceeded { payment: payment.clone(), amount: money(16150) },
        ProviderReport::PaymentFailed { payment: payment.clone(), reason: reason.clone() },
        ProviderReport::RefundSucceeded { subject: subject.clone(), amount },
        ProviderReport::RefundFailed { subject, reason: reason.clone() },
        ProviderReport::PayoutPaid { payout: id() },
        ProviderReport::PayoutFailed { payout: id(), reason: reason.clone() },
        ProviderReport::PaymentNeedsAction { payment: payment.clone() },
        ProviderReport::DisputeOpened {
            payment: payment.clone(),
            dispute: dispute.clone(),
            amount,
            fee: Some(money(1500)),
            reason,
        },
        ProviderReport::DisputeWon { payment: payment.clone(), dispute: dispute.clone(), amount },
        ProviderReport::DisputeLost { payment, dispute, amount },
        ProviderReport::AccountUpdated { seller: id(), status, reported_at: 1_731_940_800 },
    ];
    let number = |report: &ProviderReport| match report {
        ProviderReport::PaymentSucceeded { .. } => 0,
        ProviderReport::PaymentFailed { .. } => 1,
        ProviderReport::RefundSucceeded { .. } => 2,
        ProviderReport::RefundFailed { .. } => 3,
        ProviderReport::PayoutPaid { .. } => 4,
        ProviderReport::PayoutFailed { .. } => 5,
        ProviderReport::PaymentNeedsAction { .. } => 6,
        ProviderReport::DisputeOpened { .. } => 7,
        ProviderReport::DisputeWon { .. } => 8,
        ProviderReport::DisputeLost { .. } => 9,
        ProviderReport::AccountUpdated { .. } => 10,
    };
    assert!(all.iter().enumerate().all(|(at, report)| at == number(report)));
    all
}

/// What the samples leave out: optional members, and every variant of what an event carries. Those of one name are in the order of their
/// golden files: `-2`, `-3` and so on.
fn others() -> Vec<Envelope<AnyEvent>> {
    let received =
        |report| ReportEvent::Received { provider: "sandbox".into(), event: "evt_sample".into(), report: Some(report) };
    let amount = Money::new(1299, Currency::parse("EUR").unwrap());
    let mut progress =
        Progress { stage: "2024-11".into(), after: format!("2024-11-18#{ULID}"), restless: 1, ..Progress::default() };
    progress.sums.add("escrow", amount).unwrap();
    let step = |part, progress| VerificationEvent::Step { verification: id(), part, step: 1, progress };
    let mut all: Vec<_> = reports().into_iter().map(|report| any(&received(report)).unwrap()).collect();
    all.extend([
        any(&OrderEvent::Refunded { order: id(), refund: id(), amount, last: true }).unwrap(),
        any(&PayoutRunEvent::Requested { run: id(), only: Some(id()), after: Some(id()), scheduled: true }).unwrap(),
        any(&step(Part::Disputes, progress)).unwrap(),
        any(&step(Part::Sellers, Progress::default())).unwrap(),
        any(&step(Part::Seller { seller: id() }, Progress::default())).unwrap(),
        any(&ReconciliationTask::Step { run: id(), list: 1, after: "evt_sample".into() }).unwrap(),
    ]);
    let mut all: Vec<_> = all.into_iter().map(envelope).collect();
    // Some wait on their queue, and come from what is not traced.
    for step in all.iter_mut().filter(|step| step.event.name == "ledger.verification_step.v1") {
        (step.trace, step.delay_seconds) = (None, 20);
    }
    all
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events/golden")
}

/// Compares an event with its golden file, which is written first if there is none.
fn hold(file: &str, envelope: &Envelope<AnyEvent>) {
    let path = folder().join(file);
    let now = serde_json::to_value(envelope).unwrap();
    if std::env::var("UPDATE_GOLDEN").is_ok() && !path.exists() {
        fs::write(&path, serde_json::to_string_pretty(&now).unwrap() + "\n").unwrap();
    }
    let golden = fs::read_to_string(&path)
        .unwrap_or_else(|_| panic!("{file} is missing: UPDATE_GOLDEN=1 cargo test --workspace --bin tradewind-xtask"));
    let golden: Value = serde_json::from_str(&golden).unwrap();
    assert_eq!(golden, now, "{file}: an event of another shape needs a name of its own, such as `.v2`");
}

/// Whether all that was written is written today. An older event may lack what is optional.
fn within(golden: &Value, now: &Value) -> bool {
    match (golden, now) {
        (Value::Object(golden), Value::Object(now)) => {
            golden.iter().all(|(name, value)| now.get(name).is_some_and(|now| within(value, now)))
        }
        _ => golden == now,
    }
}

#[test]
fn there_is_a_sample_of_every_event_that_somebody_takes() {
    let functions = tradewind_local::functions();
    let taken = functions.iter().filter_map(|function| {
        if let Trigger::Queue(trigger) = &function.trigger { Some(trigger.events) } else { None }
    });
    let taken: BTreeSet<_> = taken.flatten().copied().flatten().map(|name| (*name).to_owned()).collect();
    let sampled: BTreeSet<_> = events().unwrap().into_iter().map(|envelope| envelope.event.name).collect();
    assert_eq!(sampled, taken);
}

/// Messages wait in queues while a release replaces another, so the format of an event must never change under its name.
#[test]
fn every_event_is_what_it_was() {
    for envelope in events().unwrap() {
        hold(&format!("{}.json", envelope.event.name), &envelope);
    }
    let mut numbers = BTreeMap::new();
    for envelope in others() {
        let number = numbers.entry(envelope.event.name.clone()).or_insert(1);
        *number += 1;
        hold(&format!("{}-{number}.json", envelope.event.name), &envelope);
    }
}

/// Consumers read an event as one of their own types, so that is how those of older releases are read here.
#[test]
fn all_events_that_there_were_are_read() {
    for file in fs::read_dir(folder()).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        let golden: Value = serde_json::from_str(&text).unwrap();
        let name = golden["type"].as_str().unwrap();
        let readers: Vec<_> = READERS.iter().filter(|(names, _)| names.contains(&name)).collect();
        assert!(!readers.is_empty(), "no type reads {name}: READERS has a row for each enum of events");
        for (_, read) in readers {
            let now = read(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
            assert!(within(&golden, &now), "{golden} is read, and {now} would be written");
        }
    }
}
