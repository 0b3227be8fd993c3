//! Faults between functions and AWS, for tests: errors that DynamoDB and SQS may give to their clients, and crashes of a function at any of
//! its calls. The embedded services cause neither by themselves.
//!
//! [`Faults`] wraps the HTTP client of the functions that are linked into this process, so that every attempt of the SDK passes through it,
//! including retries. Nothing here is part of a Lambda. Which call fails is derived from a seed, the function, the trace of its event, how
//! often that function was called for that trace, and the number of the call: a client that sends its own traces meets the same faults
//! again, whatever else runs at the same time.

mod answers;
mod calls;
mod crash;

pub use calls::Call;
pub use crash::{Moment, Point};

use answers::Fault;
use aws_smithy_runtime_api::client::{
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
    },
    orchestrator::HttpRequest,
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};
use calls::Calls;
use crash::Crashes;
use std::{
    collections::HashMap,
    future::Future,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
};
use tokio::sync::Notify;

tokio::task_local! {
    /// The invocation on which the current task works. A function does not spawn tasks, so it makes all its calls in this task.
    static INVOCATION: Arc<Invocation>;
}

/// The faults that functions in this process meet. Clones share their state.
#[derive(Debug, Clone, Default)]
pub struct Faults(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    seed: u64,
    per_mille: AtomicU32,
    /// How often each function was called for each trace.
    seen: Mutex<HashMap<u64, u32>>,
    crashes: Crashes,
    watched: Calls,
    calls: AtomicU64,
    injected: AtomicU64,
}

/// One invocation of a function.
#[derive(Debug)]
pub(crate) struct Invocation {
    function: &'static str,
    /// The value from which its faults are derived, together with the number of a call.
    key: u64,
    /// The number of this invocation among those of its function, since crash points were last requested.
    number: u32,
    calls: AtomicU32,
    crashed: Notify,
}

impl Faults {
    /// Faults that are derived from this seed. There are none until [`Faults::rate`] sets how many.
    pub fn new(seed: u64) -> Self {
        Self(Arc::new(Inner { seed, ..Inner::default() }))
    }

    /// Sets how many of a thousand calls fail from now on.
    pub fn rate(&self, per_mille: u32) {
        self.0.per_mille.store(per_mille, Ordering::Relaxed);
    }

    /// The number of calls made within functions, and how many of them met a fault.
    pub fn counts(&self) -> (u64, u64) {
        (self.0.calls.load(Ordering::Relaxed), self.0.injected.load(Ordering::Relaxed))
    }

    /// Starts to record the calls of functions, with requests and answers.
    pub fn watch(&self) {
        self.0.watched.watch();
    }

    /// Stops recording and returns the calls, in the order in which they were made.
    pub fn watched(&self) -> Vec<Call> {
        self.0.watched.watched()
    }

    /// Starts to record a list of all calls: the points at which a function can crash.
    pub fn record(&self) {
        self.0.crashes.record();
    }

    /// Stops recording and returns the list.
    pub fn recorded(&self) -> Vec<Point> {
        self.0.crashes.recorded()
    }

    /// Makes the function that makes this call crash at it, once: its invocation ends there, as when Lambda kills the process.
    pub fn crash_at(&self, point: Point, moment: Moment) {
        self.0.crashes.arm(point, moment);
    }

    /// Cancels the crash that was requested, and returns whether it happened.
    pub fn crashed(&self) -> bool {
        self.0.crashes.disarm()
    }

    /// Wraps an HTTP client so that it meets these faults.
    pub(crate) fn wrap(&self, inner: SharedHttpClient) -> SharedHttpClient {
        SharedHttpClient::new(Client { inner, faults: self.clone() })
    }

    /// Runs an invocation of a function under these faults. The error is a crash.
    pub(crate) async fn during<T>(
        &self,
        function: &'static str,
        trace: &str,
        work: impl Future<Output = T>,
    ) -> Result<T, String> {
        let key = digest(&(self.0.seed, function, trace));
        let again = {
            let mut seen = self.0.seen.lock().unwrap_or_else(PoisonError::into_inner);
            let count = seen.entry(key).or_default();
            *count = count.saturating_add(1);
            *count
        };
        let invocation = Arc::new(Invocation {
            function,
            key: digest(&(key, again)),
            number: self.0.crashes.begin(function),
            calls: AtomicU32::new(0),
            crashed: Notify::new(),
        });
        tokio::select! {
            biased;
            () = invocation.crashed.notified() => Err("the function crashed".into()),
            done = INVOCATION.scope(invocation.clone(), work) => Ok(done),
        }
    }

