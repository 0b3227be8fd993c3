//! `notify-email`: sends e-mails to everybody whom an event concerns.
//!
//! One e-mail for each event and recipient. They are sent first and marked as sent afterwards, in one item for each event. If some fail,
//! the item names those that were sent, and only the failed ones are tried again. SES has no idempotency key: a crash between sending and
//! marking, or two deliveries of one event at the same moment, send e-mails twice. The opposite order would lose e-mails.

use crate::{brand::Brand, news::News, recipients, send, templates::Addressed};
use std::time::Duration;
use tradewind_kernel::{
    MarketplaceId,
    event::{Envelope, Queue},
};
use tradewind_lambda::{App, Consumer, Grant, Handled, JobError, Message, backoff};
use tradewind_orders::keys as orders_keys;
use tradewind_storage::{Commit, CommitError, Wanted, keys};

/// The queue in which e-mails wait to be sent.
pub const EMAILS: Queue = Queue::named("notify-email");

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
    let Envelope { marketplace: tenant, id, event, trace, at, .. } = message.payload;
    let marketplace = app.marketplace(&tenant).await?;
    let marketplace = marketplace.ok_or_else(|| JobError::internal(format!("{tenant} is missing")))?;
    // The order that an event is about is read together with the mark.
    let mark = keys::done(&tenant, CONSUMER.function, &id);
    let about = recipients::order(&event).map(|order| orders_keys::order(&tenant, order));
    let mut found = app.table.gather(Wanted::default().and(&mark).all(&about)).await?;
    let mark = found.take(&mark)?.filter(|mark| mark.expires_at > app.now());
    if mark.as_ref().is_some_and(|mark| mark.only.is_empty()) {
        return Ok(Handled::Duplicate);
    }
    let order = about.map_or(Ok(None), |order| found.take(&order))?;
    let mut templates = recipients::templates(&app, &marketplace, (event, at), order).await?;
    // Whoever deleted their account is not written to.
    templates.retain(|template| !template.to.as_str().ends_with(".invalid"));
    let names = names(&templates);
    let mut marks = Marks { app: &app, tenant: &tenant, id: &id, trace, known: mark.is_some(), unmarked: 0 };
    let mut sent = match mark {
        Some(mark) => mark.only,
        None if app.now().since(at) > SOON => marked_one_by_one(&app, &tenant, &id, &names).await?,
        None => vec![],
    };
    let mut failure = None;
    for (template, name) in templates.iter().zip(names) {
        if sent.contains(&name) {
            continue;
        }
        // If an event requires many e-mails and the function is stopped, it can continue where it was.
        if marks.unmarked >= TOGETHER {
            marks.partly(&sent).await?;
        }
        match send::send(&app, &marketplace.name, &Brand::of(&marketplace), template).await {
            Ok(()) => {
                sent.push(name);
                marks.unmarked = marks.unmarked.saturating_add(1);
            }
            // The others are sent all the same.
            Err(error) => failure = failure.or(Some(error)),
        }
    }
    match failure {
        Some(failure) => {
            if marks.unmarked > 0 {
                marks.partly(&sent).await?;
            }
            Err(failure)
        }
        None => marks.done().await,
    }
}

/// After this many e-mails it is marked which ones were sent: most events have no more.
const TOGETHER: usize = 2;

/// E-mails are sent within seconds of their event. For an older event, sending may have been tried before.
const SOON: Duration = Duration::from_secs(60);

/// How often writing a mark is tried: an e-mail cannot be taken back, and without its mark it is sent again.
const TRIES: u32 = 5;

struct Marks<'a> {
    app: &'a App,
    tenant: &'a MarketplaceId,
    id: &'a str,
    trace: Option<String>,
    /// Whether a mark exists already.
    known: bool,
    /// The number of e-mails sent since the last mark.
    unmarked: usize,
}

impl Marks<'_> {
    async fn partly(&mut self, sent: &[String]) -> Result<(), JobError> {
        self.write(|commit, id| commit.partly(CONSUMER.function, id, sent.to_vec())).await?;
        (self.known, self.unmarked) = (true, 0);
        Ok(())
    }

    async fn done(&self) -> Result<Handled, JobError> {
        self.write(|commit, id| match self.known {
            true => commit.partly(CONSUMER.function, id, vec![]),
            false => commit.once(CONSUMER.function, id),
        })
        .await?;
        Ok(Handled::Done)
    }

    async fn write(&self, mark: impl Fn(Commit, &str) -> Commit) -> Result<(), JobError> {
        let mut tried = 1;
        loop {
            let commit = mark(self.app.commit(self.tenant, self.trace.clone()), self.id);
            match commit.send(&self.app.table).await {
                Err(CommitError::Contention) if tried < TRIES => backoff(self.app, tried).await,
                other => return Ok(other?),
            }
            tried = tried.saturating_add(1);
        }
    }
}

/// Which of these e-mails were marked as sent by an earlier release, which stored an item for each e-mail of an event. None of these items
/// is left 30 days after that release was last in use.
async fn marked_one_by_one(
    app: &App,
    tenant: &MarketplaceId,
    id: &str,
    names: &[String],
) -> Result<Vec<String>, JobError> {
    let mark = |name: &String| keys::done(tenant, &format!("{}-{name}", CONSUMER.function), id);
    let mut found = app.table.gather(names.iter().fold(Wanted::default(), |all, name| all.and(&mark(name)))).await?;
    let mut sent = vec![];
    for name in names {
        let mark = found.take(&mark(name))?;
        sent.extend(mark.filter(|mark| mark.expires_at > app.now()).map(|_| name.clone()));
    }
    Ok(sent)
}

/// The names of an event's e-mails in its mark: the role of the recipient. A disputed payment may concern several sellers.
fn names(templates: &[Addressed]) -> Vec<String> {
    let name = |(at, template): (usize, &Addressed)| {
        let before = templates.iter().take(at).filter(|other| other.role == template.role).count();
        if before == 0 { template.role.name().to_owned() } else { format!("{}-{before}", template.role.name()) }
    };
    templates.iter().enumerate().map(name).collect()
}
