//! The ids of findings: the same difference between a provider and the ledger always has the same id, whoever finds it.

use tradewind_auth::secret;
use tradewind_kernel::{FindingId, Id};
use tradewind_reconciliation::Finding;

/// Computes the id of a finding: 26 characters of a digest of what differs.
pub fn finding_id(finding: &Finding) -> FindingId {
    let digest = secret::fingerprint_parts(&[finding.name().as_bytes()]);
    let safe = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '0' };
    FindingId::from_ulid(&digest.chars().map(safe).take(26).collect::<String>())
}
