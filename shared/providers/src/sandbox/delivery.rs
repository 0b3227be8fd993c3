//! A webhook of the sandbox provider: its body and its signature.
//!
//! The header `sandbox-signature` is `t=<unix seconds>,v1=<signature>`, where the signature is HMAC-SHA-256, in base64url, of
//! `<unix seconds>.<marketplace id>.<body as it was sent>`. The time is signed too, so that an old webhook cannot be sent again
//! later, and so is the marketplace, so that one that was meant for a marketplace cannot be sent to another.

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tradewind_auth::secret;
use tradewind_kernel::{MarketplaceId, Time};
use tradewind_payments::ProviderReport;

/// The header that holds the signature.
pub const HEADER: &str = "sandbox-signature";
/// How far the signed time may be from the current time, in seconds.
const TOLERANCE: u64 = 300;

/// The body of a webhook of the sandbox.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    /// The provider's id for the event: the same each time it is sent. 1 to 128 characters without `#`.
    #[garde(length(min = 1, max = 128), custom(plain))]
    pub id: String,
    /// The report of what happened.
    #[garde(skip)]
    pub report: ProviderReport,
}

/// An id must not contain `#`, which separates the parts of a key.
fn plain(id: &str, (): &()) -> garde::Result {
    if id.contains('#') { Err(garde::Error::new("must not contain `#`")) } else { Ok(()) }
}

/// Signs a body that is sent to a marketplace now.
pub fn sign(key: &str, to: &MarketplaceId, body: &[u8], now: Time) -> String {
    let time = now.seconds().to_string();
    format!("t={time},v1={}", secret::sign(key, &signed(&time, to, body)))
}

/// Whether a body has a valid and recent signature of the provider for this marketplace.
pub fn verify(key: &str, header: &str, to: &MarketplaceId, body: &[u8], now: Time) -> bool {
    let part = |name: &str| header.split(',').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='));
    let (Some(time), Some(signature)) = (part("t"), part("v1")) else { return false };
    let Ok(seconds) = time.parse::<i64>() else { return false };
    seconds.abs_diff(now.seconds()) <= TOLERANCE && secret::verify(key, &signed(time, to, body), signature)
}

fn signed(time: &str, to: &MarketplaceId, body: &[u8]) -> Vec<u8> {
    [time.as_bytes(), b".", to.as_str().as_bytes(), b".", body].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tradewind_kernel::Id;

    const NOW: Time = Time::from_millis(1_800_000_000_000);

    fn bikes() -> MarketplaceId {
        MarketplaceId::from_ulid("01jd0000000000000000000000")
    }

    fn signed_now() -> String {
        sign("key", &bikes(), b"{}", NOW)
    }

    fn good(header: &str, now: Time) -> bool {
        verify("key", header, &bikes(), b"{}", now)
    }

    #[test]
    fn a_signature_is_good_for_its_own_body_key_and_marketplace() {
        let header = signed_now();
        let books = MarketplaceId::from_ulid("01jd0000000000000000000001");
        assert!(verify("key", &header, &bikes(), b"{}", NOW));
        assert!(!verify("key", &header, &bikes(), b"{ }", NOW));
        assert!(!verify("other", &header, &bikes(), b"{}", NOW));
        assert!(!verify("key", &header, &books, b"{}", NOW));
    }

    #[test]
    fn a_signature_is_of_time_marketplace_and_body() {
        let tag = secret::sign("key", b"1800000000.mkt_01jd0000000000000000000000.{}");
        assert_eq!(signed_now(), format!("t=1800000000,v1={tag}"));
    }

    #[test]
    fn a_signature_is_good_for_five_minutes() {
        assert!(good(&signed_now(), NOW.after(Duration::from_secs(300))));
        assert!(!good(&signed_now(), NOW.after(Duration::from_secs(301))));
    }

    #[test]
    fn a_signature_from_the_future_is_refused() {
        let header = sign("key", &bikes(), b"{}", NOW.after(Duration::from_secs(301)));
        assert!(!good(&header, NOW));
    }

    #[test]
    fn the_time_cannot_be_changed() {
        let later = NOW.after(Duration::from_secs(600));
        let moved = signed_now().replace(&NOW.seconds().to_string(), &later.seconds().to_string());
        assert!(!good(&moved, later));
    }

    #[test]
    fn what_is_not_a_signature_is_refused() {
        for header in ["", "t=1", "v1=x", "t=x,v1=y", "t=-9223372036854775808,v1=y", "nonsense"] {
            assert!(!good(header, NOW), "{header}");
        }
    }
}
