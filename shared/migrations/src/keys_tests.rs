//! The text of every key, as it is stored in the tables of every deployment. A row that has to change here needs a migration.
//!
//! Ids are shortened (`usr_7`), so that a row fits on a line.

use crate::keys::*;
use In::{Ephemeral, Main};
use Path::{Gsi1, Gsi2, Table};
use std::fs;
use tradewind_audit::{DifferenceKind, keys::*};
use tradewind_catalog::{import::NoteKind, keys::*};
use tradewind_disputes::keys::*;
use tradewind_identity::{Purpose, keys::*};
use tradewind_kernel::{
    Currency, Id, Money, OrderId, Time, UserId,
    email::Email,
    order_number::OrderNumber,
    period::Month,
    timer::{Due, Timer},
};
use tradewind_ledger::{Account, JournalKind, LedgerEntry, keys::*};
use tradewind_media::keys::*;
use tradewind_orders::keys::*;
use tradewind_payments::{keys::*, provider::PaymentProvider};
use tradewind_payouts::keys::*;
use tradewind_pricing::{CouponCode, keys::*};
use tradewind_reconciliation::{ProviderTransaction, TransactionKind, keys::*};
use tradewind_sellers::keys::*;
use tradewind_storage::keys::*;
use tradewind_tenancy::{Slug, keys::*};

const OLDEST_FIRST: bool = false;
const NEWEST_FIRST: bool = true;
/// 2027-01-15T08:00:00.000Z.
const TIME: Time = Time::from_millis(1_800_000_000_000);

/// An id of any kind.
fn id<I: Id>() -> I {
    I::from_ulid("7")
}

fn euro() -> Currency {
    Currency::parse("EUR").unwrap()
}

