//! A sample of every e-mail in several languages and colours, for looking at them: `cargo xtask emails FOLDER` writes them there.

use crate::{
    brand::Brand,
    consumers::email::EMAILS,
    render::render,
    templates::{self, Addressed, Earned, GivenUp, Part, Parties, Role},
};
use tradewind_disputes::{Dispute, DisputeStatus, DisputedOrder};
use tradewind_identity::User;
use tradewind_kernel::{
    CheckoutId, Currency, FindingId, Id, ListingId, Money, OrderId, PaymentId, PayoutId, PayoutRunId, ReconciliationId,
    RefundId, SellerId, Time, UserId, VariantId, email::Email, event::Queue, order_number::OrderNumber, period::Day,
};
use tradewind_orders::{
    Actor, Funds, Order, OrderLine, Shipment,
    order_process::{OrderProcess, StateName},
    refund::{Refund, RefundState, RefundedPiece},
};
use tradewind_payments::{Payment, PaymentStatus};
use tradewind_payouts::{Closes, Payout, PayoutState};
use tradewind_pricing::{Basket, BasketLine, Commission, CommissionRules, TaxRules, Terms, price};
use tradewind_reconciliation::{
    Finding, FindingKind, TransactionKind,
    entities::{Reconciliation, StoredFinding},
};
use tradewind_tenancy::branding::{Branding, Colour, LogoUrl, StorefrontUrl};

pub(crate) const ULID: &str = "01jd0000000000000000000000";
pub(crate) const NOW: Time = Time::from_millis(1_800_000_000_000);

/// An e-mail, as it would be sent.
#[derive(Debug, Clone)]
pub struct Sample {
    /// The cast and the e-mail: `arabic/receipt`.
    pub name: String,
    /// The subject of the e-mail.
    pub subject: String,
    /// The e-mail as plain text.
    pub text: String,
    /// The e-mail as HTML.
    pub html: String,
}

/// The names, goods and texts of one language, with which sample e-mails are written.
pub(crate) struct Cast {
    pub name: &'static str,
    pub marketplace: &'static str,
    pub branding: Branding,
    pub buyer: &'static str,
    pub seller: &'static str,
    /// The title, options and price of each line.
    pub goods: &'static [(&'static str, &'static [&'static str], i64)],
    pub shipping: Option<&'static str>,
    /// The reason for a refund, in the words of whoever made it.
    pub reason: &'static str,
}

/// Every e-mail with every cast; `None` only if a sample cannot be made.
pub fn samples() -> Option<Vec<Sample>> {
    let (mut samples, operator) = (vec![], Brand::operator());
    for cast in casts() {
        let brand = Brand::new(cast.marketplace, &cast.branding);
        for (name, Addressed { template, role, .. }) in cast.templates(&brand)? {
            let name = format!("{}/{name}", cast.name);
            let rendered = render(if role == Role::Operator { &operator } else { &brand }, &template).ok()?;
            samples.push(Sample { name, subject: template.subject, text: rendered.text, html: rendered.html });
        }
    }
    Some(samples)
}

fn branding(logo: &str, accent: &str, storefront: &str) -> Branding {
    Branding {
        logo_url: LogoUrl::parse(logo),
        accent_colour: Colour::parse(accent),
        storefront_url: StorefrontUrl::parse(storefront),
    }
}

