//! Compares the generated text with what an address requires, and parses it with rustfmt.

use super::{Files, consumer, edit, endpoint, is_name, noun};

fn wanted(address: &str, verb: bool) -> endpoint::Wanted {
    let (area, summary) = ("catalog".into(), "Dims a lamp.".into());
    endpoint::Wanted { address: address.into(), area, summary, who: endpoint::Who::Seller, verb }
}

fn refused(files: Result<Files, String>) -> String {
    files.err().unwrap()
}

/// Every Rust file, as it would be written.
#[track_caller]
fn written(files: &Files) -> Vec<(String, String)> {
    let all = files.texts.iter();
    all.map(|(name, text)| (name.clone(), edit::formatted(name, text).unwrap_or_else(|e| panic!("{e}")))).collect()
}

fn text<'a>(written: &'a [(String, String)], file: &str) -> &'a str {
    let names: Vec<_> = written.iter().map(|(name, _)| name).collect();
    written.iter().find(|(name, _)| name == file).map(|(_, text)| text.as_str()).unwrap_or_else(|| panic!("{names:?}"))
}

#[test]
fn an_endpoint_is_named_by_its_address_everywhere() {
    let files = endpoint::files(&wanted("POST /v1/lamps/{lamp_id}/dim", true)).unwrap();
    let all = written(&files);
    let source = text(&all, "functions/catalog/src/lamps/dim.rs");
    assert!(
        source.contains("\"catalog-lamps-dim\"") && source.contains("`POST /v1/lamps/{lamp_id}/dim`: dims a lamp.")
    );
    assert!(source.contains("Request<Seller, (), Params>") && source.contains("lamp_id: LampId"), "{source}");
    let list = text(&all, "functions/catalog/src/lib.rs");
    assert!(list.contains("mod lamps {\n    pub mod dim;\n}\nmod listings {"), "{list}");
    assert!(list.contains("\n        lamps { dim }\n    }\n    consumers"), "{list}");
    assert!(text(&all, "shared/kernel/src/id.rs").contains("    /// A lamp.\n    LampId \"lmp\";\n}"));
    assert!(text(&all, "infra/xtask/src/names.rs").contains("&[\"dim\", \"claim\""));
    assert!(
        text(&all, "tests/contract/catalog/mod.rs").contains("mod imports_list;\nmod lamps_dim;\nmod listings_close;")
    );
    let test = text(&all, "tests/contract/catalog/lamps_dim.rs");
    assert!(
        test.contains("/v1/lamps/lmp_01jd0000000000000000000000/dim")
            && test.contains(".expect(200)")
            && test.contains("market.seller"),
        "{test}"
    );
    assert_eq!(all.len(), 6);
}

#[test]
fn what_is_there_already_is_used() {
    let files = endpoint::files(&wanted("PUT /v1/imports/{import_id}", false)).unwrap();
    let all = written(&files);
    let source = text(&all, "functions/catalog/src/imports/replace.rs");
    assert!(source.contains("use crate::imports::get::ImportView;") && source.contains("OfImport"), "{source}");
    let list = text(&all, "functions/catalog/src/lib.rs");
    assert!(list.contains("    pub mod list;\n    pub mod replace;\n}"), "{list}");
    assert!(list.contains("        imports { create, list, get, replace }\n"), "{list}");
    assert!(!files.texts.contains_key("shared/kernel/src/id.rs"));
}

#[test]
fn each_method_gives_a_file_that_parses() {
    for address in ["GET /v1/lamps", "GET /v1/lamps/{lamp_id}", "POST /v1/lamps", "PATCH /v1/lamps/{lamp_id}"] {
        written(&endpoint::files(&wanted(address, false)).unwrap());
    }
    written(&endpoint::files(&wanted("DELETE /v1/lamps/{lamp_id}/shades/{shade_id}", false)).unwrap());
}