/// The sort keys that a list reads.
#[derive(Debug, PartialEq, Eq)]
enum Reads<'a> {
    Prefix(&'a str),
    UpTo(&'a str),
    After(&'a str),
}
use Reads::{After, Prefix, UpTo};

#[track_caller]
fn item<E>(key: Key<E>, table: In, pk: &str, sk: &str) {
    assert_eq!((key.table, key.pk.as_str(), key.sk.as_str()), (table, pk, sk));
}

#[track_caller]
fn page<E>(list: List<E>, path: Path, pk: &str, reads: Reads<'_>, newest_first: bool) {
    let found = match (list.up_to.as_deref(), list.after.as_deref()) {
        (None, None) => Prefix(&list.prefix),
        (Some(last), None) => UpTo(last),
        (None, Some(last)) => After(last),
        (Some(_), Some(_)) => panic!("a list reads up to a key or after one"),
    };
    assert_eq!((list.path, list.pk.as_str(), found, list.newest_first), (path, pk, reads, newest_first));
}

#[test]
fn keys_of_the_platform_and_of_people() {
    item(slug(&Slug::parse("bikes").unwrap()), Main, "platform#slug#bikes", "slug");
    item(marketplace(&id()), Main, "mkt_7", "marketplace");
    item(user(&id(), &id()), Main, "mkt_7#user#usr_7", "user");
    item(email(&id(), &Email::parse("Ada@Example.com").unwrap()), Main, "mkt_7#email#ada@example.com", "email");
    item(session(&id(), &id(), &id()), Ephemeral, "mkt_7#session#usr_7", "ses_7");
    item(session_before(&id(), &id()), Ephemeral, "mkt_7#session#ses_7", "session");
    page(sessions(&id(), &id()), Path::Ephemeral, "mkt_7#session#usr_7", Prefix(""), NEWEST_FIRST);
    item(known_place(&id(), &id(), "192.0.2.7"), Ephemeral, "mkt_7#place#usr_7#192.0.2.7", "place");
    let ada = Email::parse("Ada@Example.com").unwrap();
    item(unverified(&id(), &ada, "a_b"), Main, "mkt_7#email#ada@example.com", "unverified#a_b");
    item(challenge(&id(), Purpose::VerifyEmail, "usr_7"), Ephemeral, "mkt_7#challenge#verify#usr_7", "challenge");
    item(challenge(&id(), Purpose::ResetPassword, "a@b.c"), Ephemeral, "mkt_7#challenge#reset#a@b.c", "challenge");
    item(challenge(&id(), Purpose::ChangeEmail, "usr_7"), Ephemeral, "mkt_7#challenge#change#usr_7", "challenge");
    item(attempts(&id(), "login", "a"), Ephemeral, "mkt_7#attempts#login#a", "attempts");
    item(reply(Some(&id()), "usr_7", "k 1"), Ephemeral, "mkt_7#idempotency#usr_7#k 1", "reply");
    item(reply(None, "operator", "k"), Ephemeral, "platform#idempotency#operator#k", "reply");
    item(done(&id(), "notify-send", "cmt_7.0"), Ephemeral, "mkt_7#done#notify-send#cmt_7.0", "done");
    item(notified(Some(&id()), "m-1"), Ephemeral, "mkt_7#told#m-1", "told");
    item(notified(None, "m-1"), Ephemeral, "platform#told#m-1", "told");
    page(people(&id()), Gsi1, "mkt_7#people", Prefix(""), OLDEST_FIRST);
    page(people(&id()).beginning("zo"), Gsi1, "mkt_7#people", Prefix("zo"), OLDEST_FIRST);
    page(addresses(&id()), Gsi2, "mkt_7#addresses", Prefix(""), OLDEST_FIRST);
    assert_eq!(by_name("Zoë  Müller", id::<UserId>()), "zoe muller#usr_7");
    assert_eq!(by_address(&Email::parse("Ada@Example.com").unwrap(), id::<UserId>()), "ada@example.com#usr_7");
}

#[test]
fn keys_of_sellers_and_listings() {
    item(seller(&id(), &id()), Main, "mkt_7#seller#sel_7", "seller");
    page(sellers(&id()), Gsi1, "mkt_7#sellers", Prefix(""), OLDEST_FIRST);
    page(shops(&id()), Gsi2, "mkt_7#shops", Prefix(""), OLDEST_FIRST);
    page(sellers_after(&id(), &id()), Gsi1, "mkt_7#sellers", After("sel_7"), OLDEST_FIRST);
    item(listing(&id(), &id()), Main, "mkt_7#listing#lst_7", "listing");
    item(stock(&id(), &id(), &id(), 0), Main, "mkt_7#listing#lst_7", "stock#var_7");
    item(stock(&id(), &id(), &id(), 12), Main, "mkt_7#variant#var_7#bucket#12", "stock");
    page(listing_with_stock::<()>(&id(), &id()), Table, "mkt_7#listing#lst_7", Prefix(""), OLDEST_FIRST);
    page(newest_listings(&id()), Gsi1, "mkt_7#listings", Prefix(""), NEWEST_FIRST);
    page(listings_of(&id(), &id()), Gsi2, "mkt_7#seller#sel_7#listings", Prefix(""), NEWEST_FIRST);
    item(handle(&id(), &id(), "bell"), Main, "mkt_7#seller#sel_7#handle#bell", "handle");
}

#[test]
fn keys_of_carts_and_orders() {
    item(cart(&id(), &id()), Main, "mkt_7#user#usr_7", "cart");
    item(order(&id(), &id()), Main, "mkt_7#order#ord_7", "order");
    page(orders_of_buyer::<()>(&id(), &id()), Gsi1, "mkt_7#buyer#usr_7#orders", Prefix(""), NEWEST_FIRST);
    page(orders_of_seller::<()>(&id(), &id()), Gsi2, "mkt_7#seller#sel_7#orders", Prefix(""), NEWEST_FIRST);
    page(payments(&id(), 3), Gsi1, "mkt_7#payments#3", Prefix(""), NEWEST_FIRST);
    page(order_numbers(&id(), 1), Gsi2, "mkt_7#order_numbers#1", Prefix(""), NEWEST_FIRST);
    item(order_counter(&id(), 1), Main, "mkt_7#order_counter#1", "counter");
    assert_eq!(by_number(OrderNumber::parse("1042").unwrap()), "000000000001042");
    assert_eq!(by_time(TIME, id::<OrderId>()), "2027-01-15T08:00:00.000Z#ord_7");
}

#[test]
fn keys_of_migrations() {
    item(migration(&id()), Main, "platform#migration#mgr_7", "migration");
    item(migration_segment(&id(), 3), Main, "platform#migration#mgr_7", "segment#003");
    page(migration_segments(&id()), Table, "platform#migration#mgr_7", Prefix("segment#"), OLDEST_FIRST);
}

#[test]
fn keys_of_money() {
    let sue = Account::SellerPayable(id());
    let amount = Money::new(-900, euro());
    let sale = LedgerEntry {
        journal: id(),
        kind: JournalKind::Release,
        account: sue.clone(),
        amount,
        subject: "ord_7".into(),
        at: TIME,
    };
    let account = "mkt_7#account#seller_payable:sel_7";
    item(order_process(&id(), 3), Main, "mkt_7#process#000003", "process");
    let code = CouponCode::parse("summer-10").unwrap();
    item(coupon(&id(), &code), Main, "mkt_7#coupon#SUMMER-10", "coupon");
    item(coupon_uses(&id(), &code), Main, "mkt_7#coupon#SUMMER-10", "uses");
    item(coupon_uses_by(&id(), &id(), &code), Main, "mkt_7#user#usr_7", "coupon#SUMMER-10");
    page(coupons::<()>(&id()), Gsi1, "mkt_7#coupons", Prefix(""), NEWEST_FIRST);
    item(refund(&id(), &id()), Main, "mkt_7#refund#rfd_7", "refund");
    page(refunds_of(&id(), &id()), Gsi1, "mkt_7#order#ord_7#refunds", Prefix(""), NEWEST_FIRST);
    item(dispute(&id(), "dp_1"), Main, "mkt_7#dispute#dp_1", "dispute");
    page(disputes(&id()), Gsi1, "mkt_7#disputes", Prefix(""), NEWEST_FIRST);
    page(disputes_of(&id(), &id()), Gsi2, "mkt_7#payment#pay_7#disputes", Prefix(""), NEWEST_FIRST);
    item(payment(&id(), &id()), Main, "mkt_7#payment#pay_7", "payment");
    item(provider_event(&id(), "sandbox", "evt_1"), Main, "mkt_7#provider#sandbox#evt_1", "event");
    item(entry(&id(), &sale), Main, account, "entry#2027-01-15T08:00:00.000Z#jrn_7#release");
    let since = After("entry#2027-01-15T08:00:00.000Z");
    page(entries_since(&id(), &sue, TIME), Table, account, since, OLDEST_FIRST);
    page(entries(&id(), &sue), Table, account, Prefix("entry#"), NEWEST_FIRST);
    item(balance(&id(), "escrow", 3, euro()), Main, "mkt_7#balance#escrow#3", "balance#EUR");
    page(balances(&id(), "escrow", 3), Table, "mkt_7#balance#escrow#3", Prefix("balance#"), OLDEST_FIRST);
    item(provider_link(&id(), "pay_7"), Main, "mkt_7#link#pay_7", "link");
    item(provider_owner(PaymentProvider::Stripe, "pi_1"), Main, "platform#owner#stripe#pi_1", "owner");
    item(payout_account(&id(), &id()), Main, "mkt_7#seller#sel_7", "payout_account");
    item(sandbox_movement(&id(), "sbx_7_captured"), Main, "mkt_7#sandbox#sbx_7_captured", "movement");
    page(sandbox_movements(&id()), Gsi1, "mkt_7#sandbox", Prefix(""), NEWEST_FIRST);
    item(payout(&id(), &id()), Main, "mkt_7#payout#pot_7", "payout");
    page(payouts_of::<()>(&id(), &id()), Gsi2, "mkt_7#seller#sel_7#payouts", Prefix(""), NEWEST_FIRST);
}

#[test]
fn keys_of_journals() {
    item(journal(&id(), JournalKind::Capture, "pay_7"), Main, "mkt_7#journal#capture#pay_7", "journal");
    item(journal(&id(), JournalKind::Release, "ord_7"), Main, "mkt_7#journal#release#ord_7", "journal");
    item(journal(&id(), JournalKind::Refund, "ord_7"), Main, "mkt_7#journal#refund#ord_7", "journal");
    item(journal(&id(), JournalKind::RefundSettled, "ord_7"), Main, "mkt_7#journal#refund_settled#ord_7", "journal");
    item(journal(&id(), JournalKind::Payout, "pot_7"), Main, "mkt_7#journal#payout#pot_7", "journal");
    item(journal(&id(), JournalKind::PayoutSettled, "pot_7"), Main, "mkt_7#journal#payout_settled#pot_7", "journal");
    item(journal(&id(), JournalKind::PayoutReturned, "pot_7"), Main, "mkt_7#journal#payout_returned#pot_7", "journal");
}

#[test]
fn keys_of_the_audit() {
    page(journals(&id(), Month::of(TIME), 5), Gsi1, "mkt_7#journals#2027-01#5", Prefix(""), OLDEST_FIRST);
    item(ledger_verification(&id(), &id()), Main, "mkt_7#verification#lvr_7", "verification");
    let (all, one) = ("mkt_7#verification#lvr_7", "difference#entry_missing#jrn_7");
    item(difference(&id(), &id(), DifferenceKind::EntryMissing, "jrn_7"), Main, all, one);
    page(differences(&id(), &id()), Table, "mkt_7#verification#lvr_7", Prefix("difference#"), OLDEST_FIRST);
}

#[test]
fn keys_of_the_books_by_time() {
    let fees = "mkt_7#turnover#platform_fee#3";
    item(turnover(&id(), "platform_fee", 3, Month::of(TIME), euro()), Main, fees, "2027-01#EUR");
    page(turnovers(&id(), "platform_fee", 3), Table, fees, Prefix(""), OLDEST_FIRST);
}

#[test]
fn keys_of_reconciliation() {
    let (fee, amount) = (Money::zero(euro()), Money::new(900, euro()));
    let kind = TransactionKind::Charge;
    let (provider, subject) = ("sandbox".to_owned(), "pay_7".to_owned());
    let said = ProviderTransaction { provider, id: "txn_1".into(), kind, subject, amount, fee, at: TIME };
    item(provider_transaction(&id(), &said), Main, "mkt_7#said#charge#pay_7", "sandbox#txn_1");
    page(provider_transactions(&id(), kind, "pay_7"), Table, "mkt_7#said#charge#pay_7", Prefix(""), OLDEST_FIRST);
    item(reconciliation(&id(), &id()), Main, "mkt_7#reconciliation#rcn_7", "reconciliation");
    item(finding(&id(), &id()), Main, "mkt_7#finding#fnd_7", "finding");
    page(findings(&id(), false), Gsi1, "mkt_7#findings#open", Prefix(""), NEWEST_FIRST);
    page(findings(&id(), true), Gsi1, "mkt_7#findings#resolved", Prefix(""), NEWEST_FIRST);
    page(marketplaces(), Gsi1, "platform#marketplaces", Prefix(""), OLDEST_FIRST);
}

#[test]
fn a_span_begins_behind_a_key_and_ends_before_another() {
    let whole = entries(&id(), &Account::SellerPayable(id())).span("", END);
    assert_eq!(
        (whole.after.as_deref(), whole.up_to.as_deref(), whole.newest_first),
        (Some("entry#0"), Some("entry#~"), false)
    );
    let (early, late) = (by_time(TIME, "jrn_7"), by_time(TIME, "jrn_8"));
    let rest = journals(&id(), Month::of(TIME), 5).span(&early, &Time::from_millis(TIME.millis() + 1).to_string());
    let (first, last) = (rest.after.unwrap(), rest.up_to.unwrap());
    assert!(early < first && first < late && late < last);
}

#[test]
fn keys_of_files_and_imports() {
    item(upload(&id(), &id()), Main, "mkt_7#upload#upl_7", "upload");
    item(import::<()>(&id(), &id()), Main, "mkt_7#import#imp_7", "import");
    item(import_part(&id(), &id(), 12), Main, "mkt_7#import#imp_7#part#00012", "part");
    item(import_error(&id(), &id(), 345), Main, "mkt_7#import#imp_7", "error#00000345");
    page(import_errors(&id(), &id()), Table, "mkt_7#import#imp_7", Prefix("error#"), OLDEST_FIRST);
    let (all, one) = ("mkt_7#import#imp_7", "note#00000345#sold_out");
    item(import_note(&id(), &id(), 345, NoteKind::SoldOut), Main, all, one);
    page(import_notes(&id(), &id()), Table, "mkt_7#import#imp_7", Prefix("note#"), OLDEST_FIRST);
    page(imports_of(&id(), &id()), Gsi2, "mkt_7#seller#sel_7#imports", Prefix(""), NEWEST_FIRST);
}

#[test]
fn keys_of_events_and_timers() {
    let timer_of = |due| Timer { due_at: TIME, marketplace: id(), due };
    let (pays, completes) = (timer_of(Due::Payment(id())), timer_of(Due::Order(id())));
    item(event(&id(), "cmt_7", 2), Main, "mkt_7#event#cmt_7", "event#002");
    item(timer(&pays), Main, "platform#due#payment#3", "2027-01-15T08:00:00.000Z#mkt_7#pay_7");
    item(timer(&completes), Main, "platform#due#order#2", "2027-01-15T08:00:00.000Z#mkt_7#ord_7");
    let until = "2027-01-15T08:00:00.000Z$";
    page(due(DueKind::Payment, 3, TIME), Table, "platform#due#payment#3", UpTo(until), OLDEST_FIRST);
    page(due(DueKind::Order, 0, TIME), Table, "platform#due#order#0", UpTo(until), OLDEST_FIRST);
}

#[test]
fn what_falls_to_a_shard_stays_there() {
    assert_eq!((BALANCE_SHARDS, DUE_SHARDS), (8, 4));
    assert_eq!([shard("", 8), shard("ord_7", 8), shard("pay_7", 8)], [5, 6, 7]);
    assert_eq!(shard("ord_01jd0000000000000000000000", 4), 0);
}

#[test]
fn a_list_that_reads_up_to_a_moment_reads_all_that_is_due_then() {
    let due_now = timer(&Timer { due_at: TIME, marketplace: id(), due: Due::Order(id()) });
    let next = Time::from_millis(TIME.millis() + 1);
    let due_next = timer(&Timer { due_at: next, marketplace: id(), due: Due::Order(id()) });
    let until = due(DueKind::Order, 2, TIME).up_to.unwrap();
    assert!(due_now.sk < until && until < due_next.sk);
}

#[test]
fn every_key_and_list_has_a_row_here() {
    let mut names = vec![];
    for noun in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).unwrap() {
        let Ok(keys) = fs::read_to_string(noun.unwrap().path().join("src/keys.rs")) else { continue };
        let functions = keys.lines().filter_map(|line| line.strip_prefix("pub fn "));
        names.extend(functions.map(|rest| rest.split(['(', '<']).next().unwrap().to_owned()));
    }
    assert!(names.len() > 60, "{names:?}");
    for name in names {
        let pinned = ["(", "::<"].iter().any(|end| include_str!("keys_tests.rs").contains(&format!("({name}{end}")));
        assert!(pinned || name == "shard", "{name} has no row");
    }
}