pub(crate) fn casts() -> [Cast; 5] {
    let plain = Cast {
        name: "plain",
        marketplace: "Bikes",
        branding: Branding::default(),
        buyer: "Bob",
        seller: "Sue",
        goods: &[("Shirt", &["M", "red"], 1_250)],
        shipping: None,
        reason: "It came back.",
    };
    let branded = Cast {
        name: "branded",
        marketplace: "Bikes & more",
        branding: branding("https://cdn.example.com/logo.png", "#ffd400", "https://bikes.example.com"),
        buyer: "Bob <script>alert(1)</script>",
        goods: &[("Camp Lamp", &[], 5_800), ("Rain jacket", &["L", "yellow"], 12_990)],
        shipping: Some("Express, by bicycle"),
        ..plain
    };
    let german = Cast {
        name: "german",
        marketplace: "Fahrradersatzteilversandhandelsgesellschaft Mecklenburg-Vorpommern",
        branding: branding(
            "",
            "#0b6e4f",
            "https://fahrradersatzteilversandhandelsgesellschaft.example.com/mecklenburg-vorpommern",
        ),
        buyer: "Maximiliane-Alexandrina Freifrau von Donaudampfschifffahrtsgesellschaft",
        seller: "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz",
        goods: &[
            ("Hochgeschwindigkeitskettenschaltungsumwerferbefestigungsschraubenset", &["Edelstahl"], 123_456_789),
            ("Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsmütze", &["XL"], 4_900),
        ],
        shipping: Some("Sperrgutschwerlastspeditionsversand"),
        reason: "Die Kettenschaltungsumwerferbefestigungsschraube war gebrochen, und der Ersatz kam nie an.",
    };
    let arabic = Cast {
        name: "arabic",
        marketplace: "سوق الدراجات",
        branding: branding("", "#7a1f3d", "https://souq.example.com"),
        buyer: "محمد بن عبد الله",
        seller: "فاطمة الزهراء",
        goods: &[("قميص قطني طويل الأكمام", &["كبير", "أحمر"], 1_250), ("مصباح 12 فولت (LED)", &[], 5_800)],
        shipping: Some("البريد السريع"),
        reason: "القميص كان ممزقًا (الكم الأيسر)، رقم الطلب 42.",
    };
    let japanese = Cast {
        name: "japanese",
        marketplace: "自転車市場",
        branding: branding("", "#ffffff", "https://jitensha.example.com"),
        buyer: "山田 太郎",
        seller: "株式会社東京自転車部品製造販売",
        goods: &[(
            "超軽量カーボンファイバー製ロードバイク用ハンドルバー（ブルートゥース対応・日本製）",
            &["大", "黒"],
            1_250,
        )],
        shipping: Some("宅急便"),
        reason: "届いた商品に傷がありました。",
    };
    [plain, branded, german, arabic, japanese]
}

pub(crate) fn money(amount: i64) -> Option<Money> {
    Some(Money::new(amount, Currency::parse("EUR")?))
}

pub(crate) fn person(name: &str, address: &str) -> Option<User> {
    Some(User {
        id: UserId::from_ulid(ULID),
        email: Email::parse(address).ok()?,
        name: name.into(),
        password_hash: String::new(),
        session_mark: None,
        guest: false,
        email_verified_at: None,
        deleted_at: None,
        admin: false,
        seller: None,
        created_at: NOW,
        updated_at: NOW,
        version: 1,
    })
}

fn code() -> templates::Code {
    templates::Code { digits: "042137".into(), link: "8Kq2vX".repeat(7) }
}

fn place(device: Option<String>) -> templates::Where {
    templates::Where { at: NOW, device, ip_address: Some("2001:db8:1:2:3:4:5:6".into()) }
}

