//! `notify-dead-letters`: reports messages that were given up. The operator of the deployment is notified of every new dead letter, if an
//! address is set; administrators are notified of those of their marketplace.
//!
//! Each message is reported once, however often it is seen: it keeps its id in the dead-letter queue, and gets another when it is redriven.
//! Everything that is new in one run goes into one e-mail for each recipient. It is sent first and marked afterwards, as `notify-email`
//! does. A run sees some two hundred messages of a queue; further ones are reported by later runs.

use crate::{
    brand::Brand,
    send,
    templates::{self, Addressed, GivenUp},
};
use futures::future::join_all;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use tradewind_identity::keys as identity_keys;
use tradewind_kernel::{Id, MarketplaceId, email::Email};
use tradewind_lambda::{App, Grant, Job, JobError};
use tradewind_media::UploadPurpose;
use tradewind_storage::{entities::Notified, keys, queue::DeadLetter};
use tradewind_tenancy::keys as tenancy_keys;

/// Messages of a queue that one run reads.
const MOST: usize = 200;
/// Marks that are read or written at once.
const AT_ONCE: usize = 90;
/// How long marks are kept: longer than any queue keeps a message (14 days).
const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

pub const JOB: Job = Job {
    function: "notify-dead-letters",
    summary: "Tells the operator and administrators of messages that were given up.",
    schedule: "rate(15 minutes)",
    grants: &[Grant::MainRead, Grant::EphemeralRead, Grant::EphemeralWrite, Grant::DeadLetters, Grant::SendEmail],
};

pub async fn handle(app: App) -> Result<u32, JobError> {
    let mut failure = None;
    let mut note = |error: JobError| failure = failure.take().or(Some(error));
    let queues = app.queues.dead_letter_queues();
    let mut all = vec![];
    for seen in join_all(queues.iter().map(|queue| app.queues.dead_letters(queue, MOST))).await {
        match seen {
            Ok(letters) => all.extend(letters.iter().map(read)),
            // The messages of the other queues are reported all the same.
            Err(error) => note(error.into()),
        }
    }
    let mut of = BTreeMap::<MarketplaceId, Vec<GivenUp>>::new();
    for (tenant, letter) in &all {
        if let Some(tenant) = tenant {
            of.entry(tenant.clone()).or_default().push(letter.clone());
        }
    }
    let mut told = 0_u32;
    let mut count = |result: Result<bool, JobError>| match result {
        Ok(sent) => told = told.saturating_add(u32::from(sent)),
        Err(error) => note(error),
    };
    let operator = app.settings().operator_address.as_deref().and_then(|address| Email::parse(address).ok());
    if let Some(address) = &operator {
        count(tell_operator(&app, address, all.into_iter().map(|(_, letter)| letter).collect()).await);
    }
    for (tenant, letters) in of {
        count(tell_admin(&app, &tenant, letters, operator.is_some()).await);
    }
    failure.map_or(Ok(told), Err)
}

async fn tell_operator(app: &App, address: &Email, all: Vec<GivenUp>) -> Result<bool, JobError> {
    let new = news(app, None, all).await?;
    if new.is_empty() {
        return Ok(false);
    }
    let brand = Brand::operator();
    send::send(app, &brand.name, &brand, &templates::dead_letters(&brand, &new, address)).await?;
    // The marks are stored in the platform's partition, so it does not matter which marketplace's commit writes them.
    mark(app, &app.id(), None, &new).await
}

async fn tell_admin(app: &App, tenant: &MarketplaceId, all: Vec<GivenUp>, operated: bool) -> Result<bool, JobError> {
    let new = news(app, Some(tenant), all).await?;
    if new.is_empty() {
        return Ok(false);
    }
    // A message may name a marketplace that does not exist; then there is nobody to notify.
    let Some(marketplace) = app.table.get(tenancy_keys::marketplace(tenant)).await? else { return Ok(false) };
    let Some(admin) = app.table.get(identity_keys::user(tenant, &marketplace.owner)).await? else { return Ok(false) };
    let brand = Brand::of(&marketplace);
    let addressed: Addressed = templates::given_up(&brand, &new, operated, &admin);
    send::send(app, &marketplace.name, &brand, &addressed).await?;
    mark(app, tenant, Some(tenant), &new).await
}

