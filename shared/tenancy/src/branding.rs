//! How a marketplace looks, and where its storefront is: for the storefront itself, and for the e-mails that are sent in its name.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;
use tradewind_kernel::{FindingId, OrderId, PaymentId, PayoutId, ReconciliationId, email::Email};
use url::Url;

/// The most bytes of an address.
const LONGEST: usize = 1_000;

/// How a marketplace looks. Every part of it may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Branding {
    /// The marketplace's logo, shown in its storefront and above its e-mails; absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo_url: Option<LogoUrl>,
    /// The colour of highlighted elements; absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accent_colour: Option<Colour>,
    /// The address of the storefront; absent if there is none. E-mails then have no links.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storefront_url: Option<StorefrontUrl>,
}

impl Branding {
    /// Whether every part is missing.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// A colour: `#` and six hexadecimal digits, for red, green and blue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Colour(#[schemars(regex(pattern = "^#[0-9A-Fa-f]{6}$"), example = &"#0b6e4f")] String);

impl Colour {
    /// Reads a colour such as `#0b6e4f`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        (digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit())).then(|| Self(text.to_owned()))
    }

    /// The colour as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text colour for this background: black or white, whichever is easier to read by the contrast ratio of WCAG 2, which is
    /// then at least 4.5.
    pub fn text(&self) -> &'static str {
        // White has the better contrast where (1 + 0.05) / (l + 0.05) > (l + 0.05) / 0.05, so up to l = 0.17912.
        if self.luminance() <= 11_739 { "#ffffff" } else { "#000000" }
    }

    /// The relative luminance of WCAG 2, in parts of 65,536.
    fn luminance(&self) -> u128 {
        let channel = |from: usize| {
            let digits = self.0.get(from..from.saturating_add(2)).unwrap_or_default();
            linear(u128::from(u8::from_str_radix(digits, 16).unwrap_or_default()))
        };
        let sum = [(1, 2_126), (3, 7_152), (5, 722)].map(|(from, weight)| channel(from).saturating_mul(weight));
        sum.iter().sum::<u128>() / 10_000
    }
}

/// The linear light of a channel of sRGB, in parts of 65,536: ((c / 255 + 0.055) / 1.055) to the power of 2.4, in whole numbers.
fn linear(channel: u128) -> u128 {
    if channel <= 10 {
        return channel.saturating_mul(65_536) / 3_295; // 255 * 12.92
    }
    let base = (channel.saturating_mul(40).saturating_add(561) << 16_u32) / 10_761;
    let square = base.saturating_mul(base) >> 16_u32;
    // The fifth root of `square`, bit by bit: the largest y whose fifth power does not exceed it.
    let root = (0..17_u32).rev().fold(0_u128, |root, bit| {
        let next = root | (1 << bit);
        if next.saturating_pow(5) <= square << 64_u32 { next } else { root }
    });
    square.saturating_mul(root) >> 16_u32
}

/// The address of a picture that everybody can see, by `https`. A host name with other letters is written in its ASCII form, `xn--…`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct LogoUrl(
    #[schemars(
        url,
        length(max = 1_000),
        regex(
            pattern = r"^https://([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,63}(:[0-9]{1,4})?(/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?(\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?$"
        ),
        example = &"https://cdn.example.com/logo.png"
    )]
    String,
);

/// The address below which the storefront's pages are found, by `https`, without a query. A host name with other letters is written
/// in its ASCII form, `xn--…`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct StorefrontUrl(
    #[schemars(
        url,
        length(max = 1_000),
        regex(
            pattern = r"^https://([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,63}(:[0-9]{1,4})?(/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?$"
        ),
        example = &"https://bikes.example.com"
    )]
    String,
);

/// Reads an address that a browser can open by `https`, without credentials and fragment.
fn https(text: &str) -> Option<Url> {
    let fits = text.len() <= LONGEST && text.starts_with("https://") && text.bytes().all(|b| b.is_ascii_graphic());
    let url = Url::parse(text).ok().filter(|_| fits && !text.contains('\\'))?;
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    let named = url.domain().is_some_and(|domain| domain.contains('.'));
    (plain && named && url.as_str().len() <= LONGEST).then_some(url)
}

