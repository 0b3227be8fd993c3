//! Shared parts of the proofs of the money path: marketplaces that are quick to open, clients that repeat a request until it is answered,
//! and an audit of everything that was stored.
//!
//! Nothing here uses the product's own rules. The audit reads the items of the tables as they are stored, and works out independently what
//! they must be.

mod audit;
mod client;
mod market;
mod random;
mod table;

pub use audit::{Audit, audit};
pub use client::{Sender, Unanswered};
pub use market::{Listing, Member, Proof, Venue};
pub use random::Random;
pub use table::{delete, items, plain, put};
