//! The actions that a commit asks of the table.

use crate::{Booking, pay_out};
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem, Update};
use tradewind_kernel::{
    CommitId, Currency, Id, JournalId, MarketplaceId, Money, PayoutId, PayoutRunId, SellerId, Time,
};
use tradewind_payouts::{Owed, Pay};
use tradewind_storage::{Commit, Denial};

const NOW: Time = Time::from_millis(1_800_000_000_000);

fn ulid() -> &'static str {
    "01jd0000000000000000000000"
}

type Actions = Vec<(TransactWriteItem, Denial)>;

fn payout(owed: Money) -> Actions {
    let seller = SellerId::from_ulid(ulid());
    let booking = Booking { now: NOW, journal: JournalId::from_ulid(ulid()) };
    let (id, run) = (PayoutId::from_ulid(ulid()), PayoutRunId::from_ulid(ulid()));
    let owing = Owed { now: owed, paid: None };
    let (payout, mut changes) = pay_out(id, run, seller, &owing, owed, booking).unwrap().unwrap();
    let commit = Commit::new(&MarketplaceId::from_ulid(ulid()), CommitId::from_ulid(ulid()), NOW, None);
    commit.with(Pay(&payout)).with(&mut changes).actions().unwrap()
}

fn balances(actions: &Actions) -> Vec<&Update> {
    let updates = actions.iter().filter_map(|(action, _)| action.update());
    updates.filter(|update| update.update_expression().starts_with("ADD amount")).collect()
}

#[test]
fn a_payout_is_written_only_if_the_seller_is_still_owed_what_was_read() {
    let actions = payout(Money::new(900, Currency::parse("EUR").unwrap()));
    let conditional: Vec<_> = balances(&actions).into_iter().filter(|u| u.condition_expression().is_some()).collect();
    assert_eq!(conditional.len(), 1);
    let values = conditional[0].expression_attribute_values().unwrap();
    assert_eq!(values[":account"], AttributeValue::S(format!("seller_payable:sel_{}", ulid())));
    assert_eq!(values[":expected"], AttributeValue::N("-900".into()));
    assert_eq!(values[":sum"], AttributeValue::N("900".into()));
    // It also closes the account up to its time.
    assert_eq!(values[":at"], AttributeValue::S(NOW.to_string()));
    assert_eq!(values[":left"], AttributeValue::N("0".into()));
}

#[test]
fn what_sellers_are_owed_is_counted_for_the_seller_and_for_all_of_them() {
    let actions = payout(Money::new(900, Currency::parse("EUR").unwrap()));
    let accounts: Vec<_> = balances(&actions)
        .iter()
        .map(|u| u.expression_attribute_values().unwrap()[":account"].as_s().unwrap().clone())
        .collect();
    assert_eq!(accounts, ["provider_clearing", &format!("seller_payable:sel_{}", ulid())]);
    let own = balances(&actions)[0];
    let names: std::collections::BTreeSet<_> = own.expression_attribute_names().unwrap().values().cloned().collect();
    assert_eq!(names, ["of_payouts", "of_seller_payable"].map(str::to_owned).into());
}

#[test]
fn whatever_is_entered_once_is_a_duplicate_the_second_time_and_not_a_refusal() {
    let actions = payout(Money::new(900, Currency::parse("EUR").unwrap()));
    let once = actions.iter().filter(|(_, denial)| matches!(denial, Denial::Again)).count();
    // The payout, the seller's entry and the journal.
    assert_eq!(once, 3);
}
