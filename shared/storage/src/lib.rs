//! How things are stored: keys, entities, the one [`Commit`] that writes, and access to DynamoDB, S3 and SQS.
//!
//! # Tables
//!
//! `main` holds what lasts, `ephemeral` what expires. Both have the keys `pk` and `sk`; `main` has the indexes `gsi1` and `gsi2`
//! on `gsi1pk`/`gsi1sk` and `gsi2pk`/`gsi2sk`, which project only the keys and `card`, the few fields that a page shows.
//! In both, DynamoDB deletes an item some time after the moment in its attribute `ttl`; readers check for themselves.
//! `T` below is the marketplace's id: a key cannot be built without one, but for the three partitions of the platform itself.
//!
//! # Access patterns
//!
//! Units are those of one call for items of ordinary size (read: 4 KB, write: 1 KB); a transactional write costs two.
//!
//! | what | table | key | call | units |
//! |---|---|---|---|---|
//! | marketplace by slug | main | `platform#slug#S` / `slug` | `GetItem` | 0.5 R, then cached |
//! | marketplace | main | `T` / `marketplace` | `GetItem` | 0.5 R, then cached |
//! | every marketplace | main, gsi1 | `platform#marketplaces` / `T` | `Query`, 100 a page | 1 W, 1 R a page |
//! | user, e-mail claim | main | `T#user#U` / `user`, `T#email#E` / `email` | `GetItem` | 1 R |
//! | people by name | main, gsi1 | `T#people` / `NAME#U` | `Query` | 0.5 R a 4 KB, 2 W when a name changes |
//! | people by e-mail address | main, gsi2 | `T#addresses` / `EMAIL#U` | `Query` | 0.5 R, 2 W when an address changes |
//! | cart | main | `T#user#U` / `cart` | `GetItem`, to change it `BatchGetItem` with listings and stock | 1 R |
//! | session | ephemeral | `T#session#S` / `session` | `GetItem` | 1 R |
//! | stored reply | ephemeral | `T#idempotency#C#K` / `reply` | `GetItem` | 1 R |
//! | effect marker; that the e-mails of an event were sent | ephemeral | `T#done#CONSUMER#EVENT` / `done` | in a transaction; `BatchGetItem` with the order, `PutItem` | 2 W; 1 R, 1 W |
//! | that somebody was told of a dead letter | ephemeral | `T#told#M` or `platform#told#M` / `told` | `BatchGetItem`, in a transaction | 1 R, 2 W |
//! | seller | main | `T#seller#S` / `seller` | `GetItem`, in a checkout `BatchGetItem` with listings | 1 R |
//! | sellers, oldest first | main, gsi1 | `T#sellers` | `Query`, 25 a page | 0.5 R a 4 KB |
//! | shops by name | main, gsi2 | `T#shops` / `NAME#S` | `Query` | 0.5 R a 4 KB, 2 W when a name changes |
//! | listing with stock | main | `T#listing#L` / `listing`, `stock#V` | `Query` | 0.5 R a 4 KB |
//! | each further bucket of split stock | main | `T#variant#V#bucket#N` / `stock` | `BatchGetItem`, in a transaction | 0.5 R for a listing, 1 R for a cart, 2 W |
//! | newest listings | main, gsi1 | `T#listings` | `Query`, 20 a page | 0.5 to 2.5 R |
//! | a seller's listings | main, gsi2 | `T#seller#S#listings` | `Query`, 20 a page | 0.5 to 2.5 R |
//! | listing by handle | main | `T#seller#S#handle#H` / `handle` | `GetItem` | 1 R |
//! | order | main | `T#order#O` / `order` | `GetItem` | 1 R |
//! | a buyer's orders | main, gsi1 | `T#buyer#U#orders` | `Query`, 20 a page | 0.5 to 2.5 R |
//! | a seller's orders | main, gsi2 | `T#seller#S#orders` | `Query`, 20 a page | 0.5 to 2.5 R |
//! | version of the order process | main | `T#process#N` / `process` | `GetItem` | 1 R a 4 KB, then cached |
//! | coupon, its uses | main | `T#coupon#C` / `coupon`, `uses` | `GetItem` | 1 R |
//! | a buyer's uses of a coupon | main | `T#user#U` / `coupon#C` | `GetItem` | 1 R |
//! | coupons | main, gsi1 | `T#coupons` | `Query`, 20 a page | 0.5 to 2.5 R |
//! | refund | main | `T#refund#R` / `refund` | `GetItem` | 1 R |
//! | an order's refunds | main, gsi1 | `T#order#O#refunds` | `Query`, 20 a page | 0.5 R |
//! | dispute | main | `T#dispute#ID` / `dispute` | `GetItem` | 1 R |
//! | disputes | main, gsi1 | `T#disputes` | `Query`, 20 a page | 0.5 to 2.5 R |
//! | disputes of a payment | main, gsi2 | `T#payment#P#disputes` | `Query` | 0.5 R |
//! | payment with its orders | main | `T#payment#P`, `T#order#O` | `GetItem`, `BatchGetItem` | 1 R, 1 R an order |
//! | payment | main | `T#payment#P` / `payment` | `GetItem` | 1 R |
//! | payments, newest first | main, gsi1 | `T#payments#SHARD` / `TIME#P` | `Query` of 8 shards | 1 W a payment, 4 R a page |
//! | order by number | main, gsi2 | `T#order_numbers#SHARD` / `NUMBER` | `Query` | 1 W a payment, 0.5 R |
//! | numbers of orders | main | `T#order_counter#SHARD` / `counter` | `UpdateItem` | 1 W a checkout |
//! | provider event | main | `T#provider#N#E` / `event` | `PutItem` with its event, `GetItem` | 1 W, 1 R |
//! | journal | main | `T#journal#KIND#SUBJECT` / `journal` | in a transaction, `GetItem` | 2 W, 1 R |
//! | journals by time | main, gsi1 | `T#journals#MONTH#SHARD` / `TIME#JOURNAL` | `Query`, 100 a page | 1 W a journal, 3 R a page |
//! | a seller's entries | main | `T#account#A` / `entry#TIME#JOURNAL#KIND` | `Query`, 20 a page | 1 R |
//! | balance (of a seller, with attributes `mMONTH`) | main | `T#balance#A#SHARD` / `balance#CURRENCY` | `GetItem` | 2 W a journal that posts to it, 1 R |
//! | balances of the marketplace's own accounts, attributes `of_ACCOUNT` | main | `T#balance#provider_clearing#SHARD` / `balance#CURRENCY`; what older releases summed, `T#balance#A#SHARD` | `TransactGetItems` | 2 W a journal, 2 R an account and shard |
//! | payout | main | `T#payout#P` / `payout` | `GetItem` | 1 R |
//! | a seller's payouts | main, gsi2 | `T#seller#S#payouts` | `Query`, 20 a page | 0.5 R |
//! | an account's balances in all currencies | main | `T#balance#A#SHARD` / `balance#` | `Query` | 1 R |
//! | what an account earned by day | main | `T#turnover#A#SHARD` / `MONTH#CURRENCY`, attributes `DAY` | `Query` | 2 W a journal, 0.5 R a shard and 10 months |
//! | ledger verification, its differences | main | `T#verification#V` / `verification`, `difference#KIND#SUBJECT` | `GetItem`, `Query`, 20 a page | 1 R, 0.5 to 2.5 R |
//! | a seller's payout account | main | `T#seller#S` / `payout_account` | `GetItem` | 1 R |
//! | a payment's or payout's id at its provider | main | `T#link#P` / `link` | `GetItem` | 1 R |
//! | whose a provider's thing is | main | `platform#owner#N#I` / `owner` | `GetItem` | 1 R |
//! | what moved the sandbox's balance | main, gsi1 | `T#sandbox` | `Query`, 100 a page | 0.5 R |
//! | what a provider said it did | main | `T#said#KIND#SUBJECT` / `PROVIDER#ID` | `Query` | 2 W, 1 R |
//! | reconciliation | main | `T#reconciliation#R` / `reconciliation` | `GetItem` | 1 R |
//! | finding, those open or resolved | main, gsi1 | `T#finding#F` / `finding`; `T#findings#open` / `TIME#F` | `GetItem`, `Query`, 20 a page | 1 R, 0.5 to 2.5 R |
//! | upload | main | `T#upload#U` / `upload` | `GetItem` | 1 R |
//! | import, its row errors and notes | main | `T#import#I` / `import`, `error#ROW`, `note#ROW#KIND` | `GetItem`, `Query` | 1 R |
//! | a seller's imports | main, gsi2 | `T#seller#S#imports` | `Query`, 20 a page, `BatchGetItem` | 0.5 R, 1 R an import |
//! | a part of an import | main | `T#import#I#part#N` / `part` | `GetItem` | 1 R |
//! | due timers | main | `platform#due#KIND#SHARD` / `TIME#T#ID` | `Query` | 0.5 R a 4 KB |
//! | migration, how far it is | main | `platform#migration#M` / `migration`, `segment#N` | `Scan`, `UpdateItem`, `Query` | 0.5 R a 4 KB of the table, 1 W a 1 KB that changes |
//! | outbox event | main | `T#event#C` / `event#N`, or in an item that the commit makes and nobody rewrites, such as a journal | the table's stream | 2 W, or none |

pub mod balances;
pub mod books;
pub mod bucket;
mod commit;
pub mod entities;
mod entity;
mod error;
mod gather;
mod grant;
pub mod keys;
mod kinds;
pub mod migration;
pub mod newest;
mod numbers;
pub mod people;
pub mod purchase;
pub mod queue;
pub mod reconciliation;
mod shape;
pub mod stock;
mod table;

pub use bucket::Bucket;
pub use commit::{Commit, CommitError, Denial, StoredReply};
pub use entity::{Entity, Index};
pub use error::StorageError;
pub use gather::{Gathered, Wanted};
pub use grant::Grant;
pub use keys::{Key, List};
pub use queue::Queues;
pub use shape::Shaped;
pub use table::{Meter, Page, Position, Table, TableNames};
