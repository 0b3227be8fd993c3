//! Creating, changing, finding, emptying and deleting queues.

use std::{collections::BTreeMap, sync::Arc};

use rusqlite::params;
use tokio::sync::Notify;

use super::{Store, run};
use crate::{
    fault::{Answer, Code, Fault},
    queue::{self, Queue, Settings, allows_source, is_fifo},
};

/// How long a name cannot be used again after its deletion, and a queue cannot be purged again after a purge.
const COOL_DOWN_MS: i64 = 60_000;

/// One page of queues in order of name; `next` is the name after which to continue.
pub(crate) struct Page {
    pub(crate) queues: Vec<Arc<Queue>>,
    pub(crate) next: Option<String>,
}

impl Store {
    pub(crate) fn queue(&self, name: &str) -> Answer<Arc<Queue>> {
        self.queues.get(name).cloned().ok_or_else(Fault::no_queue)
    }

    /// Creates the queue, or finds an existing one with this name and these values.
    pub(crate) fn create_queue(
        &mut self,
        name: &str,
        attributes: &BTreeMap<String, String>,
        tags: BTreeMap<String, String>,
        now: i64,
    ) -> Answer<Arc<Queue>> {
        queue::check_name(name, attributes)?;
        let fifo = is_fifo(name);
        Settings::check(fifo, attributes)?;
        if let Some(existing) = self.queues.get(name) {
            return match existing.settings.differs(fifo, attributes) {
                None => Ok(Arc::clone(existing)),
                Some(attribute) => Err(Code::QueueNameExists.because(format!(
                    "A queue already exists with the same name and a different value for attribute {attribute}"
                ))),
            };
        }
        if self.deleted.get(name).is_some_and(|at| now.saturating_sub(*at) < COOL_DOWN_MS) {
            return Err(Code::QueueDeletedRecently.because(
                "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
            ));
        }
        let settings = Settings::default().with(attributes);
        self.check_target(name, attributes, &settings)?;
        let now_s = now.div_euclid(1000);
        run(
            &self.conn,
            "INSERT INTO queues (name, created_s, modified_s, attributes, tags) VALUES (?1, ?2, ?2, ?3, ?4)",
            params![name, now_s, json(settings.raw())?, json(&tags)?],
        )?;
        let queue = Arc::new(Queue {
            id: self.conn.last_insert_rowid(),
            name: name.to_owned(),
            created_s: now_s,
            modified_s: now_s,
            settings,
            tags,
            arrivals: Arc::new(Notify::new()),
        });
        self.deleted.remove(name);
        self.queues.insert(name.to_owned(), Arc::clone(&queue));
        Ok(queue)
    }

    pub(crate) fn set_attributes(&mut self, name: &str, changes: &BTreeMap<String, String>, now: i64) -> Answer<()> {
        let queue = self.queue(name)?;
        Settings::check(queue.fifo(), changes)?;
        let settings = queue.settings.with(changes);
        self.check_target(name, changes, &settings)?;
        self.replace(&queue, settings, queue.tags.clone(), now.div_euclid(1000))
    }

    /// Sets and removes tags.
    pub(crate) fn tag(&mut self, name: &str, set: BTreeMap<String, String>, remove: &[String]) -> Answer<()> {
        let queue = self.queue(name)?;
        let mut tags = queue.tags.clone();
        tags.extend(set);
        tags.retain(|key, _| !remove.contains(key));
        self.replace(&queue, queue.settings.clone(), tags, queue.modified_s)
    }

    fn replace(
        &mut self,
        queue: &Queue,
        settings: Settings,
        tags: BTreeMap<String, String>,
        modified_s: i64,
    ) -> Answer<()> {
        run(
            &self.conn,
            "UPDATE queues SET attributes = ?2, tags = ?3, modified_s = ?4 WHERE id = ?1",
            params![queue.id, json(settings.raw())?, json(&tags)?, modified_s],
        )?;
        let replaced = Queue {
            id: queue.id,
            name: queue.name.clone(),
            created_s: queue.created_s,
            modified_s,
            settings,
            tags,
            arrivals: Arc::clone(&queue.arrivals),
        };
        self.queues.insert(queue.name.clone(), Arc::new(replaced));
        Ok(())
    }

    /// Checks that a dead-letter queue exists, is of the same kind and allows this queue to use it.
    fn check_target(&self, name: &str, changes: &BTreeMap<String, String>, settings: &Settings) -> Answer<()> {
        let (Some(policy), Some(redrive)) = (changes.get("RedrivePolicy"), &settings.redrive) else { return Ok(()) };
        let invalid = |reason| Fault::value(policy, "RedrivePolicy", reason);
        let target = self.queues.get(&redrive.target).ok_or_else(|| invalid("Dead letter target does not exist."))?;
        if target.fifo() != is_fifo(name) {
            return Err(invalid("Dead-letter queue must be same type of queue as the source."));
        }
        if !allows_source(target.settings.raw().get("RedriveAllowPolicy"), &queue::arn(name)) {
            return Err(invalid("The dead-letter queue does not allow this queue as a source."));
        }
        Ok(())
    }

    pub(crate) fn delete_queue(&mut self, name: &str, now: i64) -> Answer<()> {
        let queue = self.queue(name)?;
        let tx = self.conn.transaction()?;
        for sql in [
            "DELETE FROM messages WHERE queue = ?1",
            "DELETE FROM lanes WHERE queue = ?1",
            "DELETE FROM dedups WHERE queue = ?1",
            "DELETE FROM queues WHERE id = ?1",
        ] {
            run(&tx, sql, [queue.id])?;
        }
        tx.commit()?;
        self.queues.remove(name);
        self.purged.remove(&queue.id);
        self.deleted.insert(name.to_owned(), now);
        // Its long polls now end with "does not exist".
        queue.arrivals.notify_waiters();
        Ok(())
    }

    pub(crate) fn purge(&mut self, name: &str, now: i64) -> Answer<()> {
        let queue = self.queue(name)?;
        if self.purged.get(&queue.id).is_some_and(|at| now.saturating_sub(*at) < COOL_DOWN_MS) {
            return Err(Code::PurgeQueueInProgress
                .because(format!("Only one PurgeQueue operation on {name} is allowed every 60 seconds.")));
        }
        let tx = self.conn.transaction()?;
        run(&tx, "DELETE FROM messages WHERE queue = ?1", [queue.id])?;
        run(&tx, "DELETE FROM lanes WHERE queue = ?1", [queue.id])?;
        tx.commit()?;
        self.purged.insert(queue.id, now);
        Ok(())
    }

    /// At most `limit` queues that match `filter`, in order of name, after the name `after`.
    pub(crate) fn list(&self, filter: impl Fn(&Queue) -> bool, after: Option<&str>, limit: usize) -> Page {
        let mut queues: Vec<_> = self
            .queues
            .values()
            .filter(|queue| filter(queue) && after.is_none_or(|after| queue.name.as_str() > after))
            .cloned()
            .collect();
        queues.sort_by(|a, b| a.name.cmp(&b.name));
        let more = queues.len() > limit;
        queues.truncate(limit);
        let next = if more { queues.last().map(|queue| queue.name.clone()) } else { None };
        Page { queues, next }
    }
}

fn json(map: &BTreeMap<String, String>) -> Answer<String> {
    serde_json::to_string(map).map_err(|error| Code::InternalFailure.because(error.to_string()))
}