impl Cast {
    fn templates(&self, brand: &Brand) -> Option<Vec<(&'static str, Addressed)>> {
        let (buyer, seller) = (person(self.buyer, "bob@example.com")?, person(self.seller, "sue@example.com")?);
        let admin = person("Ada Admin", "ada@example.com")?;
        let paid = self.sale(Funds::Escrow)?;
        let guest = Parties { claim: Some(format!("usr_{ULID}.{}", "8Kq2v".repeat(9))), ..self.sale(Funds::Escrow)? };
        let total = paid.order.total();
        let shipment = Shipment { carrier: "Post".into(), tracking: "JD 0002 1234 5678 9012 3456".into() };
        let failed = RefundState::Failed { reason: "card_closed".into(), retried_as: None };
        let otherwise = RefundState::SettledOtherwise { reason: "card_closed".into(), note: self.reason.into() };
        let refund = |state| self.refund(&paid.order, state);
        let mut goods = refund(RefundState::Settled)?;
        goods.goods_only = true;
        goods.pieces.iter_mut().for_each(|piece| (piece.restocked, piece.units, piece.amount.amount) = (1, 0, 0));
        let finding = self.finding(&paid.order);
        let run = reconciliation();
        let given_up = given_up(&paid.order);
        let standard = OrderProcess::standard();
        let disputed = dispute(&paid.order)?;
        let parts: Vec<Part> = vec![(disputed.orders.first()?.clone(), self.sale(Funds::Escrow)?)];
        Some(vec![
            ("welcome", templates::welcome(brand, &buyer)),
            ("verify-email", templates::verify_email(brand, &buyer.email, &code())),
            ("registered-again", templates::registered_again(brand, &buyer.email)),
            ("reset-password", templates::reset_password(brand, &buyer.email, &code())),
            ("change-email", templates::change_email(brand, &buyer.email, &code())),
            ("change-email-taken", templates::change_email_taken(brand, &buyer.email)),
            ("email-changed", templates::email_changed(brand, &buyer.email, NOW)),
            ("account-deleted", templates::account_deleted(brand, &buyer.email, NOW)),
            ("new-place", templates::new_place(brand, &buyer, place(Some("Firefox on Windows".into())))),
            ("session-reused", templates::session_reused(brand, &buyer, place(None))),
            ("password-changed", templates::password_changed(brand, &buyer, NOW)),
            ("payment-failed", templates::payment_failed(brand, &payment(total), &buyer, "insufficient_funds")),
            ("payment-came-late", templates::payment_came_late(brand, &payment(total), &buyer)),
            ("receipt", templates::receipt(brand, &paid, standard)),
            ("receipt-for-guest", templates::receipt(brand, &guest, standard)),
            ("new-sale", templates::new_sale(brand, &paid, standard)),
            ("expired", templates::expired(brand, &self.sale(Funds::NeverPaid)?)),
            ("shipped", templates::shipped(brand, &paid, &shipment)),
            ("shipment-corrected", templates::shipment_corrected(brand, &paid, &shipment)),
            ("completed", templates::completed(brand, &paid, &earned(&paid.order)?)),
            ("cancelled", templates::cancelled_for_buyer(brand, &paid, Some(money(700)?))),
            ("cancelled-for-seller", templates::cancelled_for_seller(brand, &paid)),
            ("disputed", templates::disputed(brand, &paid)),
            ("refunded", templates::refunded(brand, &paid, &refund(RefundState::Requested)?, false)),
            (
                "refunded-for-seller",
                templates::refunded_for_seller(brand, &paid, &refund(RefundState::Requested)?, false),
            ),
            ("goods-back-for-seller", templates::refunded_for_seller(brand, &paid, &goods, true)),
            ("refund-failed", templates::refund_failed(brand, &paid, &refund(failed.clone())?)),
            (
                "refund-failed-for-admin",
                templates::refund_failed_for_admin(brand, &paid.order, &admin, &refund(failed)?),
            ),
            ("refund-settled-otherwise", templates::refund_settled_otherwise(brand, &paid, &refund(otherwise)?)),
            ("payout-paid", templates::payout_paid(brand, &payout(total, PayoutState::Paid), &seller)),
            ("payout-failed", templates::payout_failed(brand, &payout(total, closed()), &seller)),
            ("payout-failed-for-admin", templates::payout_failed_for_admin(brand, &payout(total, closed()), &admin)),
            (
                "payout-settled-otherwise",
                templates::payout_settled_otherwise(brand, &payout(total, paid_by_hand(self.reason)), &seller),
            ),
            ("dispute-opened", templates::dispute_opened(brand, &disputed, &parts, &admin)),
            ("dispute-opened-seller", templates::dispute_opened_for_seller(brand, &disputed, parts.first()?)),
            ("dispute-decided", templates::dispute_decided(brand, &disputed, &parts, &admin)),
            ("dispute-decided-seller", templates::dispute_decided_for_seller(brand, &disputed, parts.first()?)),
            ("finding", templates::finding(brand, &finding, &admin)),
            ("reconciled", templates::reconciled(brand, &run, &vec![finding.finding.clone(); 12], &admin)),
            ("given-up", templates::given_up(brand, &given_up, true, &admin)),
            ("dead-letters", templates::dead_letters(&Brand::operator(), &given_up, &admin.email)),
        ])
    }

