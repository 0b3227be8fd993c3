//! The catalogue: listings with their variants and stock, and the imports that create and update them.

pub mod buckets;
mod effects;
pub mod entities;
mod explain;
pub mod keys;
mod stored;

pub use effects::{DropStock, MoveStock, SetStock, SoldOut, StockDiffers};
pub use stored::KINDS;

mod event;
pub mod import;
pub mod listing;
pub mod stock;

pub use event::{IMPORTS, ImportEvent};
