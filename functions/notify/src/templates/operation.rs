//! E-mails about problems that an administrator of a marketplace, or the operator of the deployment, has to look into.

use super::{Addressed, Role, day_and_time, to, words};
use crate::{
    brand::Brand,
    consumers::email::EMAILS,
    isolate::isolated,
    template::{Row, Template},
};
use std::collections::BTreeMap;
use tradewind_identity::User;
use tradewind_kernel::{Time, email::Email, event::Queue};
use tradewind_reconciliation::{
    Finding, FindingKind,
    entities::{Reconciliation, StoredFinding},
};
use tradewind_tenancy::branding::Page;

/// Most findings that an e-mail lists one by one.
const MOST: usize = 10;

/// Tells an administrator that a provider reported something that does not fit.
pub(crate) fn finding(brand: &Brand, StoredFinding { id, finding, .. }: &StoredFinding, admin: &User) -> Addressed {
    let amount = finding.at_provider.map(|amount| Row::new("Amount", amount));
    to(Role::Admin, admin, &format!("Something at {} does not add up", brand.name), |template| {
        let why = isolated(finding.reason.as_deref().unwrap_or_default());
        let facts = [
            Row::new("What", words(finding.transaction.name())),
            Row::new("Of", isolated(&finding.subject)),
            Row::new("Why", why),
        ];
        template
            .text("The payment provider reported something that does not fit what is known. Nothing was booked for it.")
            .facts(facts.into_iter().chain(amount))
            .text("See the findings of the reconciliation, and note there what it was.")
            .link(brand.link("See the finding", &Page::Finding(id)))
    })
}

/// Tells an administrator that a day's reconciliation has new findings.
pub(crate) fn reconciled(brand: &Brand, run: &Reconciliation, findings: &[Finding], admin: &User) -> Addressed {
    let (number, day) = (findings.len(), run.day);
    let subject = format!("{} does not agree with the payment provider on {day}", brand.name);
    to(Role::Admin, admin, &subject, |template| {
        let rows = findings.iter().take(MOST).map(|finding| Row::new(different(finding), amounts(finding)));
        let differences = if number == 1 { "1 difference" } else { &format!("{number} differences") };
        let template = template
            .text(&format!(
                "The reconciliation of {day} found {differences} between the payment provider and the ledger that had not been found before."
            ))
            .facts(rows);
        more(template, number)
            .text("Nothing was changed. See the findings of the reconciliation, and note there what each was.")
            .facts([Row::new("Reconciliation", &run.id)])
            .link(brand.link("See the reconciliation", &Page::Reconciliation(&run.id)))
    })
}

/// A finding as text: `pay_1, charge: the amounts differ`.
fn different(finding: &Finding) -> String {
    format!("{}, {}: {}", isolated(&finding.subject), words(finding.transaction.name()), how(finding.kind))
}

const fn how(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::MissingInLedger => "it is not in the ledger",
        FindingKind::MissingAtProvider => "the provider does not know it",
        FindingKind::AmountDiffers => "the amounts differ",
        FindingKind::CurrencyDiffers => "the currencies differ",
        FindingKind::Duplicate => "the provider did it twice",
        FindingKind::NotApplied => "it does not fit what is known",
    }
}

fn amounts(finding: &Finding) -> String {
    let said = finding.at_provider.map(|amount| format!("{amount} at the provider"));
    let booked = finding.in_ledger.map(|amount| format!("{amount} in the ledger"));
    let both: Vec<_> = said.into_iter().chain(booked).collect();
    if both.is_empty() { day_and_time(finding.at) } else { both.join(", ") }
}

/// A message that was given up, and is kept in a dead-letter queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GivenUp {
    /// The name of the dead-letter queue in the deployment.
    pub queue: String,
    /// The message's id.
    pub message: String,
    /// The task or event: `order.paid.v1`.
    pub what: String,
    /// The subject: `order ord_1`.
    pub about: String,
    /// When the message was first sent.
    pub since: Option<Time>,
}