/// The messages that a recipient was not notified of before.
async fn news(app: &App, of: Option<&MarketplaceId>, all: Vec<GivenUp>) -> Result<Vec<GivenUp>, JobError> {
    let mut known = BTreeSet::new();
    for some in all.chunks(AT_ONCE) {
        let marks = app.table.get_all(some.iter().map(|one| keys::notified(of, &one.message)).collect()).await?;
        known.extend(marks.into_iter().filter(|mark| mark.expires_at > app.now()).map(|mark| mark.message));
    }
    Ok(all.into_iter().filter(|one| !known.contains(&one.message)).collect())
}

async fn mark(
    app: &App,
    tenant: &MarketplaceId,
    of: Option<&MarketplaceId>,
    new: &[GivenUp],
) -> Result<bool, JobError> {
    let expires_at = app.now().after(KEPT);
    for some in new.chunks(AT_ONCE) {
        let mut commit = app.commit(tenant, None);
        for one in some {
            commit = commit.replace(&Notified { of: of.cloned(), message: one.message.clone(), expires_at });
        }
        commit.send(&app.table).await?;
    }
    Ok(true)
}

/// What a message was about, and which marketplace's it was, as far as it can be read.
fn read(letter: &DeadLetter) -> (Option<MarketplaceId>, GivenUp) {
    let body: Value = serde_json::from_str(&letter.body).unwrap_or_default();
    let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str);
    let upload = text("/Records/0/s3/object/key").and_then(|key| UploadPurpose::ListingImage.owner_of_key(key));
    let (tenant, what, about) = match (text("/type"), upload) {
        (Some(kind), _) => {
            let tenant = text("/marketplace").and_then(|id| MarketplaceId::parse(id).ok());
            (tenant, kind.to_owned(), ids(body.get("data")))
        }
        (None, Some((tenant, upload))) => (Some(tenant), "A picture".to_owned(), format!("upload {upload}")),
        (None, None) => (None, "A message".to_owned(), "it cannot be read".to_owned()),
    };
    let what = what.chars().take(60).collect();
    let (queue, message, since) = (letter.queue.clone(), letter.id.clone(), letter.sent_at);
    (tenant, GivenUp { queue, message, what, about, since })
}

/// The ids in an event's data, with their kinds: `order ord_1, refund ref_1`. Texts that people wrote are left out.
fn ids(data: Option<&Value>) -> String {
    let fields = data.and_then(Value::as_object).into_iter().flatten();
    let id = |value: &Value| value.as_str().filter(|id| id.len() <= 64 && !id.contains(' ')).map(str::to_owned);
    let named = fields.filter_map(|(name, value)| Some(format!("{} {}", name.replace('_', " "), id(value)?)));
    named.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given_up(body: &str) -> (Option<MarketplaceId>, String, String) {
        let letter = DeadLetter { queue: "q-dead".into(), id: "m".into(), body: body.into(), sent_at: None };
        let (tenant, one) = read(&letter);
        (tenant, one.what, one.about)
    }

    #[test]
    fn what_a_message_was_about_is_read_as_far_as_it_can_be() {
        let tenant = MarketplaceId::from_ulid("01jd0000000000000000000000");
        let event = format!(
            r#"{{"id":"e","marketplace":"{tenant}","type":"order.refunded.v9","data":{{"order":"ord_1","amount":{{}},"text":"a b"}}}}"#
        );
        assert_eq!(given_up(&event), (Some(tenant.clone()), "order.refunded.v9".into(), "order ord_1".into()));
        let upload = "upl_01jd0000000000000000000000";
        let notification = format!(r#"{{"Records":[{{"s3":{{"object":{{"key":"images/{tenant}/{upload}"}}}}}}]}}"#);
        assert_eq!(given_up(&notification), (Some(tenant), "A picture".into(), format!("upload {upload}")));
        for unreadable in ["", "<xml>", "[]", r#"{"type":7}"#, r#"{"Records":[]}"#] {
            assert_eq!(given_up(unreadable), (None, "A message".into(), "it cannot be read".into()), "{unreadable}");
        }
    }
}
