//! How things are stored: keys, entities, the one [`Commit`] that writes, and access to DynamoDB, S3 and SQS.
//!
//! # Tables
//!
//! `main` holds what lasts, `ephemeral` what expires. Both have the keys `pk` and `sk`; `main` has the indexes `gsi1` and `gsi2`
//! on `gsi1pk`/`gsi1sk` and `gsi2pk`/`gsi2sk`, which project only the keys and `summary`, a summary: the few fields that a page shows.
//! In both, DynamoDB deletes an item some time after the moment in its attribute `ttl`; readers check for themselves.
//! `T` is the marketplace's id: a key cannot be built without one, but for the few partitions of the platform itself.
//!
//! # Access patterns
//!
//! Each noun lists its own beside its keys. Units are those of one call for items of ordinary size (read: 4 KB, write: 1 KB); a
//! transactional write costs two. These are the ones that belong to no noun:
//!
//! | what | table | key | call | units |
//! |---|---|---|---|---|
//! | stored reply | ephemeral | `T#idempotency#C#K` / `reply` | `GetItem` | 1 R |
//! | event handled by a consumer; e-mails of an event sent | ephemeral | `T#done#CONSUMER#EVENT` / `done` | in a transaction; `BatchGetItem` with the order, `PutItem` | 2 W; 1 R, 1 W |
//! | recipient notified of a dead letter | ephemeral | `T#told#M` or `platform#told#M` / `told` | `BatchGetItem`, in a transaction | 1 R, 2 W |
//! | due timers | main | `platform#due#KIND#SHARD` / `TIME#T#ID` | `Query` | 0.5 R a 4 KB |
//! | outbox event | main | `T#event#C` / `event#N`, or in an item that the commit creates and nobody rewrites, such as a journal | the table's stream | 2 W, or none |

mod attempts;
pub mod bucket;
mod commit;
pub mod entities;
mod entity;
mod error;
mod explain;
mod gather;
mod grant;
mod item;
pub mod keys;
mod kinds;
pub mod migration;
pub mod newest;
pub mod queue;
pub mod shape;
mod stored;
mod table;

pub use attempts::{Backoff, TakeBack};
pub use bucket::Bucket;
pub use commit::{Commit, CommitError, Denial, Effect, Refusal, Summed};
pub use entities::{StoredReply, SummaryRow};
pub use entity::{Entity, Index};
pub use error::StorageError;
pub use gather::{Gathered, Wanted};
pub use grant::Grant;
pub use item::Item;
pub use keys::{Key, List, Path, by_name, by_time, shard};
pub use kinds::{Kind, kind_of, rewrite};
pub use queue::Queues;
pub use shape::{Shaped, Step, Stored};
pub use stored::KINDS;
pub use table::{Meter, Page, Position, Table, TableNames, read};
