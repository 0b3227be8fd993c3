//! Text that strangers will see is made harmless here before it is stored.

use crate::nesting;
use tradewind_kernel::text::Form;

/// The longest description in bytes, both before and after it is made harmless. With everything else a listing then stays well below the
/// 400 KB of a DynamoDB item.
pub(crate) const LONGEST_DESCRIPTION: usize = 100_000;

/// The reasons why a description is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DescriptionError {
    /// It has more than [`LONGEST_DESCRIPTION`] bytes.
    #[error("The description may have at most 100,000 bytes.")]
    Long,
    /// Its elements are nested too deeply, or there are too many of them.
    #[error(
        "The description's HTML is nested too deeply or has too many tags or attributes: at most {most} elements can lie within each other. \
         Close what you open, or send it with fewer tags.",
        most = nesting::DEEPEST
    )]
    Nested,
}

/// Removes scripts, styles, forms and whatever else could do harm from HTML; text and its markup stay, except for invisible characters.
/// HTML that would take long to parse is refused first.
pub(crate) fn sanitise(html: &str) -> Result<String, DescriptionError> {
    if html.len() > LONGEST_DESCRIPTION {
        return Err(DescriptionError::Long);
    }
    if !nesting::is_bearable(html) {
        return Err(DescriptionError::Nested);
    }
    let clean = ammonia::clean(&seen(&html.replace("\r\n", "\n").replace('\r', "\n")));
    // An invisible character may have been written as an entity; removing it may have joined the parts of an address that it separated.
    let left = seen(&clean);
    let clean = if left == clean { clean } else { ammonia::clean(&left) };
    let clean = clean.trim().to_owned();
    if clean.len() > LONGEST_DESCRIPTION { Err(DescriptionError::Long) } else { Ok(clean) }
}

/// Removes control characters, characters that change the direction of writing, and most of those without width, because they make one text
/// look like another. Two without width stay: emoji, Persian and the scripts of India need joiners.
fn seen(text: &str) -> String {
    let hidden = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || matches!(c,
                '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}' | '\u{e0001}')
    };
    text.chars().filter(|c| !hidden(*c)).collect()
}

/// Tidies one line of a file for storage; it may be empty.
pub(crate) fn line(text: &str) -> Result<String, String> {
    let form = Form { lines: false, shown: false };
    form.fault(text).map_or_else(|| Ok(form.tidy(text)), Err)
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
    fn what_cannot_be_seen_is_taken_out_of_descriptions_and_joiners_stay() {
        let clean = |html: &str| sanitise(html).unwrap();
        assert_eq!(clean("<p>a\u{202e}b\u{200b}c\u{7}d\u{feff}</p>"), "<p>abcd</p>");
        assert_eq!(clean("<p>a&#8238;b&#x200b;c&#7;\r\nd\te</p>"), "<p>abc\nd\te</p>");
        for kept in ["\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}", "\u{645}\u{6cc}\u{200c}\u{62e}"] {
            assert_eq!(clean(kept), kept);
        }
        // Removing what separated the parts of a script's address must not join them.
        for html in [
            "<a href=\"java\u{200b}script:x()\">a</a>",
            "<a href=\"java&#8203;script:x()\">a</a>",
            "<a href=\"java&#x202e;script&#8203;:x()\">a</a>",
            "<scr\u{200b}ipt>x()</script>",
        ] {
            assert!(!clean(html).contains("script"), "{}", clean(html));
        }
    }

    #[test]
    fn a_description_that_is_too_long_is_refused() {
        assert_eq!(sanitise(&"a".repeat(LONGEST_DESCRIPTION + 1)), Err(DescriptionError::Long));
        assert!(sanitise(&"a".repeat(LONGEST_DESCRIPTION)).is_ok());
        // Once its characters are escaped it is longer than what was sent.
        assert_eq!(sanitise(&"<".repeat(LONGEST_DESCRIPTION)), Err(DescriptionError::Long));
    }
}
