//! Tests of what the e-mails say.

use super::*;
use crate::{
    render::render,
    samples::{Cast, casts, earned, payout},
};
use tradewind_kernel::Money;
use tradewind_orders::{Funds, Shipment, order_process::OrderProcess};
use tradewind_payouts::PayoutState;

fn money(amount: i64) -> Money {
    crate::samples::money(amount).unwrap()
}

fn bikes() -> Brand {
    Brand::new("Bikes", &Default::default())
}

fn person(name: &str) -> User {
    crate::samples::person(name, &format!("{name}@example.com")).unwrap()
}

/// An order of two shirts at 12.50.
fn sale(funds: Funds) -> Parties {
    let [plain, ..] = casts();
    let cast = Cast { buyer: "ada", seller: "sam", ..plain };
    let (buyer, owner) = (person("ada"), person("sam"));
    Parties { buyer, owner, ..cast.sale(funds).unwrap() }
}

fn text(addressed: &Addressed) -> String {
    render(&bikes(), &addressed.template).unwrap().text
}

#[test]
fn a_receipt_goes_to_the_buyer_with_lines_and_total() {
    let receipt = receipt(&bikes(), &sale(Funds::Escrow), OrderProcess::standard());
    assert_eq!((receipt.role, receipt.to.as_str()), (Role::Buyer, "ada@example.com"));
    assert_eq!(receipt.template.subject, "Your receipt from Bikes");
    assert!(text(&receipt).contains("  2 × Shirt (M, red): 25.00 EUR\n  Total: 25.00 EUR\n"), "{}", text(&receipt));
}

#[test]
fn a_new_sale_goes_to_the_seller_with_the_fee() {
    let template = new_sale(&bikes(), &sale(Funds::Escrow), OrderProcess::standard());
    assert_eq!((template.role, template.to.as_str()), (Role::Seller, "sam@example.com"));
    assert!(
        text(&template).contains(
            "  Total: 25.00 EUR\n  Fee of Bikes: -2.50 EUR\n  Your earnings, once it is complete: 22.50 EUR\n"
        ),
        "{}",
        text(&template)
    );
}

#[test]
fn letters_speak_of_a_fee_and_of_sending_only_where_the_process_has_them() {
    let mut process = OrderProcess::standard().clone();
    for rule in &mut process.transitions {
        rule.needs_shipment = false;
        rule.actions.retain(|action| *action != tradewind_orders::order_process::Action::Fee);
    }
    let bare = sale(Funds::Escrow);
    let seller = text(&new_sale(&bikes(), &bare, &process));
    assert!(seller.contains("  Total: 25.00 EUR\n  Your earnings, once it is complete: 25.00 EUR\n"), "{seller}");
    assert!(seller.contains("After three days it counts as accepted."), "the process's own words: {seller}");
    for state in &mut process.states {
        state.waits_for = Default::default();
    }
    let buyer = text(&receipt(&bikes(), &bare, &process));
    assert!(!buyer.contains("on its way"), "{buyer}");
    assert!(text(&new_sale(&bikes(), &bare, &process)).contains("This order is paid.\n"));
}

#[test]
fn a_shipped_order_names_carrier_and_tracking_number() {
    let shipment = Shipment { carrier: "DHL".into(), tracking: "JD0002".into() };
    let template = shipped(&bikes(), &sale(Funds::Escrow), &shipment);
    assert_eq!(template.to.as_str(), "ada@example.com");
    assert!(text(&template).contains("with DHL.\n\n  Tracking number: JD0002"), "{}", text(&template));
}

#[test]
fn a_completed_order_tells_the_seller_what_they_earned() {
    let sale = sale(Funds::Released);
    let earned = earned(&sale.order).unwrap();
    let template = completed(&bikes(), &sale, &earned);
    assert_eq!(template.to.as_str(), "sam@example.com");
    let rows = "  Total: 25.00 EUR\n  Went back to the buyer: -5.00 EUR\n  Fee of Bikes: -2.00 EUR\n  Your earnings: 18.00 EUR\n";
    assert!(text(&template).contains("18.00 EUR are now on your balance"), "{}", text(&template));
    assert!(text(&template).contains(rows), "{}", text(&template));
    // A process may waive the fee.
    let waived = Earned { earnings: money(2_000), ..earned };
    let rows = "  Went back to the buyer: -5.00 EUR\n  Your earnings: 20.00 EUR\n";
    assert!(text(&completed(&bikes(), &sale, &waived)).contains(rows));
}

