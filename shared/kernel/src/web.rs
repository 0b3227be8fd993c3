//! Web addresses that clients send and others follow. They are read as a browser reads them (the URL standard of WHATWG) and stored
//! in the resulting form, so that in a page they mean the same address and cannot break out of an HTML attribute.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize};
use std::{borrow::Cow, fmt};
use url::{Host, Url};

/// The longest address of a picture in bytes, in its stored form.
pub const LONGEST_ADDRESS: usize = 1_000;
/// The longest address of a page in bytes, in its stored form.
pub const LONGEST_PAGE: usize = 2_000;

/// The pattern for the beginning of a picture's address.
const PICTURE: &str = r"^\s*[Hh][Tt][Tt][Pp][Ss]?:";
/// The pattern for the beginning of a page's address.
const PAGE: &str = r"^\s*[Hh][Tt][Tt][Pp]([Ss]:|:[/\\]+(localhost|127\.|\[::1\]))";

/// Why a text is not a web address that can be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WebError {
    /// It cannot be read as an address, or names no host.
    #[error("Send a whole web address, like https://example.com/a.jpg.")]
    Form,
    /// It is neither `http` nor `https`.
    #[error("Send a web address that begins with https:// or http://.")]
    Scheme,
    /// It is not `https`.
    #[error("Send a web address that begins with https://.")]
    NotSecure,
    /// It contains a user name or a password.
    #[error("Send the web address without a user name and password: whoever sees it would see them.")]
    Credentials,
    /// It is longer than the limit, which is given in bytes.
    #[error("A web address has at most {0} bytes here, counted as it is written in a browser.")]
    Long(usize),
}

macro_rules! addresses {
    ($($(#[$doc:meta])* $name:ident, $most:expr, $secure:literal, $pattern:expr, $description:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Reads an address, or says why it is refused.
            pub fn parse(text: &str) -> Result<Self, WebError> {
                read(text, $most, $secure).map(Self)
            }

            /// The address in its stored form.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<$name> for String {
            fn from(address: $name) -> Self {
                address.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::parse(&Cow::<'de, str>::deserialize(deserializer)?).map_err(serde::de::Error::custom)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({
                    "type": "string", "format": "uri", "pattern": $pattern, "minLength": 1, "maxLength": $most, "description": $description,
                    "examples": ["https://example.com/a"],
                })
            }
        }
    )*};
}

addresses! {
    /// The address of a picture on another server: `http` or `https`.
    WebAddress, LONGEST_ADDRESS, false, PICTURE,
        "An `http` or `https` address without a user name and password, at most 1000 bytes long. It is kept as a browser writes it.";
    /// The address of a page to which a user is sent: `https`, or `http` on the user's own machine.
    PageAddress, LONGEST_PAGE, true, PAGE,
        "An `https` address without a user name and password, at most 2000 bytes long; `http` only on the own machine (`localhost`), to try \
         things out. It is kept as a browser writes it.";
}

/// What is wrong with a text that must match this pattern, if the pattern is that of an address defined here.
pub fn fault(pattern: &str, text: &str) -> Option<String> {
    match pattern {
        PICTURE => WebAddress::parse(text).err(),
        PAGE => PageAddress::parse(text).err(),
        _ => None,
    }
    .map(|fault| fault.to_string())
}

fn read(text: &str, most: usize, secure: bool) -> Result<String, WebError> {
    let url = Url::parse(text).map_err(|_| WebError::Form)?;
    if !["http", "https"].contains(&url.scheme()) {
        return Err(if secure { WebError::NotSecure } else { WebError::Scheme });
    }
    let own = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return Err(WebError::Form),
    };
    if secure && url.scheme() != "https" && !own {
        return Err(WebError::NotSecure);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(WebError::Credentials);
    }
    let kept = String::from(url);
    if kept.len() > most { Err(WebError::Long(most)) } else { Ok(kept) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kept(text: &str) -> Result<String, WebError> {
        WebAddress::parse(text).map(String::from)
    }

    #[test]
    fn an_address_is_kept_as_a_browser_reads_it() {
        for (text, one) in [
            ("https://example.com/a.jpg?v=1#x", "https://example.com/a.jpg?v=1#x"),
            (" HTTP://EXAMPLE.com:80/a/../b.jpg ", "http://example.com/b.jpg"),
            ("http://x.test/a.jpg\" onerror=\"alert(1)", "http://x.test/a.jpg%22%20onerror=%22alert(1)"),
            ("http://x.test/<script>'", "http://x.test/%3Cscript%3E'"),
            ("https://b\u{fc}cher.example/\u{fc}.jpg", "https://xn--bcher-kva.example/%C3%BC.jpg"),
            ("https:example.com", "https://example.com/"),
        ] {
            assert_eq!(kept(text).as_deref(), Ok(one), "{text}");
        }
    }

    #[test]
    fn other_schemes_credentials_and_what_is_too_long_are_refused() {
        for (text, why) in [
            ("", WebError::Form),
            ("a.jpg", WebError::Form),
            ("//example.com/a.jpg", WebError::Form),
            ("https://", WebError::Form),
            ("http://exa mple.com/", WebError::Form),
            ("http://[::1/", WebError::Form),
            ("javascript:alert(1)", WebError::Scheme),
            ("data:image/png;base64,AA", WebError::Scheme),
            ("file:///etc/passwd", WebError::Scheme),
            ("https://ada:secret@example.com/", WebError::Credentials),
            ("https://example.com@evil.test/", WebError::Credentials),
            (&format!("https://x.io/{}", "a".repeat(LONGEST_ADDRESS)), WebError::Long(LONGEST_ADDRESS)),
            // Percent-encoded, it is three times as long.
            (&format!("https://x.io/{}", "\u{e4}".repeat(200)), WebError::Long(LONGEST_ADDRESS)),
        ] {
            assert_eq!(kept(text), Err(why), "{text}");
        }
    }

    #[test]
    fn a_page_is_secure_or_on_the_own_machine() {
        for text in ["https://shop.example/done", "http://localhost:3000/", "http://127.0.0.1:80/", "http://[::1]/"] {
            assert!(PageAddress::parse(text).is_ok(), "{text}");
        }
        for text in
            ["http://shop.example/", "http://localhost.evil.test/", "http://127.0.0.1.evil.test/", "ftp://x.test/"]
        {
            assert_eq!(PageAddress::parse(text), Err(WebError::NotSecure), "{text}");
        }
        assert_eq!(PageAddress::parse("http://localhost:a@evil.test/"), Err(WebError::NotSecure));
    }

    proptest! {
        /// The stored form is ASCII, cannot break out of a quoted attribute, is stable, and matches the documented pattern.
        #[test]
        fn what_is_kept_can_stand_in_a_page(text in "[hH]ttps?:(//|\\\\)[a-z\u{fc}.]{1,8}[/?#][ -~\u{a0}\u{202e}\u{4e2d}]{0,12}") {
            if let Ok(address) = WebAddress::parse(&text) {
                let kept = address.as_str();
                let plain = kept.is_ascii() && !kept.contains(['"', '<', '>', ' ', '\n']);
                prop_assert!(plain, "{}", kept);
                prop_assert_eq!(WebAddress::parse(kept), Ok(address.clone()));
                prop_assert!(regex_lite::Regex::new(PICTURE).unwrap().is_match(&text));
            }
        }
    }
}