/// Tells an administrator that something in their marketplace could not be done. `operated` is whether the operator of the deployment is
/// notified as well.
pub(crate) fn given_up(brand: &Brand, all: &[GivenUp], operated: bool, admin: &User) -> Addressed {
    to(Role::Admin, admin, &format!("Something at {} could not be done", brand.name), |template| {
        let things = if all.len() == 1 { "1 thing" } else { &format!("{} things", all.len()) };
        let next = match operated {
            true => {
                "Nothing of it is lost: it is kept for 14 days. Whoever runs the deployment has been told, finds the cause and has it tried again."
            }
            false => {
                "Nothing of it is lost: it is kept for 14 days. Tell whoever runs the deployment: they find the cause and have it tried again."
            }
        };
        let template = template
            .text(&format!("{things} at {} could not be done, although each was tried several times.", brand.name))
            .facts(all.iter().take(MOST).map(|one| {
                let what = left_undone(&one.queue);
                Row::new(format!("{what}. {}", since(one)), isolated(&format!("{}: {}", one.what, one.about)))
            }));
        more(template, all.len()).text(next)
    })
}

/// Tells the operator of the deployment that there are new dead letters.
pub(crate) fn dead_letters(brand: &Brand, all: &[GivenUp], operator: &Email) -> Addressed {
    let mut queues = BTreeMap::<&str, u32>::new();
    for one in all {
        let count = queues.entry(&one.queue).or_default();
        *count = count.saturating_add(1);
    }
    let things = if all.len() == 1 { "1 new dead letter" } else { &format!("{} new dead letters", all.len()) };
    let subject = format!("{}: {things}", brand.name);
    let template = Template::new(&subject, "")
        .text(&format!(
            "There are {things}: messages that could not be processed in five tries. They are kept for 14 days."
        ))
        .amounts(queues.into_iter().map(|(queue, count)| Row::new(queue, count)))
        .facts(all.iter().take(MOST).map(|one| {
            let what = format!("{}, message {}", since(one), isolated(&one.message));
            Row::new(what, format!("{}: {}", isolated(&one.what), isolated(&one.about)))
        }));
    let template = more(template, all.len()).text(
        "Find the cause in the log of the function that reads the queue, mend it, and start a redrive of the dead-letter queue.",
    );
    Addressed { role: Role::Operator, to: operator.clone(), template }
}

/// What is not done when the messages of a queue cannot be processed, in words for people who do not know what queues are.
pub(crate) const LEFT_UNDONE: &[(Queue, &str)] = &[
    (EMAILS, "An e-mail was not sent"),
    (tradewind_catalog::IMPORTS, "A part of a catalogue was not imported"),
    (tradewind_media::UPLOADED, "A picture was not processed"),
    (tradewind_orders::ERASURES, "What is personal was not erased from the orders of a deleted account"),
    (tradewind_payments::REPORTS, "A report of the payment provider was not applied"),
    (tradewind_payouts::RUNS, "A payout run was not finished"),
    (tradewind_payments::PROVIDER_TASKS, "The payment provider was not asked to do something"),
    (tradewind_audit::VERIFICATIONS, "A verification of the ledger was not finished"),
    (tradewind_reconciliation::RECONCILIATIONS, "A reconciliation was not finished"),
    (tradewind_migrations::MIGRATIONS, "A migration of what is stored was not finished"),
    (Queue::named("relay-again"), "What happened was not passed on"),
];

fn left_undone(dead_letters: &str) -> &'static str {
    let of = LEFT_UNDONE.iter().find(|(queue, _)| dead_letters.ends_with(&format!("-{}-dead", queue.name())));
    of.map_or("Something was left undone", |(_, words)| words)
}

fn since(one: &GivenUp) -> String {
    one.since.map_or("Since some time".to_owned(), |since| format!("Since {}", day_and_time(since)))
}

fn more(template: Template, all: usize) -> Template {
    match all.saturating_sub(MOST) {
        0 => template,
        more => template.text(&format!("And {more} more.")),
    }
}
