//! Which characters a text may have: those that people write, but not invisible ones that make one text look like another.
//!
//! The rules are those of the FreeformClass of PRECIS (RFC 8264, section 4.3): no controls, no characters that are ignored when a
//! text is shown (`Default_Ignorable_Code_Point`), no private use. Some of these are allowed again because people write them, each
//! only where Unicode gives it a meaning:
//!
//! - Joiners (U+200C and U+200D) after a letter of a script that uses them (RFC 5892, appendix A; UAX #31, section 2.3): Persian and
//!   the scripts of India need them. U+200D is also allowed between emoji (UTS #51): a family is one picture made of several.
//! - The zero-width space (U+200B) after a letter of South-East Asian scripts, where words are written without spaces.
//! - Variation selectors after characters that have variants: emoji, ideographs (in Japanese names), Mongolian.
//! - Tags after the black flag: the flags of England, Scotland and Wales.
//! - In a text of several lines: line breaks and tabs, marks of direction (U+200E, U+200F, U+061C) and soft hyphens. Overrides,
//!   embeddings and isolates, which show a text in another order than it is written in, are refused there as well (UTS #39, section
//!   5.4).
//!
//! Letters that look alike (`а` and `a`) are not refused: people have such names. No name is a key here.

use regex_lite::Regex;
use std::{fmt::Write, sync::LazyLock};

type Range = (char, char);

/// Characters that are invisible or have no shared meaning. Unassigned characters are allowed: they are next year's emoji.
const HIDDEN: &[Range] = &[
    ('\u{0}', '\u{1F}'),
    ('\u{7F}', '\u{9F}'),
    ('\u{AD}', '\u{AD}'),
    ('\u{34F}', '\u{34F}'),
    ('\u{61C}', '\u{61C}'),
    ('\u{115F}', '\u{1160}'),
    ('\u{17B4}', '\u{17B5}'),
    ('\u{180B}', '\u{180F}'),
    ('\u{200B}', '\u{200F}'),
    ('\u{2028}', '\u{202E}'),
    ('\u{2060}', '\u{206F}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{E000}', '\u{F8FF}'),
    ('\u{FDD0}', '\u{FDEF}'),
    ('\u{FE00}', '\u{FE0F}'),
    ('\u{FEFF}', '\u{FEFF}'),
    ('\u{FFA0}', '\u{FFA0}'),
    ('\u{FFF0}', '\u{FFFB}'),
    ('\u{FFFE}', '\u{FFFF}'),
    ('\u{1BCA0}', '\u{1BCA3}'),
    ('\u{1D173}', '\u{1D17A}'),
    ('\u{1FFFE}', '\u{1FFFF}'),
    ('\u{2FFFE}', '\u{2FFFF}'),
    ('\u{3FFFE}', '\u{3FFFF}'),
    ('\u{E0000}', '\u{E0FFF}'),
    ('\u{F0000}', '\u{10FFFF}'),
];
/// Those of the hidden characters that a text of several lines may contain.
const IN_LINES: &[Range] = &[
    ('\t', '\n'),
    ('\r', '\r'),
    ('\u{AD}', '\u{AD}'),
    ('\u{61C}', '\u{61C}'),
    ('\u{200E}', '\u{200F}'),
    ('\u{2028}', '\u{2029}'),
];
/// White space, and the Braille pattern without dots, which looks like it.
const BLANK: &[Range] = &[
    (' ', ' '),
    ('\u{A0}', '\u{A0}'),
    ('\u{1680}', '\u{1680}'),
    ('\u{2000}', '\u{200A}'),
    ('\u{202F}', '\u{202F}'),
    ('\u{205F}', '\u{205F}'),
    ('\u{2800}', '\u{2800}'),
    ('\u{3000}', '\u{3000}'),
];
/// Scripts with joiners: Arabic and its neighbours, those of India, Tibet, Myanmar, Cambodia, Mongolia and Indonesia.
const JOINED: &[Range] = &[
    ('\u{600}', '\u{61B}'),
    ('\u{61D}', '\u{DFF}'),
    ('\u{F00}', '\u{109F}'),
    ('\u{1780}', '\u{17B3}'),
    ('\u{17B6}', '\u{180A}'),
    ('\u{1810}', '\u{18AF}'),
    ('\u{1A20}', '\u{1BFF}'),
    ('\u{A800}', '\u{ABFF}'),
    ('\u{FB50}', '\u{FDCF}'),
    ('\u{FDF0}', '\u{FDFF}'),
    ('\u{FE70}', '\u{FEFC}'),
    ('\u{10D00}', '\u{10D3F}'),
    ('\u{11000}', '\u{11FFF}'),
];
/// Scripts that are written without spaces between words: Thai, Lao, Tibetan, Burmese, Khmer, Tai.
const UNSPACED: &[Range] = &[
    ('\u{E00}', '\u{109F}'),
    ('\u{1780}', '\u{17B3}'),
    ('\u{17B6}', '\u{17FF}'),
    ('\u{1950}', '\u{19DF}'),
    ('\u{1A20}', '\u{1AAF}'),
];
/// Characters that can be an emoji, or a part of one.
const EMOJI: &[Range] = &[
    ('\u{A9}', '\u{A9}'),
    ('\u{AE}', '\u{AE}'),
    ('\u{203C}', '\u{203C}'),
    ('\u{2049}', '\u{2049}'),
    ('\u{2122}', '\u{2122}'),
    ('\u{2139}', '\u{2139}'),
    ('\u{2190}', '\u{27FF}'),
    ('\u{2900}', '\u{2BFF}'),
    ('\u{3030}', '\u{303D}'),
    ('\u{3297}', '\u{3299}'),
    ('\u{1F000}', '\u{1FAFF}'),
];
/// Characters other than emoji that have variants: digits and signs on keys, Burmese, Mongolian, ideographs and their punctuation.
const VARIED: &[Range] = &[
    ('#', '#'),
    ('*', '*'),
    ('0', '9'),
    ('\u{1000}', '\u{109F}'),
    ('\u{1810}', '\u{18AF}'),
    ('\u{3001}', '\u{3002}'),
    ('\u{3400}', '\u{9FFF}'),
    ('\u{F900}', '\u{FAFF}'),
    ('\u{20000}', '\u{2FFFD}'),
    ('\u{30000}', '\u{3FFFD}'),
];
const SELECTORS: &[Range] =
    &[('\u{180B}', '\u{180D}'), ('\u{180F}', '\u{180F}'), ('\u{FE00}', '\u{FE0F}'), ('\u{E0100}', '\u{E01EF}')];

