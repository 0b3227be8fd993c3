//! Claims of guests: a signature over the guest's id, which proves that somebody is the guest who bought. The guest gets it at once
//! and in each receipt. A user with an account who has the claim can take over the guest's orders.

use crate::SealingKey;
use tradewind_kernel::{Id, MarketplaceId, UserId};

/// The most characters of a claim.
pub const LONGEST: usize = 100;

/// Makes the claim of a guest: `<guest's id>.<signature>`.
pub fn of_guest(key: &SealingKey, marketplace: &MarketplaceId, guest: &UserId) -> String {
    format!("{guest}.{}", key.sign(&message(marketplace, guest)))
}

/// The guest to whom a claim belongs; `None` for anything that was not made by [`of_guest`] in this marketplace.
pub fn guest(key: &SealingKey, marketplace: &MarketplaceId, claim: &str) -> Option<UserId> {
    let (guest, signature) = claim.split_once('.')?;
    let guest = UserId::parse(guest).ok()?;
    key.verify(&message(marketplace, &guest), signature).then_some(guest)
}

/// The signed text. It begins like no other text that the key signs.
fn message(marketplace: &MarketplaceId, guest: &UserId) -> String {
    format!("guest claim\n{marketplace}\n{guest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(secret: &str) -> SealingKey {
        SealingKey::new(secret).unwrap()
    }

    #[test]
    fn a_claim_names_its_guest_in_its_marketplace_alone() {
        let (here, there) = (
            MarketplaceId::from_ulid("01jd0000000000000000000000"),
            MarketplaceId::from_ulid("01jd0000000000000000000001"),
        );
        let bob = UserId::from_ulid("01jd0000000000000000000000");
        let claim = of_guest(&key("a"), &here, &bob);
        assert!(claim.len() <= LONGEST);
        assert_eq!(guest(&key("a"), &here, &claim), Some(bob));
        assert_eq!(guest(&key("a"), &there, &claim), None);
        assert_eq!(guest(&key("b"), &here, &claim), None);
        let other = claim.replace("usr_01jd0000000000000000000000", "usr_01jd0000000000000000000001");
        for forged in [other.as_str(), "", ".", "usr_01jd0000000000000000000000", "usr_01jd0000000000000000000000."] {
            assert_eq!(guest(&key("a"), &here, forged), None, "{forged}");
        }
    }
}
