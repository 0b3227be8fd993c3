//! The keys of payments, of what providers say, of the ledger and of payouts.

use super::{Key, List, Path, list, main};
use crate::books::{Found, JournalRow, LedgerVerification, Turnover};
use crate::entities::{BalanceShard, CardRow};
use crate::reconciliation::{Reconciliation, SaidTransaction, StoredFinding};
use tradewind_domain::{
    Currency, FindingId, LedgerVerificationId, MarketplaceId, PaymentId, PayoutId, ReconciliationId, SellerId, Time,
    ledger::{Account, Journal, JournalKind},
    ledger_audit::DifferenceKind,
    payment::{Payment, ProviderEvent},
    payout::{LedgerEntry, Payout},
    period::Month,
    provider::{BalanceTransaction, PaymentProvider, PayoutAccount, ProviderLink, ProviderOwner},
    reconciliation::{ProviderTransaction, TransactionKind},
};

/// A payment.
pub fn payment(t: &MarketplaceId, id: &PaymentId) -> Key<Payment> {
    main(format!("{t}#payment#{id}"), "payment")
}

/// A provider's webhook, as received.
pub fn provider_event(t: &MarketplaceId, provider: &str, id: &str) -> Key<ProviderEvent> {
    main(format!("{t}#provider#{provider}#{id}"), "event")
}

/// Under which id a provider knows a payment, a refund or a payout.
pub fn provider_link(t: &MarketplaceId, subject: &str) -> Key<ProviderLink> {
    main(format!("{t}#link#{subject}"), "link")
}

/// Whose a provider's thing is. It lies in the platform's partition, because it is read before the tenant is known.
pub fn provider_owner(provider: PaymentProvider, id: &str) -> Key<ProviderOwner> {
    main(format!("platform#owner#{provider}#{id}"), "owner")
}

/// The account through which a seller is paid.
pub fn payout_account(t: &MarketplaceId, seller: &SellerId) -> Key<PayoutAccount> {
    main(format!("{t}#seller#{seller}"), "payout_account")
}

/// What moved the sandbox provider's balance.
pub fn sandbox_movement(t: &MarketplaceId, id: &str) -> Key<BalanceTransaction> {
    main(format!("{t}#sandbox#{id}"), "movement")
}

/// What moved the sandbox provider's balance, newest first.
pub fn sandbox_movements(t: &MarketplaceId) -> List<CardRow<BalanceTransaction>> {
    list(Path::Gsi1, format!("{t}#sandbox"), "", true)
}

/// A journal: one of a kind for a subject.
pub fn journal(t: &MarketplaceId, kind: JournalKind, subject: &str) -> Key<Journal> {
    main(format!("{t}#journal#{}#{subject}", kind.name()), "journal")
}

/// The journals of a month, oldest first, those of one shard: that of the balances they were posted to, so that a sale of a
/// thousand orders a second does not wait for one partition of the index.
pub fn journals(t: &MarketplaceId, month: Month, shard: u8) -> List<JournalRow> {
    list(Path::Gsi1, format!("{t}#journals#{month}#{shard}"), "", false)
}

/// A verification of the ledger.
pub fn ledger_verification(t: &MarketplaceId, id: &LedgerVerificationId) -> Key<LedgerVerification> {
    main(format!("{t}#verification#{id}"), "verification")
}

/// A difference that a verification found. The same one has the same key, however often its part is worked through.
pub fn difference(t: &MarketplaceId, id: &LedgerVerificationId, kind: DifferenceKind, subject: &str) -> Key<Found> {
    main(format!("{t}#verification#{id}"), format!("difference#{}#{subject}", kind.name()))
}

/// The differences that a verification found, by kind.
pub fn differences(t: &MarketplaceId, id: &LedgerVerificationId) -> List<Found> {
    list(Path::Table, format!("{t}#verification#{id}"), "difference#", false)
}

/// What a provider said it did. All for one thing lies together, so that doing it twice is seen.
pub fn said_transaction(t: &MarketplaceId, said: &ProviderTransaction) -> Key<SaidTransaction> {
    main(format!("{t}#said#{}#{}", said.kind.name(), said.subject), format!("{}#{}", said.provider, said.id))
}

/// All that providers said they did for one thing.
pub fn said_transactions(t: &MarketplaceId, kind: TransactionKind, subject: &str) -> List<SaidTransaction> {
    list(Path::Table, format!("{t}#said#{}#{subject}", kind.name()), "", false)
}

/// A reconciliation.
pub fn reconciliation(t: &MarketplaceId, id: &ReconciliationId) -> Key<Reconciliation> {
    main(format!("{t}#reconciliation#{id}"), "reconciliation")
}

/// Something that a reconciliation found.
pub fn finding(t: &MarketplaceId, id: &FindingId) -> Key<StoredFinding> {
    main(format!("{t}#finding#{id}"), "finding")
}

/// What reconciliations found and nobody, or somebody, has worked off, newest first.
pub fn findings(t: &MarketplaceId, resolved: bool) -> List<CardRow<StoredFinding>> {
    let which = if resolved { "resolved" } else { "open" };
    list(Path::Gsi1, format!("{t}#findings#{which}"), "", true)
}

/// An entry in the account of a holder.
pub fn entry(t: &MarketplaceId, entry: &LedgerEntry) -> Key<LedgerEntry> {
    let sk = format!("entry#{}#{}#{}", entry.at, entry.journal, entry.kind.name());
    main(format!("{t}#account#{}", entry.account), sk)
}

/// The entries of a seller's account, newest first.
pub fn entries(t: &MarketplaceId, account: &Account) -> List<LedgerEntry> {
    list(Path::Table, format!("{t}#account#{account}"), "entry#", true)
}

/// The entries of a seller's account from a moment on, oldest first.
pub fn entries_since(t: &MarketplaceId, account: &Account, from: Time) -> List<LedgerEntry> {
    List { behind: Some(format!("entry#{from}")), newest_first: false, ..entries(t, account) }
}

/// One shard of an account's balance.
pub fn balance(t: &MarketplaceId, account: &str, shard: u8, currency: Currency) -> Key<BalanceShard> {
    main(format!("{t}#balance#{account}#{shard}"), format!("balance#{currency}"))
}

/// The balances of one shard of an account in every currency, as they are now.
pub fn balances(t: &MarketplaceId, account: &str, shard: u8) -> List<BalanceShard> {
    list(Path::Table, format!("{t}#balance#{account}#{shard}"), "balance#", false).now()
}

/// What was posted to one shard of an account on each day of a month.
pub fn turnover(t: &MarketplaceId, account: &str, shard: u8, month: Month, currency: Currency) -> Key<Turnover> {
    main(format!("{t}#turnover#{account}#{shard}"), format!("{month}#{currency}"))
}

/// The same for every month and currency, oldest first.
pub fn turnovers(t: &MarketplaceId, account: &str, shard: u8) -> List<Turnover> {
    list(Path::Table, format!("{t}#turnover#{account}#{shard}"), "", false)
}

/// A payout.
pub fn payout(t: &MarketplaceId, id: &PayoutId) -> Key<Payout> {
    main(format!("{t}#payout#{id}"), "payout")
}

/// A seller's payouts, newest first.
pub fn payouts_of<E>(t: &MarketplaceId, seller: &SellerId) -> List<CardRow<E>> {
    list(Path::Gsi2, format!("{t}#seller#{seller}#payouts"), "", true)
}