/// The rules for a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    /// Whether the text may have several lines.
    pub lines: bool,
    /// Whether the text must contain a visible character.
    pub shown: bool,
}

/// The rules of a form as regular expressions.
struct Compiled {
    /// The pattern that the whole text must match, in the syntax of JSON Schema.
    pattern: String,
    /// Matches the longest valid beginning of a text.
    good: Option<Regex>,
}

static FORMS: LazyLock<[(Form, Compiled); 4]> = LazyLock::new(|| {
    [(false, true), (false, false), (true, true), (true, false)].map(|(lines, shown)| {
        let form = Form { lines, shown };
        (form, form.compile())
    })
});

impl Form {
    /// The regular expression for JSON Schema that valid texts match.
    pub fn pattern(self) -> &'static str {
        self.compiled().map_or("", |compiled| &compiled.pattern)
    }

    /// Describes what is wrong with a text, for the person who wrote it.
    pub fn fault(self, text: &str) -> Option<String> {
        let compiled = self.compiled()?;
        if self.shown && text.chars().all(|c| self.is_blank(c)) {
            return Some(match text.is_empty() {
                true => "This is empty: send at least 1 character.".to_owned(),
                false => "This has only spaces: send at least 1 character that can be seen.".to_owned(),
            });
        }
        let end = compiled.good.as_ref()?.find(text).map_or(0, |found| found.end());
        let wrong = text.get(end..)?.chars().next()?;
        let place = text.get(..end)?.chars().count().saturating_add(1);
        let what = match wrong {
            '\n' | '\r' => "a line break, but only one line can stand here".to_owned(),
            '\t' => "a tab, but only one line of text can stand here".to_owned(),
            '\u{0}'..='\u{1F}' | '\u{7F}'..='\u{9F}' => format!("a control character (U+{:04X})", u32::from(wrong)),
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{61C}' => {
                format!("a sign that changes the direction of writing (U+{:04X})", u32::from(wrong))
            }
            '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}' => {
                format!("a sign that looks different on each device (U+{:04X})", u32::from(wrong))
            }
            _ => format!("a sign that cannot be seen (U+{:04X})", u32::from(wrong)),
        };
        Some(format!("Character {place} is {what}. Leave it out, or type the text anew instead of pasting it."))
    }

    fn is_blank(self, c: char) -> bool {
        within(BLANK, c) || (self.lines && matches!(c, '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}'))
    }

    fn compiled(self) -> Option<&'static Compiled> {
        FORMS.iter().find(|(form, _)| *form == self).map(|(_, compiled)| compiled)
    }

    fn compile(self) -> Compiled {
        let class = |ranges: &[&[Range]]| format!("[{}]", ranges.iter().map(|part| letters(part)).collect::<String>());
        let none = |ranges: &[&[Range]]| format!("[^{}]", ranges.iter().map(|part| letters(part)).collect::<String>());
        let hidden: Vec<_> =
            HIDDEN.iter().flat_map(|range| without(*range, if self.lines { IN_LINES } else { &[] })).collect();
        let breaks: &[Range] = if self.lines { &[('\t', '\n'), ('\r', '\r'), ('\u{2028}', '\u{2029}')] } else { &[] };
        let (selector, joined, emoji) = (class(&[SELECTORS]), class(&[JOINED]), class(&[EMOJI]));
        // The longest alternatives come first: the regex takes the first one that fits.
        let meant = format!(
            "\u{1F3F4}[{tags}]{{1,30}}{end}|{joined}{selector}?[\\u200C\\u200D]|{unspaced}\\u200B|\
             {emoji}{selector}?(?:\\u200D{emoji}{selector}?)+|{varied}{selector}",
            tags = letters(&[('\u{E0020}', '\u{E007E}')]),
            end = letters(&[('\u{E007F}', '\u{E007F}')]),
            unspaced = class(&[UNSPACED]),
            varied = class(&[EMOJI, VARIED]),
        );
        let any = format!("(?:{meant}|{})*", none(&[&hidden]));
        let pattern = match self.shown {
            true => format!("^{}*(?:{meant}|{}){any}$", class(&[BLANK, breaks]), none(&[&hidden, BLANK, breaks])),
            false => format!("^{any}$"),
        };
        Compiled { pattern, good: Regex::new(&format!("^{any}")).ok() }
    }
}

