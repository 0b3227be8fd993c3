//! `notify-email`: writes to everybody whom an event concerns.
//!
//! One e-mail for each event and recipient. They are sent first and marked as sent after, in one item for an event, which names those that
//! were sent if others failed: only these are tried again. SES has no idempotency key: a crash between sending and marking, or two
//! deliveries of one event at the same moment, send e-mails twice. The other order would lose them.

use crate::{brand::Brand, letters::Addressed, news::News, recipients, send};
use tradewind_kernel::event::{Envelope, Queue};
use tradewind_lambda::{App, Consumer, Grant, Handled, JobError, Message};
use tradewind_orders::keys as orders_keys;
use tradewind_storage::{Wanted, keys};

/// Where e-mails wait.
pub const EMAILS: Queue = Queue::named("notify-email");

/// What the consumer declares.
pub const CONSUMER: Consumer = Consumer {
    function: "notify-email",
    summary: "Writes e-mails to everybody whom an event concerns.",
    queue: EMAILS,
    batch: 10,
    grants: &[Grant::MainRead, Grant::EphemeralRead, Grant::EphemeralWrite, Grant::SendEmail, Grant::SealingKey],
    memory: 256,
    timeout_seconds: 60,
    most_at_once: 10,
};

pub async fn handle(app: App, message: Message<Envelope<News>>) -> Result<Handled, JobError> {
    let Envelope { marketplace: tenant, id, event, trace, .. } = message.payload;
    let marketplace = app.marketplace(&tenant).await?;
    let marketplace = marketplace.ok_or_else(|| JobError::internal(format!("{tenant} is missing")))?;
    // What an event of an order is about is read together with the mark.
    let mark = keys::done(&tenant, CONSUMER.function, &id);
    let about = recipients::order(&event).map(|order| orders_keys::order(&tenant, order));
    let mut found = app.table.gather(Wanted::default().and(&mark).all(&about)).await?;
    let mark = found.take(&mark)?.filter(|mark| mark.expires_at > app.now());
    if mark.as_ref().is_some_and(|mark| mark.only.is_empty()) {
        return Ok(Handled::Duplicate);
    }
    let order = about.map_or(Ok(None), |order| found.take(&order))?;
    let letters = recipients::letters(&app, &marketplace, event, order).await?;
    let known = mark.is_some();
    let mut sent = mark.map(|mark| mark.only).unwrap_or_default();
    let mut failure = None;
    for (letter, name) in letters.iter().zip(names(&letters)) {
        if sent.contains(&name) {
            continue;
        }
        match send::send(&app, &marketplace.name, &Brand::of(&marketplace), letter).await {
            Ok(()) => sent.push(name),
            // The others get theirs all the same.
            Err(error) => failure = failure.or(Some(error)),
        }
    }
    let commit = app.commit(&tenant, trace);
    match failure {
        // Nothing to remember.
        Some(failure) if sent.is_empty() => Err(failure),
        Some(failure) => {
            commit.partly(CONSUMER.function, &id, sent).send(&app.table).await?;
            Err(failure)
        }
        None if known => {
            commit.partly(CONSUMER.function, &id, vec![]).send(&app.table).await?;
            Ok(Handled::Done)
        }
        None => {
            commit.once(CONSUMER.function, &id).send(&app.table).await?;
            Ok(Handled::Done)
        }
    }
}

/// What the letters of one event are called in its mark: by the role of whoever gets them. A disputed payment may concern several
/// sellers.
fn names(letters: &[Addressed]) -> Vec<String> {
    let name = |(at, letter): (usize, &Addressed)| {
        let before = letters.iter().take(at).filter(|other| other.role == letter.role).count();
        if before == 0 { letter.role.name().to_owned() } else { format!("{}-{before}", letter.role.name()) }
    };
    letters.iter().enumerate().map(name).collect()
}
