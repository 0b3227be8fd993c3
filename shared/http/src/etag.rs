//! Entity tags (RFC 9110, section 8.8.3) from version counters.

use crate::{Head, Problem};
use http::StatusCode;

/// The entity tag of a version.
pub fn etag(version: u64) -> String {
    format!("\"{version}\"")
}

/// Refuses with 412 if the client names another version than the one there is. Without `If-Match` anything goes.
pub fn check_if_match(head: &Head, version: u64) -> Result<(), Problem> {
    let Some(wanted) = &head.if_match else { return Ok(()) };
    let here = etag(version);
    if wanted.split(',').any(|tag| tag.trim() == "*" || tag.trim() == here) {
        return Ok(());
    }
    let detail =
        format!("It has changed since you read it: its ETag is now {here}. Read it again, then repeat your change.");
    Err(Problem::new(StatusCode::PRECONDITION_FAILED, "changed", detail))
}