/// The form that has this pattern.
pub fn of_pattern(pattern: &str) -> Option<Form> {
    FORMS.iter().find(|(_, compiled)| compiled.pattern == pattern).map(|(form, _)| *form)
}

fn within(ranges: &[Range], c: char) -> bool {
    ranges.iter().any(|(first, last)| (*first..=*last).contains(&c))
}

/// Removes some ranges from a range.
fn without(range: Range, others: &[Range]) -> Vec<Range> {
    let before = |c: char| char::from_u32(u32::from(c).saturating_sub(1));
    let behind = |c: char| char::from_u32(u32::from(c).saturating_add(1));
    let mut left = vec![range];
    for (first, last) in others {
        left = left
            .into_iter()
            .flat_map(|(low, high)| {
                if *last < low || *first > high {
                    return vec![(low, high)];
                }
                let below = before(*first).filter(|end| *first > low && *end >= low).map(|end| (low, end));
                let above = behind(*last).filter(|start| *start <= high).map(|start| (start, high));
                below.into_iter().chain(above).collect()
            })
            .collect();
    }
    left
}

/// Writes ranges for a character class of a regular expression. ECMAScript, Python and Rust all read `\uXXXX`; for characters beyond
/// it they have no common notation, so the character itself is written.
fn letters(ranges: &[Range]) -> String {
    let letter = |out: &mut String, c: char| match u32::from(c) {
        code if code <= 0xFFFF => drop(write!(out, "\\u{code:04X}")),
        _ => out.push(c),
    };
    let mut out = String::new();
    for (first, last) in ranges {
        letter(&mut out, *first);
        if last > first {
            out.push('-');
            letter(&mut out, *last);
        }
    }
    out
}
