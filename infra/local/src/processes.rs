//! Runs functions as processes of their own, as Lambda does: started when needed, one request at a time each, several instances of one
//! function, ended when they take too long, and replaced when they died.

use crate::Error;
use serde_json::Value;
use std::{
    collections::HashMap,
    path::PathBuf,
    process::Stdio,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::{
    process::{Child, Command},
    sync::{Notify, oneshot, watch},
};
use tradewind_lambda::Function;

/// Most processes of one function at a time. Further requests wait.
const MOST_INSTANCES: usize = 4;

/// An event that is passed to a process.
pub(crate) struct Invocation {
    pub id: String,
    pub deadline_millis: u64,
    pub event: Vec<u8>,
}

#[derive(Default)]
struct Pool {
    waiting: Vec<(Invocation, oneshot::Sender<Result<Value, String>>)>,
    running: HashMap<String, (u64, oneshot::Sender<Result<Value, String>>)>,
    instances: HashMap<u64, Instance>,
    idle: usize,
}

struct Instance {
    /// How often the clock had been moved when this process started. It cannot follow later moves, so it takes no event after one.
    clock: u64,
    end: Arc<Notify>,
}

/// The processes of all functions.
pub(crate) struct Processes {
    api: String,
    folder: PathBuf,
    environment: Vec<(String, String)>,
    pools: HashMap<String, (Mutex<Pool>, Notify)>,
    number: AtomicU64,
    /// How often the clock was moved, and by how many seconds it is ahead.
    clock: (AtomicU64, AtomicU64),
    stop: watch::Receiver<bool>,
}

impl Processes {
    /// Prepares the binaries in `folder`, which ask for their events at `url`.
    pub(crate) fn new(
        functions: &[Function],
        folder: PathBuf,
        environment: Vec<(String, String)>,
        url: &str,
        stop: &watch::Receiver<bool>,
    ) -> Result<Self, Error> {
        for function in functions {
            if !folder.join(function.name).exists() {
                return Err(Error::NotBuilt(function.name.to_owned()));
            }
        }
        Ok(Self {
            api: url.trim_start_matches("http://").to_owned(),
            folder,
            environment,
            pools: functions.iter().map(|f| (f.name.to_owned(), Default::default())).collect(),
            number: AtomicU64::new(1),
            clock: Default::default(),
            stop: stop.clone(),
        })
    }

    /// Calls a function and waits for its answer, but no longer than its time-out.
    pub(crate) async fn invoke(self: &Arc<Self>, function: &Function, event: Value) -> Result<Value, String> {
        let (pool, wake) = self.pools.get(function.name).ok_or("no such function")?;
        let (answer, answered) = oneshot::channel();
        let id = format!("{:032x}", self.number.fetch_add(1, Ordering::Relaxed));
        let deadline =
            SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().saturating_add(function.timeout);
        let invocation = Invocation {
            id: id.clone(),
            deadline_millis: u64::try_from(deadline.as_millis()).unwrap_or(u64::MAX),
            event: serde_json::to_vec(&event).map_err(|e| e.to_string())?,
        };
        {
            let mut pool = lock(pool);
            pool.waiting.push((invocation, answer));
            let few = pool.instances.is_empty() || pool.idle < pool.waiting.len();
            if few && pool.instances.len() < MOST_INSTANCES {
                self.spawn(function.name, &mut pool)?;
            }
        }
        wake.notify_one();
        let start_up = Duration::from_secs(10);
        match tokio::time::timeout(function.timeout.saturating_add(start_up), answered).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err("the function's process ended".into()),
            Err(_) => {
                self.end(pool, &id);
                Err("the function ran out of time".into())
            }
        }
    }

    /// Moves the clock forward: every process is replaced by one that starts with the new time.
    pub(crate) fn advance(&self, by: Duration) {
        self.clock.1.fetch_add(by.as_secs(), Ordering::Relaxed);
        self.clock.0.fetch_add(1, Ordering::Relaxed);
        for (_, wake) in self.pools.values() {
            wake.notify_waiters();
        }
    }

    /// Ends a process that took too long, as Lambda does.
    fn end(&self, pool: &Mutex<Pool>, id: &str) {
        let mut pool = lock(pool);
        pool.waiting.retain(|(invocation, _)| invocation.id != id);
        let instance = pool.running.remove(id).and_then(|(instance, _)| pool.instances.get(&instance));
        if let Some(instance) = instance {
            instance.end.notify_one();
        }
    }

    /// Waits for the next event for an instance. `None` if there is no such function.
    pub(crate) async fn next(&self, function: &str, instance: u64) -> Option<Invocation> {
        let (pool, wake) = self.pools.get(function)?;
        let mut stop = self.stop.clone();
        loop {
            if self.retire(pool, instance) {
                // The process is about to be ended; an answer without an event would only make it log an error.
                std::future::pending::<()>().await;
            }
            {
                let mut pool = lock(pool);
                if !pool.waiting.is_empty() {
                    let (invocation, answer) = pool.waiting.remove(0);
                    pool.running.insert(invocation.id.clone(), (instance, answer));
                    return Some(invocation);
                }
                pool.idle = pool.idle.saturating_add(1);
            }
            // If a process dies while it waits, this future is dropped: the process then no longer counts as idle.
            let idle = Idle(pool);
            let go_on = tokio::select! {
                () = wake.notified() => true,
                _ = stop.wait_for(|stop| *stop) => false,
            };
            drop(idle);
            if !go_on {
                std::future::pending::<()>().await;
            }
            if lock(pool).waiting.len() > 1 {
                wake.notify_one();
            }
        }
    }

    /// Accepts an answer. Returns whether somebody was waiting for it.
    pub(crate) fn finish(&self, function: &str, id: &str, answer: Result<Value, String>) -> bool {
        let Some((pool, _)) = self.pools.get(function) else { return false };
        let waiting = lock(pool).running.remove(id);
        // The caller may have gone because its time was over.
        waiting.is_some_and(|(_, waiting)| waiting.send(answer).is_ok())
    }

    /// Ends an instance if the clock was moved since it started. Returns whether it did.
    fn retire(&self, pool: &Mutex<Pool>, instance: u64) -> bool {
        let pool = lock(pool);
        let outdated = pool.instances.get(&instance).filter(|instance| self.outdated(instance));
        outdated.inspect(|instance| instance.end.notify_one()).is_some()
    }

    fn outdated(&self, instance: &Instance) -> bool {
        instance.clock != self.clock.0.load(Ordering::Relaxed)
    }

    fn spawn(self: &Arc<Self>, function: &'static str, pool: &mut Pool) -> Result<(), String> {
        let clock = self.clock.0.load(Ordering::Relaxed);
        let instance = self.number.fetch_add(1, Ordering::Relaxed);
        let child = Command::new(self.folder.join(function))
            .env_clear()
            .envs(self.environment.iter().cloned())
            .env("CLOCK_AHEAD_SECONDS", self.clock.1.load(Ordering::Relaxed).to_string())
            .env("AWS_LAMBDA_RUNTIME_API", format!("http://{}/{function}/{instance}", self.api))
            .env("AWS_LAMBDA_FUNCTION_NAME", function)
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_LOG_GROUP_NAME", function)
            .env("AWS_LAMBDA_LOG_STREAM_NAME", instance.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|e| format!("{function}: {e}"))?;
        let end = Arc::new(Notify::new());
        pool.instances.insert(instance, Instance { clock, end: end.clone() });
        tokio::spawn(watch_over(self.clone(), function, instance, child, end));
        Ok(())
    }

    /// Handles the end of an instance: its caller gets an error, and if others wait for the function, a new instance is started.
    fn gone(self: &Arc<Self>, function: &'static str, instance: u64) {
        let Some((pool, _)) = self.pools.get(function) else { return };
        let mut pool = lock(pool);
        let outdated = pool.instances.remove(&instance).is_some_and(|instance| self.outdated(&instance));
        let lost: Vec<_> = pool.running.iter().filter(|(_, (i, _))| *i == instance).map(|(id, _)| id.clone()).collect();
        for id in lost {
            if let Some((_, waiting)) = pool.running.remove(&id) {
                drop(waiting.send(Err("the function's process ended before it answered".into())));
            }
        }
        // A function whose processes die before they take an event would be restarted for ever, so only a process that had to make way for
        // a new clock is replaced.
        let replaced = outdated && !pool.waiting.is_empty() && self.spawn(function, &mut pool).is_ok();
        if pool.instances.is_empty() && !replaced {
            for (_, waiting) in pool.waiting.drain(..) {
                drop(waiting.send(Err("the function's process ended while it started".into())));
            }
        }
    }
}

async fn watch_over(
    processes: Arc<Processes>,
    function: &'static str,
    instance: u64,
    mut child: Child,
    end: Arc<Notify>,
) {
    let mut stop = processes.stop.clone();
    let ended = tokio::select! {
        _ = child.wait() => true,
        () = end.notified() => false,
        _ = stop.wait_for(|stop| *stop) => false,
    };
    if !ended {
        drop(child.kill().await);
    }
    processes.gone(function, instance);
}

/// Marks an instance as waiting for its next event.
struct Idle<'a>(&'a Mutex<Pool>);

impl Drop for Idle<'_> {
    fn drop(&mut self) {
        let mut pool = lock(self.0);
        pool.idle = pool.idle.saturating_sub(1);
    }
}

fn lock(pool: &Mutex<Pool>) -> MutexGuard<'_, Pool> {
    pool.lock().unwrap_or_else(PoisonError::into_inner)
}