#[test]
fn an_endpoint_that_does_not_fit_is_refused_in_words() {
    for (address, verb, why) in [
        ("POST", false, "a method and a path"),
        ("HEAD /v1/lamps", false, "`HEAD` is no method"),
        ("GET /lamps", false, "does not begin with /v1/"),
        ("GET /v1/Lamps", false, "`Lamps` can be no part of a path"),
        ("GET /v1/lamps/", false, "`` can be no part of a path"),
        ("GET /v1/{lamp_id}", false, "not with an id"),
        ("GET /v1/lamps/{lamp_id}/near/{lamp_id}", false, "one parameter twice"),
        ("GET /v1/lamps/near", true, "only a POST ends with a verb"),
        ("GET /v1/imports", false, "a function catalog-imports-list already"),
        ("GET /v1/orders", false, "answers `GET /v1/orders` already"),
        ("PUT /v1/imports/{id}", false, "call it so here, too"),
    ] {
        let said = refused(endpoint::files(&wanted(address, verb)));
        assert!(said.contains(why), "{address}: {said}");
    }
    let elsewhere = endpoint::Wanted { area: "lamps".into(), ..wanted("GET /v1/lamps", false) };
    assert!(refused(endpoint::files(&elsewhere)).contains("there is no area `lamps`; there are catalog, "));
    let silent = endpoint::Wanted { summary: "Dims".into(), ..wanted("GET /v1/lamps", false) };
    assert!(refused(endpoint::files(&silent)).contains("full stop"));
}

fn consumer(name: &str, queue: &str, takes: &str) -> Result<Files, String> {
    let [area, name, queue, takes] = ["sellers", name, queue, takes].map(str::to_owned);
    consumer::files(&consumer::Wanted { area, name, queue, takes })
}

#[test]
fn a_consumer_takes_the_events_of_a_noun() {
    let all = written(&consumer("count", "seller-count", "DisputeEvent").unwrap());
    let source = text(&all, "functions/sellers/src/consumers/count.rs");
    assert!(
        source.contains("use tradewind_disputes::DisputeEvent;") && source.contains("\"sellers-count\""),
        "{source}"
    );
    let list = text(&all, "functions/sellers/src/lib.rs");
    assert!(list.contains("    pub mod count;\n}") && list.contains("    }\n    consumers { count }\n}"), "{list}");
    assert!(text(&all, "functions/sellers/Cargo.toml").contains("\ntradewind-disputes.workspace = true\n"));
    assert!(refused(consumer("count", "provider", "DisputeEvent")).contains("payments-provider reads the queue"));
    assert!(refused(consumer("count", "seller-count", "LampEvent")).contains("no noun has events `LampEvent`"));
    assert!(refused(consumer("Count", "seller-count", "DisputeEvent")).contains("is no name"));
}

#[test]
fn a_noun_is_a_crate_that_all_know() {
    let noun = |name: &str| noun::files(&noun::Wanted { name: name.into() });
    let all = written(&noun("lamp").unwrap());
    assert!(text(&all, "Cargo.toml").contains("\ntradewind-lamps = { path = \"shared/lamps\" }\n"));
    assert!(text(&all, "infra/xtask/src/manifests.rs").contains("\n    &[\"identity\", \"lamps\", "));
    assert!(text(&all, "infra/xtask/src/sources.rs").contains("\n    \"shared/lamps\",\n    \"shared/ledger\","));
    assert!(
        text(&all, "shared/migrations/src/lib.rs")
            .contains("        tradewind_lamps::KINDS,\n        tradewind_ledger")
    );
    assert!(
        text(&all, "shared/migrations/Cargo.toml").contains("\ntradewind-lamps.workspace = true\ntradewind-ledger")
    );
    assert!(text(&all, "shared/migrations/src/keys_tests.rs").contains("\"mkt_7#lamp#lmp_7\", \"lamp\");"));
    assert!(
        text(&all, "shared/lamps/src/keys.rs").contains("pub fn lamp(t: &MarketplaceId, id: &LampId) -> Key<Lamp>")
    );
    assert!(!all.iter().any(|(file, _)| file.ends_with("/event.rs")), "the check would miss who takes it");
    assert!(refused(noun("order")).contains("there is shared/orders already"));
    assert!(refused(noun("lamps")).contains("looks like many"));
    assert!(refused(noun("lamp-shade")).contains("one word"));
    assert!(refused(noun("import")).contains("belong to another noun"));
}

#[test]
fn names_are_words_with_hyphens() {
    assert!(is_name("lamp") && is_name("lamp-shade2"));
    assert!(!is_name("") && !is_name("lamp-") && !is_name("Lamp") && !is_name("lamp-2") && !is_name("lamp_shade"));
}
