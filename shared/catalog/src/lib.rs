//! The catalogue: listings with their variants and stock, and the imports that bring them.

mod event;
pub mod import;
pub mod listing;
pub mod stock;

pub use event::ImportEvent;
