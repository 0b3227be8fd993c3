//! Prepares text that people wrote for use in our sentences: it stays on its line, and keeps its own writing direction without changing the
//! direction of ours.

use unicode_bidi::{BidiClass, bidi_class};

/// FIRST STRONG ISOLATE: the text that follows has a direction of its own.
const ISOLATE: char = '\u{2068}';
/// POP DIRECTIONAL ISOLATE: the end of such text.
const END: char = '\u{2069}';

/// Prepares a name, a title or whatever else somebody wrote for use within a sentence. Text that runs from right to left is isolated; other
/// text does not need it, and stays as it is.
pub(crate) fn isolated(text: &str) -> String {
    let text: String = one_line(text).chars().filter(|c| !turns(*c)).collect();
    let from_the_right = |c| matches!(bidi_class(c), BidiClass::R | BidiClass::AL);
    if text.chars().any(from_the_right) { format!("{ISOLATE}{text}{END}") } else { text }
}

/// Puts a text on one line. Names and titles come from people: a line break in one must not begin a paragraph, or a header, of its own.
pub(crate) fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Whether a character changes the direction of the text after it.
fn turns(c: char) -> bool {
    matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_from_right_to_left_is_isolated() {
        assert_eq!(isolated("قميص"), "\u{2068}قميص\u{2069}");
        assert_eq!(isolated("Shirt שלום"), "\u{2068}Shirt שלום\u{2069}");
        for text in ["Shirt (M, red)", "スニーカー", "Fußballschuh", "12 €", ""] {
            assert_eq!(isolated(text), text);
        }
    }

    #[test]
    fn nobody_turns_our_sentences_around() {
        assert_eq!(isolated("gpj.\u{202e}exe\u{2069}"), "gpj.exe");
    }

    #[test]
    fn a_line_break_is_a_space() {
        assert_eq!(isolated("Ada\r\n\n Pay\there "), "Ada Pay here");
    }
}
