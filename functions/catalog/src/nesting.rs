//! Measures how deeply the elements of a piece of HTML are nested, before a tree is built from it.
//!
//! Parsing HTML takes time in proportion to the number of tags times the depth at which they stand: 30,000 nested elements are 90 kB, and
//! took two minutes. Counting tags takes a moment.
//!
//! An element counts as open until a tag of its name closes it. Elements that need no such tag (`<p>`, `<li>`, `<td>`) count as closed,
//! because they can be nested only with other elements between them. A formatting element that is left open is repeated in each paragraph
//! that follows, so these are counted as well.

use html5ever::{
    tendril::StrTendril,
    tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer},
};
use std::{cell::RefCell, collections::HashMap};

/// The deepest nesting allowed. Word processors produce about twenty levels.
pub(crate) const DEEPEST: usize = 100;
/// Most work allowed: each tag counts as often as there are elements of [`FORMATTING`] open, because the parser makes that many copies.
const MOST_WORK: usize = 50_000;
/// Most tags allowed. Content that is not allowed inside a table is moved in front of it, which takes time in proportion to the square of
/// the number of tags.
const MOST_TAGS: usize = 10_000;
/// Most attributes of a tag: each is compared with all before it.
const MOST_ATTRIBUTES: usize = 200;
/// Most tags allowed where a script, or something like it, may hide tags from this count.
const MOST_TAGS_BESIDE_RAW: usize = 1_000;

/// Elements that have no end tag.
const VOID: [&str; 15] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    "keygen",
];
/// Elements that are closed by what follows them. They can be nested in each other only with an element between them that is counted.
const OPTIONAL: [&str; 10] = ["p", "li", "tr", "td", "th", "thead", "tbody", "tfoot", "colgroup", "caption"];
/// Elements that are repeated in each paragraph until they are closed.
const FORMATTING: [&str; 14] =
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];
/// Elements whose text is parsed differently, depending on where they stand.
const RAW: [&str; 12] = [
    "script",
    "style",
    "xmp",
    "iframe",
    "noembed",
    "noframes",
    "noscript",
    "title",
    "textarea",
    "plaintext",
    "svg",
    "math",
];

#[derive(Default)]
struct Count {
    open: HashMap<String, usize>,
    depth: usize,
    deepest: usize,
    formatting: usize,
    work: usize,
    raw: bool,
}

#[derive(Default)]
struct Counter(RefCell<Count>);

impl TokenSink for Counter {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        if let Token::TagToken(tag) = token {
            self.0.borrow_mut().tag(tag.kind, &tag.name);
        }
        TokenSinkResult::Continue
    }
}

impl Count {
    fn tag(&mut self, kind: TagKind, name: &str) {
        let formatting = usize::from(FORMATTING.contains(&name));
        self.raw |= RAW.contains(&name);
        if kind == TagKind::EndTag {
            if let Some(open) = self.open.get_mut(name).filter(|open| **open > 0) {
                *open = open.saturating_sub(1);
                self.depth = self.depth.saturating_sub(1);
                self.formatting = self.formatting.saturating_sub(formatting);
            }
        } else if !VOID.contains(&name) && !OPTIONAL.contains(&name) {
            let open = self.open.entry(name.to_owned()).or_default();
            *open = open.saturating_add(1);
            self.depth = self.depth.saturating_add(1);
            self.deepest = self.deepest.max(self.depth);
            self.formatting = self.formatting.saturating_add(formatting);
        }
        self.work = self.work.saturating_add(self.formatting);
    }
}

/// Whether this HTML can be parsed quickly.
pub(crate) fn is_bearable(html: &str) -> bool {
    if attributes(html) > MOST_ATTRIBUTES {
        return false;
    }
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let reader = Tokenizer::new(Counter::default(), Default::default());
    let _ended = reader.feed(&input);
    reader.end();
    let count = reader.sink.0.borrow();
    let few = if count.raw { MOST_TAGS_BESIDE_RAW } else { MOST_TAGS };
    count.deepest <= DEEPEST && count.work <= MOST_WORK && tags(html) <= few
}

/// The largest number of gaps between attributes in anything that looks like a tag.
fn attributes(html: &str) -> usize {
    let (mut most, mut gaps, mut within, mut before, mut quote) = (0, 0_usize, false, b' ', None);
    for byte in html.bytes() {
        match (within, quote) {
            (true, Some(end)) => quote = quote.filter(|_| byte != end),
            (true, None) => match byte {
                b'>' => within = false,
                b'"' | b'\'' if before == b'=' => quote = Some(byte),
                b'/' | b' ' | b'\t' | b'\n' | b'\r' | 0x0c if !before.is_ascii_whitespace() => {
                    gaps = gaps.saturating_add(1)
                }
                _ => {}
            },
            (false, _) if before == b'<' && byte.is_ascii_alphabetic() => (within, gaps, quote) = (true, 0, None),
            (false, _) => {}
        }
        most = most.max(gaps);
        before = if byte.is_ascii_whitespace() && before == b'=' { before } else { byte };
    }
    most
}

/// Counts everything that looks like a tag, wherever it stands.
fn tags(html: &str) -> usize {
    let is_tag = |pair: &&[u8]| matches!(pair, [b'<', next] if next.is_ascii_alphabetic() || *next == b'/');
    html.as_bytes().windows(2).filter(is_tag).count()
}

#[cfg(test)]
mod tests;
