//! What the proof of the money path shares: marketplaces that cost nothing to open, clients that insist on an answer, and an audit
//! of everything that was stored.
//!
//! Nothing here uses the product's own rules. The audit reads the items of the tables as they lie there and works out for itself
//! what they must be.

mod audit;
mod client;
mod market;
mod random;
mod table;

pub use audit::{Audit, audit};
pub use client::{Sender, Unanswered};
pub use market::{Listing, Member, Proof, Venue};
pub use random::Random;
pub use table::{items, plain, put};
