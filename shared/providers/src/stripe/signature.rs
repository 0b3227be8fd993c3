//! The signature of Stripe's webhooks ("Receive Stripe events in your webhook endpoint", section on verifying manually).
//!
//! The header `Stripe-Signature` is `t=<unix seconds>,v1=<signature>`, with one `v1` for each secret while secrets are being changed,
//! and other schemes that are ignored. The signature is HMAC-SHA-256 in hexadecimal of `<unix seconds>.<body as it was sent>`.

use tradewind_auth::secret;
use tradewind_kernel::Time;

/// The header that holds the signature.
pub const HEADER: &str = "stripe-signature";
/// How far the signed time may be from the current time, in seconds: the same as in Stripe's own libraries.
const TOLERANCE: u64 = 300;
/// The most signatures that are checked; two secrets, each old and new, give fewer.
const MOST: usize = 8;

/// Whether one of the secrets made a recent signature of a body.
pub fn verify(secrets: &[&str], header: &str, body: &[u8], now: Time) -> bool {
    let mut time = None;
    let mut signatures = vec![];
    for (name, value) in header.split(',').filter_map(|part| part.trim().split_once('=')) {
        match name {
            "t" => time = Some(value),
            "v1" if signatures.len() < MOST => signatures.push(value),
            _ => {}
        }
    }
    let Some((time, seconds)) = time.and_then(|time| Some((time, time.parse::<i64>().ok()?))) else { return false };
    if seconds.abs_diff(now.seconds()) > TOLERANCE {
        return false;
    }
    let signed = [time.as_bytes(), b".", body].concat();
    secrets.iter().any(|key| signatures.iter().any(|signature| secret::verify_hex(key, &signed, signature)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    /// HMAC-SHA-256 of `1800000000.{"id":"evt_1"}` under `whsec_test`, computed with Python's `hmac`.
    const GOOD: &str = "45705be2a45ab5acdd1395cc695e9e7073125385ec24194921c401dff44176f8";
    const BODY: &[u8] = br#"{"id":"evt_1"}"#;
    const NOW: Time = Time::from_millis(1_800_000_000_000);

    fn header() -> String {
        format!("t=1800000000,v1={GOOD},v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39")
    }

    fn good(header: &str) -> bool {
        verify(&["whsec_other", "whsec_test"], header, BODY, NOW)
    }

    #[test]
    fn one_good_signature_of_one_secret_is_enough() {
        assert!(good(&header()));
        assert!(good(&format!("t=1800000000,v1={},v1={GOOD}", "0".repeat(64))));
        assert!(!verify(&["whsec_other"], &header(), BODY, NOW));
        assert!(!verify(&[], &header(), BODY, NOW));
    }

    #[test]
    fn another_body_time_or_scheme_is_refused() {
        assert!(!verify(&["whsec_test"], &header(), br#"{"id":"evt_2"}"#, NOW));
        assert!(!good(&header().replace("1800000000", "1800000001")));
        assert!(!good(&format!("t=1800000000,v0={GOOD}")));
        for nonsense in ["", "t=1800000000", "v1=x", "t=x,v1=y", "t=-9223372036854775808,v1=y", "=,=,"] {
            assert!(!good(nonsense), "{nonsense}");
        }
    }

    #[test]
    fn a_signature_is_good_for_five_minutes_either_way() {
        let at = |now| verify(&["whsec_test"], &header(), BODY, now);
        assert!(at(NOW.after(Duration::from_secs(300))) && !at(NOW.after(Duration::from_secs(301))));
        assert!(at(Time::from_millis(1_799_999_700_000)) && !at(Time::from_millis(1_799_999_699_000)));
    }
}
