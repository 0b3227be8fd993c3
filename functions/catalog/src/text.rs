//! Text that strangers will see: made harmless before it is stored.

use url::Url;

/// Longest description in bytes, after it was made harmless. With everything else a listing then stays well below the 400 KB of
/// a DynamoDB item.
pub(crate) const LONGEST_DESCRIPTION: usize = 100_000;
/// Longest web address in bytes.
pub(crate) const LONGEST_ADDRESS: usize = 1_000;

/// HTML without scripts, styles, forms and whatever else could do harm; text and its marks stay.
pub(crate) fn sanitise(html: &str) -> Option<String> {
    let clean = ammonia::clean(html).trim().to_owned();
    (clean.len() <= LONGEST_DESCRIPTION).then_some(clean)
}

/// Whether this is an address that a browser can fetch a picture from.
pub(crate) fn is_web_address(text: &str) -> bool {
    text.len() <= LONGEST_ADDRESS
        && Url::parse(text).is_ok_and(|url| ["http", "https"].contains(&url.scheme()) && url.has_host())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_and_handlers_are_taken_out_and_text_stays() {
        let clean =
            sanitise(r#"<p onclick="x()">Soft <b>wool</b><script>steal()</script></p><a href="javascript:x()">a</a>"#);
        let clean = clean.unwrap();
        assert!(clean.starts_with("<p>Soft <b>wool</b></p>"), "{clean}");
        assert!(!clean.contains("script") && !clean.contains("steal"), "{clean}");
    }

    #[test]
    fn a_description_that_is_too_long_is_refused() {
        assert_eq!(sanitise(&"a".repeat(LONGEST_DESCRIPTION + 1)), None);
        assert!(sanitise(&"a".repeat(LONGEST_DESCRIPTION)).is_some());
    }

    #[test]
    fn only_http_and_https_are_web_addresses() {
        assert!(is_web_address("https://example.com/a.jpg") && is_web_address("http://example.com"));
        for text in ["javascript:alert(1)", "data:image/png;base64,AA", "//example.com/a.jpg", "a.jpg", "", "https://"]
        {
            assert!(!is_web_address(text), "{text}");
        }
    }
}
