//! Who bears how much of an order, line by line: of a line that was refunded entirely nobody keeps anything, of one that was not
//! refunded everybody keeps their whole share, and of one that was refunded in part everybody keeps the same part of it.
//!
//! This is computed from the prices alone, and not by the rules that booked it: an audit by the same rules would not find their
//! mistakes.

use super::{Difference, DifferenceKind};
use tradewind_kernel::{Money, money::MoneyError};
use tradewind_ledger::{Account, Journal};
use tradewind_orders::{Funds, Order, refund::Refund};
use tradewind_pricing::Split;

/// The most minor units by which rounding may change each party's share, for each line that was refunded in part.
const ROUNDING: i64 = 4;

/// Checks an order that was released, with the journals of its release and of its refunds. Orders of which a refund kept the fee, or
/// a dispute took something, are not compared: there the marketplace's decision, or the bank's, says who bears what.
pub fn shares(
    order: &Order,
    release: Option<&Journal>,
    refunds: &[Refund],
    journals: &[Journal],
) -> Result<Vec<Difference>, MoneyError> {
    let refunded =
        refunds.iter().filter(|refund| refund.retry_of.is_none() && !refund.came_late).map(|refund| refund.amount);
    let gone = Money::sum(order.total().currency, order.gone_back())?;
    let by_refunds = Money::sum(gone.currency, refunded)? == gone;
    let (Funds::Released, Some(release), true) = (order.funds, release, by_refunds) else { return Ok(vec![]) };
    if refunds.iter().any(|refund| refund.fee_kept) {
        return Ok(vec![]);
    }
    let (mut seller, mut fee, mut slack) = (0_i64, 0_i64, 0_i64);
    for (place, split) in order.price.pieces().enumerate() {
        let given = order.refunded.get(place).copied().unwrap_or(0);
        let (kept, partly) = kept(&split, given);
        let (earned, tax_on_it) = (kept(split.commission.amount), kept(split.commission_tax.amount));
        seller = seller.saturating_add(kept(split.seller.amount));
        fee = fee.saturating_sub(kept(split.subsidy.amount));
        if order.fee_waived {
            seller = seller.saturating_add(earned).saturating_add(tax_on_it);
        } else {
            fee = fee.saturating_add(earned);
        }
        slack = slack.saturating_add(if partly { ROUNDING } else { 0 });
    }
    let payable = Account::SellerPayable(order.seller.clone());
    let found = |account: &Account| {
        let all = std::iter::once(release).chain(journals).flat_map(|journal| &journal.postings);
        let sum = all.filter(|posting| posting.account == *account).map(|posting| posting.amount.amount);
        sum.fold(0, i64::saturating_sub)
    };
    let mut differences = vec![];
    for (account, expected) in [(payable, seller), (Account::PlatformFee, fee)] {
        let found = found(&account);
        if found.abs_diff(expected) > slack.unsigned_abs() {
            let [expected, found] = [expected, found].map(|amount| Money::new(amount, gone.currency));
            let detail =
                format!("Of {}, {account} has {found}, and {expected} is its part of what did not go back.", order.id);
            let subject = format!("{}:{account}", order.id);
            differences.push(Difference::of(DifferenceKind::SharesDiffer, subject, detail).amounts(expected, found));
        }
    }
    Ok(differences)
}

/// Returns a function for what is kept of a part of a piece after `given` was given back, and whether that is a fraction of it.
fn kept(split: &Split, given: i64) -> (impl Fn(i64) -> i64, bool) {
    let whole = split.measure().amount;
    let partly = given > 0 && given < whole;
    let kept = move |part: i64| {
        if given <= 0 || whole <= 0 {
            return part;
        }
        let left = i128::from(whole.saturating_sub(given)).max(0);
        let share = i128::from(part).checked_mul(left).and_then(|product| product.checked_div(i128::from(whole)));
        share.and_then(|share| i64::try_from(share).ok()).unwrap_or(part)
    };
    (kept, partly)
}
