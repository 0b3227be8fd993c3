use super::*;
use schemars::JsonSchema;
use serde_json::json;

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[allow(dead_code, reason = "only their shape matters here")]
struct Order {
    lines: Vec<Line>,
    #[schemars(length(min = 1, max = 3))]
    note: Option<String>,
    how: Option<How>,
    state: State,
    #[schemars(range(min = 1, max = 9))]
    units: Option<u8>,
    #[schemars(regex(pattern = r"^lst_[0-9a-z]{26}$"))]
    id: Option<String>,
    sent: Option<std::collections::BTreeMap<tradewind_kernel::SellerId, Line>>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[allow(dead_code, reason = "only their shape matters here")]
struct Line {
    amount: i64,
}

/// How it is sent.
#[derive(JsonSchema)]
#[schemars(tag = "kind", rename_all = "snake_case")]
#[allow(dead_code, reason = "only their shape matters here")]
enum How {
    /// At a price.
    Flat { price: Line },
    /// For nothing.
    Free,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[allow(dead_code, reason = "only their shape matters here")]
enum State {
    /// With words.
    Open,
    /// With other words.
    Shut,
}

#[track_caller]
fn said(value: Value, wrong: &[&str]) {
    let errors = Shape::of(Order::json_schema).check(&value);
    let errors: Vec<_> = errors.into_iter().map(|error| format!("{}: {}", error.field, error.message)).collect();
    assert_eq!(errors, wrong);
}

fn with(more: Value) -> Value {
    let mut order = json!({ "lines": [{ "amount": 1 }], "state": "open" });
    order.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    order
}

#[test]
fn what_fits_is_taken() {
    said(with(json!({})), &[]);
    said(with(json!({ "note": null, "how": null, "units": null, "id": null })), &[]);
    said(with(json!({ "note": "abc", "how": { "kind": "free" }, "units": 9 })), &[]);
    said(with(json!({ "how": { "kind": "flat", "price": { "amount": -5 } } })), &[]);
}

#[test]
fn a_list_is_no_object_however_deep() {
    said(json!([]), &["body: Send an object with named fields, not a list."]);
    said(with(json!({ "lines": [[1]] })), &["lines[0]: Send an object with named fields, not a list."]);
    said(
        with(json!({ "how": { "kind": "flat", "price": [5] } })),
        &["how.price: Send an object with named fields, not a list."],
    );
    let errors = Shape::of(Order::json_schema).check(&with(json!({ "how": ["free"] })));
    assert_eq!(errors.first().map(|error| error.field.as_str()), Some("how"));
}

#[test]
fn enumerations_and_tags_name_what_is_possible() {
    said(with(json!({ "state": "ajar" })), &["state: Send `open` or `shut`."]);
    said(with(json!({ "how": { "kind": "post" } })), &["how.kind: Send `flat` or `free`."]);
    said(with(json!({ "how": {} })), &["how.kind: Send this: it is needed. Send `flat` or `free`."]);
    said(with(json!({ "how": { "kind": "flat" } })), &["how.price: Send this: it is needed."]);
}

#[test]
fn limits_have_units() {
    said(with(json!({ "note": "" })), &["note: This is empty: send at least 1 character."]);
    said(with(json!({ "note": "abcd" })), &["note: Send at most 3 characters."]);
    said(with(json!({ "units": 10 })), &["units: Send a number from 1 to 9."]);
    said(with(json!({ "units": 1.5 })), &["units: Send a whole number from 1 to 9, not a number with decimals."]);
    said(
        with(json!({ "id": "lst_1" })),
        &["id: Send an id that begins with `lst_`, followed by 26 small letters and digits."],
    );
}

#[test]
fn everything_is_said_at_once() {
    said(
        json!({ "lines": [{ "amount": "1", "price": 2 }, {}], "stat": 1 }),
        &[
            "state: Send this: it is needed.",
            "lines[0].amount: Send a whole number, not a text.",
            "lines[0].price: There is no such field. Known are `amount`.",
            "lines[1].amount: Send this: it is needed.",
            "stat: There is no such field. Known are `how`, `id`, `lines`, `note`, `sent`, `state`, `units`.",
        ],
    );
}

#[test]
fn names_that_are_ids_are_checked_as_ids_and_what_stands_behind_them_too() {
    let (id, wrong) = ("sel_01jd0000000000000000000000", "ord_01jd0000000000000000000000");
    said(with(json!({ "sent": { id: { "amount": 1 } } })), &[]);
    said(
        with(json!({ "sent": { id: [1], wrong: { "amount": 1 } } })),
        &[
            "sent.sel_01jd0000000000000000000000: Send an object with named fields, not a list.",
            "sent.ord_01jd0000000000000000000000: Send an id that begins with `sel_`, followed by 26 small letters and digits.",
        ],
    );
}

#[test]
fn telling_what_is_wrong_does_not_take_more_than_sending_it() {
    let shape = Shape::of(Order::json_schema);
    let lines = vec![json!(1); 50_000];
    let unknown: serde_json::Map<_, _> = (0..50_000).map(|number| (format!("f{number}"), json!(1))).collect();
    let long = json!({ "x".repeat(100_000): 1 });
    for value in [json!({ "lines": lines }), json!({ "lines": [json!(unknown)], "state": "x" }), json!(unknown), long] {
        let errors = shape.check(&value);
        let told: usize = errors.iter().map(|error| error.field.len() + error.message.len()).sum();
        assert!((1..=101).contains(&errors.len()) && told < 50_000, "{} faults in {told} bytes", errors.len());
    }
}