impl LogoUrl {
    /// Reads an address and converts it to its normal form.
    pub fn parse(text: &str) -> Option<Self> {
        https(text).map(|url| Self(url.into()))
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl StorefrontUrl {
    /// Reads an address and converts it to its normal form, without a slash at the end.
    pub fn parse(text: &str) -> Option<Self> {
        let url = https(text).filter(|url| url.query().is_none())?;
        Some(Self(url.as_str().trim_end_matches('/').to_owned()))
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address of a page. Characters in an id cannot change where the address leads.
    pub fn page(&self, page: &Page<'_>) -> String {
        let Ok(mut url) = Url::parse(&self.0) else { return self.0.clone() };
        if matches!(page, Page::Start) {
            return self.0.clone();
        }
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty();
            match page {
                Page::Start => &mut segments,
                Page::Order(id) | Page::GuestOrder(id, _) => segments.push("orders").push(id.as_str()),
                Page::VerifyEmail(_) => segments.push("verify-email"),
                Page::ChangeEmail(_) => segments.push("change-email"),
                Page::ResetPassword(..) => segments.push("reset-password"),
                Page::Payment(id) => segments.push("payments").push(id.as_str()),
                Page::Payout(id) => segments.push("payouts").push(id.as_str()),
                Page::Dispute(id) => segments.push("disputes").push(id),
                Page::Finding(id) => segments.push("findings").push(id.as_str()),
                Page::Reconciliation(id) => segments.push("reconciliations").push(id.as_str()),
            };
        }
        // A browser sends the fragment to no server, so what it holds is in nobody's log.
        let secret = match page {
            Page::GuestOrder(_, claim) => Some(format!("claim={claim}")),
            Page::VerifyEmail(code) | Page::ChangeEmail(code) => Some(format!("code={code}")),
            Page::ResetPassword(email, code) => Some(query(&[("email", email.as_str()), ("code", code)])),
            Page::Start
            | Page::Order(_)
            | Page::Payment(_)
            | Page::Payout(_)
            | Page::Dispute(_)
            | Page::Finding(_)
            | Page::Reconciliation(_) => None,
        };
        if secret.is_some() {
            url.set_fragment(secret.as_deref());
        }
        url.into()
    }
}

/// Pairs as a form writes them, percent-encoded.
fn query(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// A page of a storefront to which e-mails link. A storefront without such a page shows what it likes there.
///
/// | page | path below `storefront_url` |
/// |---|---|
/// | the start | `/` |
/// | an order, for its buyer, its seller and administrators | `/orders/{order_id}` |
/// | a guest's order | `/orders/{order_id}#claim={claim}`; the claim takes it into an account |
/// | verifying the address of the account that is logged in | `/verify-email#code={code}` |
/// | confirming a new address of the account that is logged in | `/change-email#code={code}` |
/// | setting a new password | `/reset-password#email={email}&code={code}`, both percent-encoded |
/// | a payment that can be tried again | `/payments/{payment_id}` |
/// | a payout, for its seller and administrators | `/payouts/{payout_id}` |
/// | a dispute, for administrators | `/disputes/{dispute_id}` |
/// | a finding, for administrators | `/findings/{finding_id}` |
/// | a reconciliation, for administrators | `/reconciliations/{reconciliation_id}` |
#[derive(Debug, Clone)]
pub enum Page<'a> {
    /// The storefront's start page.
    Start,
    /// An order.
    Order(&'a OrderId),
    /// A guest's order, with the claim that takes it into an account.
    GuestOrder(&'a OrderId, &'a str),
    /// Where an account's address is verified, with the code.
    VerifyEmail(&'a str),
    /// Where an account's new address is confirmed, with the code.
    ChangeEmail(&'a str),
    /// Where a new password is set, with the address and the code.
    ResetPassword(&'a Email, &'a str),
    /// A payment that can be tried again.
    Payment(&'a PaymentId),
    /// A payout.
    Payout(&'a PayoutId),
    /// A dispute, by the provider's id.
    Dispute(&'a str),
    /// A finding of the reconciliation.
    Finding(&'a FindingId),
    /// A reconciliation.
    Reconciliation(&'a ReconciliationId),
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Colour {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("expected a colour, like #0b6e4f"))
    }
}

impl<'de> Deserialize<'de> for LogoUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        let expected = "expected the address of a picture, like https://cdn.example.com/logo.png";
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(expected))
    }
}

impl<'de> Deserialize<'de> for StorefrontUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        let expected = "expected a web address without a query, like https://bikes.example.com";
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(expected))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradewind_kernel::Id;

    fn colour(text: &str) -> Colour {
        Colour::parse(text).unwrap()
    }

    #[test]
    fn luminance_is_that_of_wcag() {
        // By the formula in decimals: 0, 1, 0.2126, 0.7152, 0.0722 and, for #767676, 0.1812.
        for (text, wanted) in [
            ("#000000", 0),
            ("#ffffff", 65_536),
            ("#ff0000", 13_933),
            ("#00FF00", 46_871),
            ("#0000ff", 4_732),
            ("#767676", 11_873),
            ("#0a0a0a", 199),
        ] {
            let is = colour(text).luminance();
            assert!(is.abs_diff(wanted) <= 4, "{text}: {is}, not {wanted}");
        }
    }

    #[test]
    fn text_on_a_colour_can_be_read() {
        for (on, text) in
            [("#000000", "#ffffff"), ("#0b6e4f", "#ffffff"), ("#ffd400", "#000000"), ("#ffffff", "#000000")]
        {
            assert_eq!(colour(on).text(), text, "{on}");
        }
        // The contrast is never below 4.5 to 1, whatever the colour: 0.05 is 3,277 of 65,536.
        for grey in 0..=255_u8 {
            let on = colour(&format!("#{grey:02x}{grey:02x}{grey:02x}"));
            let (light, dark) = match on.text() {
                "#ffffff" => (65_536 + 3_277, on.luminance() + 3_277),
                _ => (on.luminance() + 3_277, 3_277),
            };
            assert!(light * 10 >= dark * 45, "{on}");
        }
    }

    #[test]
    fn a_colour_has_six_digits() {
        for text in ["", "#fff", "0b6e4f", "#0b6e4g", "#0b6e4f00", "red", "#éé11"] {
            assert_eq!(Colour::parse(text), None, "{text}");
        }
    }

    #[test]
    fn addresses_are_https_and_nothing_else() {
        assert_eq!(
            LogoUrl::parse("https://CDN.example.com:443/a.png?v=2").unwrap().0,
            "https://cdn.example.com/a.png?v=2"
        );
        assert_eq!(StorefrontUrl::parse("https://shop.example.com/de/").unwrap().0, "https://shop.example.com/de");
        for text in [
            "",
            "http://shop.example.com",
            "https://",
            "https://localhost",
            "https://ada:secret@shop.example.com",
            "https://shop.example.com/#top",
            "https://shop.example.com/a b",
            "https://shop.example.com\\@evil.example",
            "javascript:alert(1)",
            "//shop.example.com",
            "shop.example.com",
            " https://shop.example.com",
        ] {
            assert_eq!((LogoUrl::parse(text), StorefrontUrl::parse(text)), (None, None), "{text}");
        }
        assert_eq!(StorefrontUrl::parse("https://shop.example.com/?a=1"), None);
        assert_eq!(LogoUrl::parse(&format!("https://a.example/{}", "x".repeat(LONGEST))), None);
    }

    #[test]
    fn pages_lie_below_the_storefront() {
        let order = OrderId::from_ulid("01jd0000000000000000000000");
        let page = |shop: &str, page: Page<'_>| StorefrontUrl::parse(shop).unwrap().page(&page);
        assert_eq!(page("https://a.example", Page::Order(&order)), format!("https://a.example/orders/{order}"));
        assert_eq!(page("https://a.example/de/", Page::Order(&order)), format!("https://a.example/de/orders/{order}"));
        assert_eq!(page("https://a.example/de", Page::Start), "https://a.example/de");
        assert_eq!(page("https://a.example/", Page::Start), "https://a.example");
        assert_eq!(page("https://a.example", Page::Dispute("../x?y#z")), "https://a.example/disputes/..%2Fx%3Fy%23z");
        let claimed = page("https://a.example", Page::GuestOrder(&order, "usr_1.abc"));
        assert_eq!(claimed, format!("https://a.example/orders/{order}#claim=usr_1.abc"));
        let email = Email::parse("ada+a@example.com").unwrap();
        let reset = page("https://a.example", Page::ResetPassword(&email, "a_b-c"));
        assert_eq!(reset, "https://a.example/reset-password#email=ada%2Ba%40example.com&code=a_b-c");
        assert_eq!(
            page("https://a.example/de", Page::VerifyEmail("a_b")),
            "https://a.example/de/verify-email#code=a_b"
        );
    }
}
