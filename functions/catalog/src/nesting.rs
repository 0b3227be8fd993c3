//! How deep the elements of a piece of HTML lie in each other, before a tree is made of it.
//!
//! Reading HTML takes time by the number of tags times the depth at which they stand: 30,000 elements within each other are 90 kB, and took
//! two minutes. Counting tags takes a moment.
//!
//! An element counts as open until a tag of its name closes it; those that may go without such a tag (`<p>`, `<li>`, `<td>`) count as closed,
//! because they lie in each other only with others between them. What is left open goes on in each paragraph that follows, so that
//! these are counted together.

use html5ever::{
    tendril::StrTendril,
    tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer},
};
use std::{cell::RefCell, collections::HashMap};

/// Most elements within each other. What word processors make has some twenty.
pub(crate) const DEEPEST: usize = 100;
/// Most tags, each counted as often as there are elements of [`FORMATTING`] open: so many are made of them.
const MOST_WORK: usize = 50_000;
/// Most tags: what stands in a table where it cannot is put before it, which takes time by their number times itself.
const MOST_TAGS: usize = 10_000;
/// Most attributes of a tag: each is compared with all before it.
const MOST_ATTRIBUTES: usize = 200;
/// Most tags where a script, or something like it, may hide tags from this count.
const MOST_TAGS_BESIDE_RAW: usize = 1_000;

/// Elements that have no end.
const VOID: [&str; 15] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    "keygen",
];
/// Elements that end with what follows them, and lie in their like only with an element between that is counted.
const OPTIONAL: [&str; 10] = ["p", "li", "tr", "td", "th", "thead", "tbody", "tfoot", "colgroup", "caption"];
/// Elements that go on in each paragraph until they are closed.
const FORMATTING: [&str; 14] =
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];
/// Elements whose text is read differently, by where they stand.
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

/// Whether this can be read in a moment.
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

/// The most gaps between attributes that anything that looks like a tag has.
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

/// Everything that looks like a tag, wherever it stands.
fn tags(html: &str) -> usize {
    let is_tag = |pair: &&[u8]| matches!(pair, [b'<', next] if next.is_ascii_alphabetic() || *next == b'/');
    html.as_bytes().windows(2).filter(is_tag).count()
}

#[cfg(test)]
mod tests;
