//! The building blocks of every noun: ids, money, moments, texts, problems with settings, and events.
//!
//! Nothing here, nor in the rules of the nouns, is asynchronous, reads a clock, draws a random number or knows of AWS. A handler
//! loads what a rule needs, calls the rule, and commits what the rule decided.

pub mod currency;
pub mod email;
pub mod event;
pub mod explain;
pub mod fields;
pub mod id;
pub mod money;
pub mod names;
pub mod order_number;
pub mod period;
pub mod text;
pub mod time;
pub mod timer;
pub mod web;
pub mod zone;

pub use currency::Currency;
pub use explain::{Explain, Explanation, Member};
pub use id::*;
pub use money::Money;
pub use time::Time;