    /// An order of two of each of the goods.
    pub fn sale(&self, funds: Funds) -> Option<Parties> {
        let lines = self.goods.iter().map(|(title, options, amount)| {
            Some(OrderLine {
                listing: ListingId::from_ulid(ULID),
                variant: VariantId::from_ulid(ULID),
                title: (*title).into(),
                options: options.iter().map(|option| (*option).to_owned()).collect(),
                sku: None,
                quantity: 2,
                unit_price: money(*amount)?,
                category: None,
            })
        });
        let lines: Vec<_> = lines.collect::<Option<_>>()?;
        let priced = |line: &OrderLine| BasketLine {
            unit_price: line.unit_price,
            quantity: line.quantity,
            category: None,
            weight_grams: 0,
        };
        let commissions = CommissionRules {
            default: Commission { basis_points: 1_000, fixed: money(0)?.into() },
            by_category: vec![],
            tax_basis_points: 0,
        };
        let (currency, taxes) = (money(0)?.currency, TaxRules::none());
        let terms =
            Terms { currency, country: None, buyer_in: None, taxes: &taxes, commissions: &commissions, coupon: None };
        let seller = SellerId::from_ulid(ULID);
        let basket =
            Basket { seller: &seller, lines: lines.iter().map(priced).collect(), shipping: None, commission: None };
        let price = price(&terms, &[basket]).ok()?.baskets.into_iter().next()?;
        let order = Order {
            id: OrderId::from_ulid(ULID),
            checkout: CheckoutId::from_ulid(ULID),
            payment: PaymentId::from_ulid(ULID),
            buyer: UserId::from_ulid(ULID),
            seller: seller.clone(),
            lines,
            price: price.into(),
            shipping: self.shipping.map(str::to_owned),
            ship_to: None,
            buyer_in: None,
            coupon: None,
            process: 0,
            status: StateName::parse("paid")?,
            entered_at: NOW,
            funds,
            refunded: vec![],
            refunded_units: vec![],
            disputes: vec![],
            disputed_of_old: false,
            bank_gave: 0,
            bank_ahead: 0,
            unsent: 0,
            given_up: false,
            fee_waived: false,
            stopped: false,
            restocked: vec![],
            taken: vec![],
            number: OrderNumber::parse("1042"),
            buyer_note: None,
            seller_note: None,
            shipment: None,
            timeline: vec![],
            created_at: NOW,
            updated_at: NOW,
            version: 1,
        };
        let (buyer, owner) = (person(self.buyer, "bob@example.com")?, person(self.seller, "sue@example.com")?);
        Some(Parties { order, buyer, owner, claim: None })
    }

    /// A refund of one unit of the first line.
    pub fn refund(&self, order: &Order, state: RefundState) -> Option<Refund> {
        let amount = order.lines.first()?.unit_price;
        Some(Refund {
            id: RefundId::from_ulid(ULID),
            order: order.id.clone(),
            payment: order.payment.clone(),
            seller: order.seller.clone(),
            amount,
            pieces: vec![RefundedPiece { line: Some(0), restocked: 0, units: 1, amount }],
            fee_kept: false,
            reason: Some(self.reason.into()),
            by: Actor::Seller,
            state,
            retry_of: None,
            came_late: false,
            goods_only: false,
            created_at: NOW,
            updated_at: NOW,
            version: 1,
        })
    }

