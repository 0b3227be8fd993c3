//! Text that strangers will see: made harmless before it is stored.

use crate::nesting;
use tradewind_domain::text::Form;

/// Longest description in bytes, before and after it was made harmless. With everything else a listing then stays well below the
/// 400 KB of a DynamoDB item.
pub(crate) const LONGEST_DESCRIPTION: usize = 100_000;

/// Why a description is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DescriptionError {
    /// It has more than [`LONGEST_DESCRIPTION`] bytes.
    #[error("The description may have at most 100,000 bytes.")]
    Long,
    /// Its elements lie too deep in each other, or there are too many of them.
    #[error(
        "The description's HTML is nested too deeply or has too many tags or attributes: at most {most} elements can lie within each other. \
         Close what you open, or send it with fewer tags.",
        most = nesting::DEEPEST
    )]
    Nested,
}

/// HTML without scripts, styles, forms and whatever else could do harm; text and its marks stay. What would take long to read is refused
/// before it is read.
pub(crate) fn sanitise(html: &str) -> Result<String, DescriptionError> {
    if html.len() > LONGEST_DESCRIPTION {
        return Err(DescriptionError::Long);
    }
    if !nesting::is_bearable(html) {
        return Err(DescriptionError::Nested);
    }
    let clean = ammonia::clean(html).trim().to_owned();
    if clean.len() > LONGEST_DESCRIPTION { Err(DescriptionError::Long) } else { Ok(clean) }
}

/// One line of a file, as it is kept; it may be empty.
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
    fn a_description_that_is_too_long_is_refused() {
        assert_eq!(sanitise(&"a".repeat(LONGEST_DESCRIPTION + 1)), Err(DescriptionError::Long));
        assert!(sanitise(&"a".repeat(LONGEST_DESCRIPTION)).is_ok());
        // Written out it is longer than it came.
        assert_eq!(sanitise(&"<".repeat(LONGEST_DESCRIPTION)), Err(DescriptionError::Long));
    }
}
