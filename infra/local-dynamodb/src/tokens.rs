//! `ClientRequestToken`: the same transaction again within ten minutes has no further effect.
//!
//! The engine keeps such tokens too, but searches through all of them at every transaction: after ten thousand that took longer than the
//! transaction itself. So they are kept here, oldest first, and the engine sees none. Under a load that would need more memory than a
//! developer's machine should give, the oldest are dropped before their ten minutes are over; clients repeat a request within seconds.

use std::{
    collections::{HashMap, VecDeque},
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use dynoxide::{DynoxideError, Result};
use serde_json::Value;

/// How long AWS remembers a token.
const REMEMBERED: Duration = Duration::from_secs(10 * 60);

/// The most tokens that are remembered: more than two cores can write in a minute, in some 10 MB.
const MOST: usize = 200_000;

#[derive(Default)]
pub struct Tokens(Mutex<Known>);

/// The digest of each token, with the digest of its transaction.
#[derive(Default)]
struct Known {
    digests: HashMap<u64, u64>,
    by_age: VecDeque<(Instant, u64)>,
}

impl Tokens {
    /// Runs a transaction, or returns `None` if it has run before under this token. It runs one transaction at a time, as the engine does
    /// anyway, so of two at once with the same token only one runs. `transaction` is the digest of what it does.
    pub fn once<A>(&self, token: &str, transaction: u64, run: impl FnOnce() -> Result<A>) -> Result<Option<A>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.forget(Instant::now());
        let token = digest(&Value::from(token));
        match known.digests.get(&token) {
            Some(other) if *other != transaction => {
                let message = "An error occurred (IdempotentParameterMismatchException)";
                Err(DynoxideError::IdempotentParameterMismatchException(message.to_owned()))
            }
            Some(_) => Ok(None),
            None => {
                // A transaction that failed may be tried again under the same token.
                let answer = run()?;
                known.remember(token, transaction, Instant::now());
                Ok(Some(answer))
            }
        }
    }
}

impl Known {
    fn remember(&mut self, token: u64, transaction: u64, now: Instant) {
        self.by_age.push_back((now, token));
        self.digests.insert(token, transaction);
    }

    /// Makes room for one more token.
    fn forget(&mut self, now: Instant) {
        let surplus = self.by_age.len().saturating_add(1).saturating_sub(MOST);
        let old = self.by_age.iter().take_while(|(at, _)| now.duration_since(*at) >= REMEMBERED).count();
        for (_, token) in self.by_age.drain(..surplus.max(old)) {
            self.digests.remove(&token);
        }
    }
}

/// A digest of a request that does not depend on the order of an object's members.
pub fn digest(value: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    std::mem::discriminant(value).hash(&mut hasher);
    match value {
        Value::Null => {}
        Value::Bool(truth) => truth.hash(&mut hasher),
        Value::Number(number) => number.hash(&mut hasher),
        Value::String(text) => text.hash(&mut hasher),
        Value::Array(items) => items.iter().for_each(|item| digest(item).hash(&mut hasher)),
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| {
                let mut hasher = DefaultHasher::new();
                (name, digest(value)).hash(&mut hasher);
                hasher.finish()
            };
            members.iter().map(member).fold(0_u64, u64::wrapping_add).hash(&mut hasher);
        }
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_token_is_known_for_ten_minutes() {
        let start = Instant::now();
        let mut known = Known::default();
        known.remember(1, 10, start);
        known.remember(2, 20, start + Duration::from_secs(60));
        known.forget(start + Duration::from_secs(599));
        assert_eq!((known.digests.len(), known.by_age.len()), (2, 2));
        known.forget(start + Duration::from_secs(600));
        assert_eq!((known.digests.get(&1), known.digests.get(&2)), (None, Some(&20)));
        assert_eq!(known.by_age.len(), 1);
    }

    #[test]
    fn of_too_many_the_oldest_are_forgotten() {
        let start = Instant::now();
        let mut known = Known::default();
        let many = u64::try_from(MOST).unwrap() + 5;
        for token in 1..=many {
            known.forget(start);
            known.remember(token, 10, start);
        }
        assert_eq!((known.digests.len(), known.by_age.len()), (MOST, MOST));
        assert_eq!((known.digests.get(&5), known.digests.get(&6)), (None, Some(&10)));
    }

    #[test]
    fn a_failed_transaction_leaves_its_token_free() {
        let tokens = Tokens::default();
        let fail = || Err::<(), _>(DynoxideError::InternalServerError("full".into()));
        assert!(tokens.once("a", 1, fail).is_err());
        assert_eq!(tokens.once("a", 1, || Ok(5)).unwrap(), Some(5));
        assert_eq!(tokens.once("a", 1, || Ok(6)).unwrap(), None);
        assert!(tokens.once("a", 2, || Ok(7)).is_err());
    }

    #[test]
    fn the_order_of_members_does_not_matter_and_all_else_does() {
        let read = |text: &str| digest(&serde_json::from_str(text).unwrap());
        assert_eq!(read(r#"{"a":1,"b":[1,2]}"#), read(r#"{"b":[1,2],"a":1}"#));
        assert_ne!(digest(&json!({"a": [1, 2]})), digest(&json!({"a": [2, 1]})));
        assert_ne!(digest(&json!({"a": "1"})), digest(&json!({"a": 1})));
        assert_ne!(digest(&json!({"a": 1, "b": 2})), digest(&json!({"a": 2, "b": 1})));
    }
}
