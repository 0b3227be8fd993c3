use super::*;
use proptest::prelude::*;
use std::time::{Duration, Instant};

/// The longest time that a reader may take, without optimisation and beside other tests. HTML that is refused takes minutes in this
/// setting.
const MOMENT: Duration = Duration::from_secs(20);

#[test]
fn attributes_are_bounded_and_what_stands_in_them_is_not() {
    let many = |between: &str| format!("<p{}>x", (0..300).map(|n| format!("{between}a{n}")).collect::<String>());
    for between in [" ", "/", "\n", " x=\"1\" "] {
        assert!(!is_bearable(&many(between)), "{between:?}");
    }
    let word = "word/ ".repeat(300);
    for fine in [
        format!("<img alt=\"{word}\">"),
        format!("<img alt = '{word}'>"),
        format!("<p>{word}</p>"),
        format!("<p{}>", " ".repeat(900)),
    ] {
        assert!(is_bearable(&fine), "{fine}");
    }
}

#[test]
fn what_shops_write_is_bearable() {
    let row = "<tr><td><span style=\"color:red\"><b>Size</b></span><td>42<br>";
    let table = format!("<table>{}</table>", row.repeat(1_000));
    let list = "<ul><li>Soft<ul><li>Wool<li>Cotton</ul></ul>".repeat(1_000);
    let word = format!("{}Soft{}", "<div><span>".repeat(25), "</span></div>".repeat(25));
    for html in ["", "Soft wool", "a < b", &"<p>Soft".repeat(10_000), &table, &list, &word, "<p>1<p>2</p></b></i>"] {
        assert!(is_bearable(html), "{}", html.chars().take(60).collect::<String>());
    }
}

#[test]
fn what_lies_too_deep_is_not() {
    let attributes = (0..101).map(|n| format!("<b id={n}>")).collect::<String>();
    for html in [
        "<b>".repeat(30_000),
        "<div>".repeat(101),
        "<div></i>".repeat(10_000),
        "<ul><li>".repeat(5_000),
        "<table><tr><td>".repeat(5_000),
        "<B/>".repeat(20_000),
        "<x-y>".repeat(15_000),
        "<dd><li>".repeat(10_000),
        "<optgroup>".repeat(10_000),
        "<rt>".repeat(10_000),
        format!("<p>{attributes}{}", "<p>x".repeat(20_000)),
        format!("<p>{}{}", "<b id=1>".repeat(99), "<p>x".repeat(20_000)),
        // These hide from a count that takes the script for the beginning of a comment, or the title for text.
        format!("<script><!--</script>{}", "<b>".repeat(30_000)),
        format!("<svg><title>{}", "<b>".repeat(30_000)),
        format!("<svg><![CDATA[>{}", "<b>".repeat(30_000)),
    ] {
        assert!(!is_bearable(&html), "{}", html.chars().take(60).collect::<String>());
    }
}

#[test]
fn what_is_bearable_is_cleaned_in_a_moment() {
    let open = (0..19).map(|n| format!("<b id={n}>")).collect::<String>();
    for html in [
        "<div>".repeat(100),
        "<p>x".repeat(10_000),
        format!("<table>{}", "<br>".repeat(9_999)),
        format!("<p>{open}{}", "<p>x".repeat(2_600)),
        format!("{}{}", "<b>".repeat(99), "<br>".repeat(1_900)),
        "<b><p></b>".repeat(3_333),
        "<a><table><a>".repeat(40),
        "<table>x".repeat(100),
        format!("<script>{}", "<b>".repeat(900)),
        "<li><p>".repeat(5_000),
        "<ul><li>".repeat(99),
    ] {
        let begun = Instant::now();
        let bearable = is_bearable(&html);
        let _clean = ammonia::clean(&html);
        let took = begun.elapsed();
        assert!(took < MOMENT || !bearable, "{took:?}: {}", html.chars().take(60).collect::<String>());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// This holds for any mixture of pieces, repeated up to the longest allowed text.
    #[test]
    fn no_mixture_of_tags_takes_long(
        head in pieces(), again in pieces(), often in 1_usize..30_000,
    ) {
        let most = crate::text::LONGEST_DESCRIPTION.saturating_sub(head.len()).checked_div(again.len()).unwrap_or(0);
        let html = format!("{head}{}", again.repeat(often.min(most)));
        if is_bearable(&html) {
            let begun = Instant::now();
            let _clean = ammonia::clean(&html);
            prop_assert!(begun.elapsed() < MOMENT, "{:?}: {} + {}", begun.elapsed(), head, again);
        }
    }
}

fn pieces() -> impl Strategy<Value = String> {
    const TAGS: &[&str] = &[
        "<p>",
        "</p>",
        "<b>",
        "</b>",
        "<i id=1>",
        "<i id=2>",
        "</i>",
        "<a href=x>",
        "</a>",
        "<div>",
        "</div>",
        "<table>",
        "</table>",
        "<tr>",
        "<td>",
        "<caption>",
        "<ul>",
        "<li>",
        "</ul>",
        "<svg>",
        "</svg>",
        "<title>",
        "</title>",
        "<math>",
        "<mi>",
        "<script>",
        "</script>",
        "<style>",
        "<select>",
        "<option>",
        "<button>",
        "<form>",
        "<template>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "x",
        "&amp;",
        "<br>",
        "<nobr>",
        "<h1>",
        "<pre>",
        "<dd>",
        "<ruby>",
        "<rt>",
    ];
    proptest::collection::vec(proptest::sample::select(TAGS), 1..12).prop_map(|tags| tags.concat())
}
