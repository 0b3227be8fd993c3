//! `notify-email`: writes to everybody whom an event concerns.
//!
//! One e-mail for each event and recipient. It is sent first and marked as sent after, each recipient on their own, so that
//! what failed for one is tried again for that one only. SES has no idempotency key: a crash between sending and marking, or two
//! deliveries of one event at the same moment, send an e-mail twice. The other order would lose it.

use crate::{brand::Brand, letters::Addressed, news::News, recipients, send};
use tradewind_kernel::event::{Envelope, Queue};
use tradewind_lambda::{App, Consumer, Grant, Handled, JobError, Message};
use tradewind_storage::{CommitError, keys};
use tradewind_tenancy::{Marketplace, keys as tenancy_keys};

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
    let envelope = message.payload;
    let marketplace = app.table.peek(tenancy_keys::marketplace(&envelope.marketplace)).await?;
    let marketplace = marketplace.ok_or_else(|| JobError::internal(format!("{} is missing", envelope.marketplace)))?;
    let mut handled = Handled::Duplicate;
    let mut failure = None;
    let letters = recipients::letters(&app, &marketplace, envelope.event.clone()).await?;
    for (at, addressed) in letters.iter().enumerate() {
        // A disputed payment may concern several sellers.
        let before = letters.iter().take(at).filter(|letter| letter.role == addressed.role).count();
        match once(&app, &marketplace, &envelope, addressed, before).await {
            Ok(Handled::Done) => handled = Handled::Done,
            Ok(Handled::Duplicate) => {}
            // The others get theirs all the same.
            Err(error) => failure = failure.or(Some(error)),
        }
    }
    failure.map_or(Ok(handled), Err)
}

/// Sends one e-mail, unless it was sent before. So many of its event's letters go to somebody of the same role before it.
async fn once(
    app: &App,
    from: &Marketplace,
    envelope: &Envelope<News>,
    addressed: &Addressed,
    before: usize,
) -> Result<Handled, JobError> {
    let nth = if before == 0 { String::new() } else { format!("-{before}") };
    let consumer = format!("{}-{}{nth}", CONSUMER.function, addressed.role.name());
    let sent = app.table.get(keys::done(&envelope.marketplace, &consumer, &envelope.id)).await?;
    if sent.is_some_and(|done| done.expires_at > app.now()) {
        return Ok(Handled::Duplicate);
    }
    send::send(app, &from.name, &Brand::of(from), addressed).await?;
    let mark = app.commit(&envelope.marketplace, envelope.trace.clone()).once(&consumer, &envelope.id);
    match mark.send(&app.table).await {
        Ok(()) => Ok(Handled::Done),
        Err(CommitError::Again) => Ok(Handled::Duplicate),
        Err(
            error @ (CommitError::Contention
            | CommitError::Refused(_)
            | CommitError::Impossible(_)
            | CommitError::Storage(_)),
        ) => Err(error.into()),
    }
}