#[test]
fn a_cancelled_order_promises_a_refund_only_if_it_was_paid() {
    let paid = sale(Funds::Returned);
    let told = |order: &Parties, back: Option<i64>| text(&cancelled_for_buyer(&bikes(), order, back.map(money)));
    assert!(told(&paid, Some(2_500)).contains("Your payment of 25.00 EUR goes back to you"));
    assert!(told(&paid, Some(700)).contains("7.00 EUR of your payment of 25.00 EUR go back to you"));
    assert!(told(&paid, None).contains("went back to you before"));
    assert!(text(&cancelled_for_seller(&bikes(), &paid)).contains("If you have not sent it, please do not."));
    let mut back = sale(Funds::Returned);
    back.order.restocked = vec![2];
    assert!(
        text(&cancelled_for_seller(&bikes(), &back)).contains("do not send it. The buyer is refunded, and the goods")
    );
    let unpaid = sale(Funds::NeverPaid);
    assert!(told(&unpaid, None).contains("Nothing was paid"));
    assert!(text(&cancelled_for_seller(&bikes(), &unpaid)).contains("had not been paid"));
}

#[test]
fn an_expired_order_goes_to_the_buyer_only() {
    let template = expired(&bikes(), &sale(Funds::NeverPaid));
    assert_eq!((template.role, template.to.as_str()), (Role::Buyer, "ada@example.com"));
}

#[test]
fn a_refused_card_says_why_and_until_when_to_try_again() {
    let payment = crate::samples::payment(money(2_500));
    let text = text(&payment_failed(&bikes(), &payment, &person("ada"), "insufficient_funds"));
    assert!(text.contains("25.00 EUR was refused: insufficient funds."), "{text}");
    assert!(text.contains("until 2027-01-15 08:00 UTC."), "{text}");
}

#[test]
fn a_payout_tells_the_seller_what_became_of_it() {
    let payout = |state| payout(money(2_250), state);
    assert!(text(&payout_paid(&bikes(), &payout(PayoutState::Paid), &person("sam"))).contains("paid you 22.50 EUR."));
    let failed = payout(PayoutState::Failed { reason: "account_closed".into() });
    let template = payout_failed(&bikes(), &failed, &person("sam"));
    assert!(text(&template).contains("22.50 EUR could not be delivered: account closed."), "{}", text(&template));
    let settled = PayoutState::SettledOtherwise { reason: "account_closed".into(), note: "By bank transfer.".into() };
    let template = text(&payout_settled_otherwise(&bikes(), &payout(settled), &person("sam")));
    assert!(template.contains("22.50 EUR that could not be") && template.contains("By bank transfer."), "{template}");
}

#[test]
fn a_welcome_names_the_address_to_log_in_with() {
    let template = welcome(&bikes(), &person("ada"));
    assert_eq!(template.template.subject, "Welcome to Bikes");
    assert!(text(&template).contains("Log in with ada@example.com."));
}

/// The amounts in a text, in order.
fn amounts(text: &str) -> Vec<String> {
    let mut words = text.split_whitespace().peekable();
    let mut found = vec![];
    while let Some(word) = words.next() {
        if words.peek().is_some_and(|next| next.starts_with("EUR")) {
            found.push(word.to_owned());
        }
    }
    found
}

/// The text that a reader of the HTML sees.
fn shown(html: &str) -> String {
    let body = html.split("<body").nth(1).unwrap().split_once("</div>").unwrap().1;
    let text: String =
        body.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect::<Vec<_>>().join(" ");
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&amp;", "&")]
        .iter()
        .fold(text, |text, (from, to)| text.replace(from, to))
}

#[test]
fn every_letter_says_the_same_as_text_and_as_html() {
    let samples = crate::samples::samples().unwrap();
    assert_eq!(samples.len(), 5 * 41);
    for sample in samples {
        let words =
            |text: &str| text.split_whitespace().map(|word| word.trim_end_matches(':').to_owned()).collect::<Vec<_>>();
        let html = shown(&sample.html);
        assert_eq!(amounts(&sample.text), amounts(&html), "{}", sample.name);
        let seen = words(&html);
        let missing: Vec<_> = words(&sample.text).into_iter().filter(|word| !seen.contains(word)).collect();
        // In HTML an address is the target of its button, and not shown.
        let led_to = |word: &&String| sample.html.contains(&format!("href=\"{}\"", word.replace('&', "&amp;")));
        let missing: Vec<_> = missing.iter().filter(|word| !led_to(word)).collect();
        assert!(missing.is_empty(), "{}: {missing:?}", sample.name);
        assert!(!sample.subject.contains(['\r', '\n']) && !sample.html.contains("<script"), "{}", sample.name);
    }
}

#[test]
fn every_letter_about_something_leads_there() {
    for sample in crate::samples::samples().unwrap() {
        let (cast, template) = sample.name.split_once('/').unwrap();
        let nowhere = ["given-up", "dead-letters", "account-deleted"].contains(&template);
        let leads = sample.text.contains(": https://");
        assert_eq!(leads, cast != "plain" && !nowhere, "{}", sample.name);
    }
}
