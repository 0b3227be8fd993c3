//! Times are milliseconds since 1970 in the database.

use s3s::dto::Timestamp;
use std::time::{Duration, SystemTime};

pub(crate) fn now() -> i64 {
    let elapsed = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)
}

pub(crate) fn timestamp(milliseconds: i64) -> Timestamp {
    let elapsed = Duration::from_millis(u64::try_from(milliseconds).unwrap_or(0));
    Timestamp::from(SystemTime::UNIX_EPOCH.checked_add(elapsed).unwrap_or(SystemTime::UNIX_EPOCH))
}