    fn fault(&self, invocation: &Invocation, call: u32, operation: &str) -> Option<Fault> {
        let draw = digest(&(invocation.key, call));
        let per_mille = u64::from(self.0.per_mille.load(Ordering::Relaxed));
        if draw.checked_rem(1_000)? >= per_mille {
            return None;
        }
        let possible = Fault::of(operation);
        let fault = possible.get(usize::try_from((draw >> 32).checked_rem(u64::try_from(possible.len()).ok()?)?).ok()?);
        self.0.injected.fetch_add(1, Ordering::Relaxed);
        fault.copied()
    }
}

fn digest(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[derive(Debug)]
struct Client {
    inner: SharedHttpClient,
    faults: Faults,
}

impl HttpClient for Client {
    fn http_connector(&self, settings: &HttpConnectorSettings, parts: &RuntimeComponents) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, parts);
        SharedHttpConnector::new(Connector { inner, faults: self.faults.clone() })
    }
}

#[derive(Debug)]
struct Connector {
    inner: SharedHttpConnector,
    faults: Faults,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        // Calls outside of an invocation belong to the start of the local cloud itself.
        let Ok(invocation) = INVOCATION.try_with(Clone::clone) else { return self.inner.call(request) };
        let (inner, faults) = (self.inner.clone(), self.faults.clone());
        HttpConnectorFuture::new(async move {
            let operation = answers::operation(&request);
            let call = invocation.calls.fetch_add(1, Ordering::Relaxed);
            faults.0.calls.fetch_add(1, Ordering::Relaxed);
            let point = Point { function: invocation.function, invocation: invocation.number, call, operation };
            let moment = faults.0.crashes.meet(&point);
            if let Some(moment) = moment {
                if moment == Moment::After {
                    drop(inner.call(request).await);
                }
                invocation.crashed.notify_one();
                return std::future::pending().await;
            }
            match faults.fault(&invocation, call, &point.operation) {
                None => {
                    let place = faults.0.watched.begin(invocation.function, &point.operation, &request);
                    let answer = inner.call(request).await?;
                    faults.0.watched.end(place, &answer);
                    Ok(answer)
                }
                Some(Fault::LostRequest) => Err(timeout()),
                Some(Fault::LostAnswer) => {
                    drop(inner.call(request).await);
                    Err(timeout())
                }
                Some(Fault::Slow) => {
                    tokio::time::sleep(answers::SLOW).await;
                    inner.call(request).await
                }
                Some(refusal) => {
                    refusal.answer(&request).ok_or_else(|| ConnectorError::other("no such answer".into(), None))
                }
            }
        })
    }
}

fn timeout() -> ConnectorError {
    ConnectorError::timeout("a fault: the answer did not come in time".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn met(faults: &Faults, trace: &str, calls: u32) -> Vec<Option<Fault>> {
        let work = async {
            let invocation = INVOCATION.with(Clone::clone);
            (0..calls).map(|call| faults.fault(&invocation, call, "TransactWriteItems")).collect()
        };
        faults.during("orders-checkouts-create", trace, work).await.unwrap()
    }

    #[tokio::test]
    async fn the_same_trace_meets_the_same_faults_and_each_attempt_others() {
        let (one, two) = (Faults::new(1), Faults::new(1));
        one.rate(500);
        two.rate(500);
        met(&two, "something else", 10).await;
        let (first, second) = (met(&one, "a", 50).await, met(&one, "a", 50).await);
        assert_eq!(first, met(&two, "a", 50).await);
        assert_eq!(second, met(&two, "a", 50).await);
        assert_ne!(first, second);
    }

    #[tokio::test]
    async fn about_as_many_calls_fail_as_asked_for() {
        let faults = Faults::new(2);
        assert!(met(&faults, "a", 1_000).await.iter().all(Option::is_none));
        faults.rate(200);
        let failed = met(&faults, "a", 1_000).await.iter().flatten().count();
        assert!((150..250).contains(&failed), "{failed}");
    }

    #[tokio::test]
    async fn a_crash_ends_the_invocation_that_makes_the_call() {
        let faults = Faults::new(3);
        let died = faults.during("orders-checkouts-create", "a", async {
            INVOCATION.with(|invocation| invocation.crashed.notify_one());
            std::future::pending::<()>().await;
        });
        assert_eq!(died.await, Err("the function crashed".to_owned()));
    }
}