    fn finding(&self, order: &Order) -> StoredFinding {
        let finding = Finding {
            kind: FindingKind::AmountDiffers,
            transaction: TransactionKind::Charge,
            subject: order.payment.to_string(),
            provider_id: Some("txn_1".into()),
            at_provider: Some(order.total()),
            in_ledger: money(1_250),
            reason: Some(self.reason.into()),
            at: NOW,
        };
        let id = FindingId::from_ulid(ULID);
        StoredFinding { id, finding, run: None, found_at: NOW, resolution: None, version: 1 }
    }
}

fn paid_by_hand(note: &str) -> PayoutState {
    PayoutState::SettledOtherwise { reason: "account_closed".into(), note: note.into() }
}

pub(crate) fn payment(amount: Money) -> Payment {
    Payment {
        number: OrderNumber::parse("1042"),
        id: PaymentId::from_ulid(ULID),
        checkout: CheckoutId::from_ulid(ULID),
        buyer: UserId::from_ulid(ULID),
        orders: vec![],
        amount,
        coupon: None,
        status: PaymentStatus::Pending,
        failure: None,
        expires_at: NOW,
        created_at: NOW,
        updated_at: NOW,
        version: 1,
    }
}

/// A fifth of the first line was refunded before.
pub(crate) fn earned(order: &Order) -> Option<Earned> {
    let fifth = order.price.lines.first()?.goods.amount.checked_div(5)?;
    let back = order.price.given_back(&[fifth]).ok()?;
    let left = order.price.totals.split.minus(&back).ok()?;
    Some(Earned { back: back.paid, left: Some(left), earnings: left.seller })
}

fn closed() -> PayoutState {
    PayoutState::Failed { reason: "account_closed".into() }
}

pub(crate) fn payout(amount: Money, state: PayoutState) -> Payout {
    Payout {
        id: PayoutId::from_ulid(ULID),
        run: PayoutRunId::from_ulid(ULID),
        seller: SellerId::from_ulid(ULID),
        amount,
        closes: Closes { since: None, opening: Money::zero(amount.currency), closing: Money::zero(amount.currency) },
        state,
        created_at: NOW,
        updated_at: NOW,
        version: 1,
    }
}

fn dispute(order: &Order) -> Option<Dispute> {
    let (amount, held) = (order.total(), money(900)?);
    Some(Dispute {
        id: "dp_1MtwBwLkdIwHu7ix28a3tqPa".into(),
        payment: order.payment.clone(),
        amount,
        fee: money(1_500)?,
        beyond: money(400),
        reason: "product_not_received".into(),
        status: DisputeStatus::Lost,
        orders: vec![DisputedOrder {
            order: order.id.clone(),
            seller: order.seller.clone(),
            amount,
            held,
            taken: None,
        }],
        evidence: vec![],
        created_at: NOW,
        updated_at: NOW,
        version: 1,
    })
}

fn reconciliation() -> Reconciliation {
    Reconciliation {
        id: ReconciliationId::from_ulid(ULID),
        day: Day::of(NOW),
        transactions: 40,
        journals: 39,
        young: 0,
        findings: 12,
        done: 1,
        created_at: NOW,
        version: 1,
    }
}

fn given_up(order: &Order) -> Vec<GivenUp> {
    let one = |queue: Queue, what: &str, about: String| GivenUp {
        queue: format!("tradewind-prod-{}-dead", queue.name()),
        message: "b1946ac9-2e4f-4bb7-93a5-0c5f3ecf1d2a".into(),
        what: what.into(),
        about,
        since: Some(NOW),
    };
    vec![
        one(tradewind_payments::REPORTS, "provider.reported.v1", "provider stripe, event evt_1".into()),
        one(EMAILS, "order.paid.v1", format!("order {}", order.id)),
    ]
}
