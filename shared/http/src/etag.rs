//! Entity tags (RFC 9110, section 8.8.3): the version of what can be edited, and after a hyphen a hash of the answer's bytes.
//!
//! An answer holds more than what can be edited: the stock of a listing, the prices of a cart, the steps that the reader may take. It
//! counts as new whenever a byte of it changes (`If-None-Match`); an edit is refused only if what can be edited has changed
//! (`If-Match`).

use crate::Problem;
use http::StatusCode;
use tradewind_auth::secret;

/// The pattern of `If-Match`: `*`, or tags in quotes.
pub const ETAGS_PATTERN: &str = r#"^(\*|(W/)?"[!#-~]{0,100}"( *, *(W/)?"[!#-~]{0,100}"){0,9})$"#;

/// The entity tag of an answer, with the version of what can be edited, if there is one.
pub(crate) fn etag(version: Option<u64>, body: &str) -> String {
    let hash = secret::fingerprint_parts(&[body.as_bytes()]);
    let hash: String = hash.chars().filter(char::is_ascii_alphanumeric).take(20).collect();
    match version {
        Some(version) => format!("\"{version}-{hash}\""),
        None => format!("\"{hash}\""),
    }
}

/// The tags of a header, without the mark of weak tags: a proxy may have weakened them by compressing.
fn tags(header: &str) -> impl Iterator<Item = &str> {
    let mut within = false;
    // A comma may be part of a tag.
    let between = move |letter: char| {
        within ^= letter == '"';
        letter == ',' && !within
    };
    header.split(between).map(|tag| {
        let tag = tag.trim();
        tag.strip_prefix("W/").unwrap_or(tag)
    })
}

/// Refuses with 412 if the client names another version than the current one. Without `If-Match` every version is accepted.
pub fn check_if_match(wanted: Option<&str>, version: u64) -> Result<(), Problem> {
    let Some(wanted) = wanted else { return Ok(()) };
    let here = version.to_string();
    let same = |tag: &str| tag == "*" || tag.trim_matches('"').split('-').next() == Some(here.as_str());
    if tags(wanted).any(same) {
        return Ok(());
    }
    let detail = "It has changed since you read it. Read it again, then repeat your change with its new ETag.";
    Err(Problem::new(StatusCode::PRECONDITION_FAILED, "changed", detail))
}

/// Whether a client that sends this `If-None-Match` already has the answer with this tag.
pub fn matches_none(header: &str, etag: &str) -> bool {
    tags(header).any(|tag| tag == "*" || tag == etag)
}

/// Reads `If-Match`. A value that is no list of tags is refused: it would be taken for a version that does not exist.
pub(crate) fn if_match(header: Option<&http::HeaderValue>) -> Result<Option<String>, Problem> {
    let Some(header) = header else { return Ok(None) };
    let quoted = |tag: &str| {
        let inner = tag.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        inner.is_some_and(|inner| inner.len() <= 100 && inner.bytes().all(|b| b.is_ascii_graphic() && b != b'"'))
    };
    let text = header.to_str().ok().filter(|text| *text == "*" || (tags(text).count() <= 10 && tags(text).all(quoted)));
    let text = text.ok_or_else(|| {
        let detail = "Send the ETag of what you read in the If-Match header, with its quotes, or `*`.";
        Problem::bad_request("if_match_invalid", detail)
    })?;
    Ok(Some(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;
    use regex_lite::Regex;

    #[test]
    fn what_if_match_may_say_is_what_the_document_says() {
        let pattern = Regex::new(ETAGS_PATTERN).unwrap();
        let many = ["\"1\""; 11].join(", ");
        for (text, good) in [
            ("*", true),
            (r#""a,b" , W/",""#, true),
            ("\"1\"", true),
            ("W/\"1-abc\"", true),
            ("\"1\", \"2\" ,W/\"3\"", true),
            ("1", false),
            ("\"1", false),
            ("\"a b\"", false),
            ("*, \"1\"", false),
            ("", false),
            (many.as_str(), false),
        ] {
            let read = if_match(Some(&HeaderValue::from_str(text).unwrap()));
            assert_eq!((read.is_ok(), pattern.is_match(text)), (good, good), "{text}");
        }
        assert_eq!(if_match(None).unwrap(), None);
    }

    #[test]
    fn an_answer_has_another_tag_when_a_byte_of_it_changes() {
        assert_ne!(etag(Some(1), "a"), etag(Some(1), "b"));
        assert!(etag(Some(7), "a").starts_with("\"7-"));
        assert!(matches_none(&format!("\"x\", W/{}", etag(None, "a")), &etag(None, "a")));
        assert!(matches_none("*", &etag(None, "a")) && !matches_none("\"x\"", &etag(None, "a")));
    }
}
