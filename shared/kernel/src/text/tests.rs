use super::*;
use proptest::prelude::*;
use regex_lite::Regex;

const LINE: Form = Form { lines: false, shown: true };
const LINES: Form = Form { lines: true, shown: false };

#[test]
fn what_people_write_is_taken() {
    for text in [
        "Ada Lovelace",
        "Jos\u{e9} O\u{2019}Neill-M\u{fc}ller, Jr.",
        "\u{41d}\u{430}\u{434}\u{44f}",
        "\u{5d0}\u{5d1}\u{5d2} & \u{645}\u{62d}\u{645}\u{62f}",
        // Persian with a joiner within a word, and the Arabic abbreviation of the era with one at its end.
        "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}",
        "1402 \u{647}\u{200d}",
        // Sinhala, old Malayalam, and the Bengali ra + joiner + ya.
        "\u{dc1}\u{dca}\u{200d}\u{dbb}\u{dd3} \u{dbd}\u{d82}\u{d9a}\u{dcf}",
        "\u{d28}\u{d4d}\u{200d}",
        "\u{9b0}\u{200d}\u{9cd}\u{9af}\u{9be}\u{9ae}",
        // Khmer with an invisible space.
        "\u{1797}\u{17b6}\u{179f}\u{17b6}\u{200b}\u{1781}\u{17d2}\u{1798}\u{17c2}\u{179a}",
        // A Japanese name with a variant of its ideograph, Mongolian with one of its letter.
        "\u{845b}\u{e0100}\u{57ce}",
        "\u{182d}\u{180b}\u{1820}",
        // A family, a heart on fire, a key, a thumb, the flags of Scotland and Germany.
        "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} \u{2764}\u{fe0f}\u{200d}\u{1f525}",
        "1\u{fe0f}\u{20e3} \u{1f44d}\u{1f3fd} \u{a9}\u{fe0f}",
        "\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f} \u{1f1e9}\u{1f1ea}",
        "  padded\u{3000}",
    ] {
        assert_eq!(LINE.fault(text), None, "{text:?}");
        assert_eq!(LINES.fault(text), None, "{text:?}");
        assert!(Regex::new(LINE.pattern()).unwrap().is_match(text), "{text:?}");
    }
}

#[test]
fn what_cannot_be_seen_or_turns_the_text_round_is_refused() {
    for text in [
        "a\u{0}b",
        "a\u{7}",
        "a\u{85}",
        "a\u{200b}b",
        "ad\u{200d}a",
        "\u{200d}",
        "ada\u{200c}",
        "\u{feff}Ada",
        "A\u{ad}da",
        "abc\u{202e}gpj.exe",
        "\u{2066}x\u{2069}",
        "\u{3164}",
        "\u{115f}",
        "\u{e0041}",
        "\u{1f3f4}\u{e0067}",
        "a\u{fe0f}",
        "\u{1f468}\u{200d}",
        "\u{1f468}\u{200d}a",
        "\u{e000}",
        "\u{fdd0}",
        "\u{10ffff}",
    ] {
        assert!(LINE.fault(text).is_some(), "{text:?}");
        assert!(LINES.fault(text).is_some() || text == "A\u{ad}da", "{text:?}");
    }
    for text in ["", " ", "\u{a0}\u{3000}", "\u{2800}", "a\nb", "a\tb", "a\u{200e}", "\u{61c}a", "a\u{2028}b"] {
        assert!(LINE.fault(text).is_some(), "{text:?}");
        assert_eq!(LINES.fault(text), None, "{text:?}");
    }
}

#[test]
fn the_place_and_the_kind_of_the_fault_are_told() {
    let said = |text| LINE.fault(text).unwrap();
    assert!(said("ab\u{202e}c").starts_with("Character 3 is a sign that changes the direction of writing (U+202E)."));
    assert!(said("a\nb").starts_with("Character 2 is a line break, but only one line can stand here."));
    assert!(said("\u{e4}\u{200b}").starts_with("Character 2 is a sign that cannot be seen (U+200B)."));
    assert_eq!(said(" "), "This has only spaces: send at least 1 character that can be seen.");
}

#[test]
fn what_is_kept_is_tidy() {
    let kept = |json: &str| serde_json::from_str::<Lines<0, 100>>(json).unwrap().to_string();
    assert_eq!(kept(r#"" Rene\u0301\r\nand\u2028Bob\r ""#), "Ren\u{e9}\nand\nBob");
    assert_eq!(serde_json::from_str::<Line<1, 9>>(r#"" Ada ""#).unwrap().to_string(), "Ada");
    assert!(
        Line::<1, 3>::parse("Ada").is_ok() && Line::<1, 3>::parse("Adam").is_err() && Line::<2, 3>::parse("A").is_err()
    );
}

/// Random texts of characters for which there are special rules.
fn written() -> impl Strategy<Value = String> {
    let letters = "a0 \u{e9}\u{301}\n\t\r\u{0}\u{7f}\u{85}\u{ad}\u{61c}\u{633}\u{915}\u{94d}\u{e01}\u{1781}\u{182d}\u{180b}\u{200b}\u{200c}\u{200d}\
        \u{200e}\u{2028}\u{202e}\u{2066}\u{2800}\u{3000}\u{3164}\u{845b}\u{2764}\u{fe0f}\u{e0100}\u{1f468}\u{1f3f4}\u{e0067}\u{e007f}\u{e000}\u{feff}";
    let letters: Vec<char> = letters.chars().collect();
    let letter = prop_oneof![9 => proptest::sample::select(letters), 1 => any::<char>()];
    proptest::collection::vec(letter, 0..8).prop_map(|letters| letters.into_iter().collect())
}

proptest! {
    /// A text is accepted exactly if the documented pattern allows it, and a refused text gets an explanation.
    #[test]
    fn the_pattern_and_the_words_agree(text in written()) {
        for form in [(false, true), (false, false), (true, true), (true, false)].map(|(lines, shown)| Form { lines, shown }) {
            let allowed = Regex::new(form.pattern()).unwrap().is_match(&text);
            prop_assert_eq!(allowed, form.fault(&text).is_none(), "{:?} {:?}", form, text);
        }
    }

    /// The stored form of a text is valid itself, and storing it again does not change it.
    #[test]
    fn what_is_kept_is_good_and_stays(text in written()) {
        for form in [LINE, LINES].into_iter().filter(|form| form.fault(&text).is_none()) {
            let kept = form.tidy(&text);
            prop_assert_eq!(form.fault(&kept), None, "{:?} {:?}", text, kept);
            prop_assert_eq!(form.tidy(&kept), kept);
        }
    }

    /// No text has two invisible characters in a row, so that none can hide another.
    #[test]
    fn nothing_unseen_stands_alone(text in written()) {
        if LINE.fault(&text).is_none() {
            let never = ['\0', '\u{7f}', '\u{ad}', '\u{61c}', '\u{200e}', '\u{2028}', '\u{202e}', '\u{2066}', '\u{3164}', '\u{feff}'];
            let behind = ['\u{200b}', '\u{200c}', '\u{200d}', '\u{fe0f}', '\u{e0100}', '\u{e0067}'];
            let pairs = ["a\u{200d}", "a\u{200b}", "a\u{fe0f}", "\u{200d}\u{200d}", "\u{200b}\u{200b}"];
            let bad = text.contains(never) || text.starts_with(behind) || pairs.iter().any(|pair| text.contains(pair));
            prop_assert!(!bad, "{:?}", text);
        }
    }
}
