use crate::{
    money::{Provider, earn, owed, pay_out, payouts},
    orders::{buy, changing_sale, euros, line, paid, sale, shipment, step, text, until},
};
use serde_json::{Value, json};
use tradewind_tests::{Letter, Market, Person, World};

const SCRIPT: &str = "<script>alert(1)</script>";

async fn brand(market: &Market, branding: Value) {
    market.admin.client.patch("/v1/marketplace", branding).await.expect(200);
    World::settings_known().await;
}

fn branding() -> Value {
    json!({
        "name": "Bikes & more", "logo_url": "https://cdn.example.com/logo.png?v=2", "accent_colour": "#ffd400",
        "storefront_url": "https://bikes.example.com/de",
    })
}

/// The newest e-mail to a person with this in the subject.
async fn newest(world: &World, person: &Person, subject: &str) -> Letter {
    world.settle().await;
    let all = world.letters_to(&person.email).await;
    let found = all.iter().rev().find(|letter| letter.subject.contains(subject)).cloned();
    found.unwrap_or_else(|| panic!("{subject}: {:?}", all.iter().map(|letter| &letter.subject).collect::<Vec<_>>()))
}

/// The amounts in a text or HTML, in order.
fn amounts(text: &str) -> Vec<String> {
    let words: Vec<_> =
        text.split(|c: char| c.is_whitespace() || "<>();:,".contains(c)).filter(|word| !word.is_empty()).collect();
    let with_euro = words.windows(2).filter(|pair| pair[1].trim_end_matches('.') == "EUR");
    with_euro.map(|pair| pair[0].to_owned()).collect()
}

/// The HTML without its head and the preview before the e-mail's contents, which repeats their first words.
fn body(html: &str) -> &str {
    html.split_once("<body").unwrap().1.split_once("</div>").unwrap().1
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_carries_name_colour_logo_and_a_link_and_says_the_same_twice() {
    let (world, market, sue, bob) = changing_sale().await;
    brand(&market, branding()).await;
    bob.client.patch("/v1/me", json!({ "name": format!("Bob {SCRIPT}") })).await.expect(200);
    let lamp = sue.sell(&format!("Lamp {SCRIPT} & \"co\""), 2_500, 5).await;
    let checkout = buy(&bob, json!([line(&lamp, 2), line(&sue.sell("Bell", 1_000, 5).await, 1)]), "1").await;
    bob.pay(&checkout).await;
    let id = checkout["orders"][0]["id"].clone();
    until(&bob, &id, "paid").await;
    let path = format!("/v1/orders/{}/refunds", text(&id));
    let refund = json!({ "lines": [{ "line": 0, "quantity": 1 }], "reason": format!("Broken {SCRIPT}") });
    sue.client.clone().key("r").post(&path, refund).await.expect(201);
    step(&sue, &id, json!({ "transition": "ship", "shipment": shipment() })).await.expect(200);
    step(&bob, &id, json!({ "transition": "complete" })).await.expect(200);

    let order = format!("https://bikes.example.com/de/orders/{}", text(&id));
    for (who, subject, named) in [
        (&bob, "Your receipt from Bikes & more", &["50.00", "10.00", "60.00"][..]),
        (&sue, "You have made a sale at", &["50.00", "10.00", "60.00", "-6.00", "54.00"]),
        (&bob, "A refund from Bikes & more", &["25.00", "25.00"]),
        (&sue, "A refund of an order", &["25.00", "25.00"]),
        (&bob, "is on its way", &["50.00", "10.00"]),
        (&sue, "is complete", &["31.50", "60.00", "-25.00", "-3.50", "31.50"]),
    ] {
        let letter = newest(&world, who, subject).await;
        assert_eq!(
            (amounts(&letter.text), amounts(body(&letter.html))),
            (named.iter().map(|it| (*it).to_owned()).collect(), amounts(&letter.text)),
            "{subject}"
        );
        assert!(letter.from.starts_with("\"Bikes & more\" <"), "{}", letter.from);
        assert!(letter.text.contains(&format!("See the order: {order}\n")), "{}", letter.text);
        for shown in [
            format!("href=\"{order}\""),
            "Bikes &amp; more".into(),
            "src=\"https://cdn.example.com/logo.png?v=2\"".into(),
            "background-color:#ffd400".into(),
            "color:#000000".into(),
            "prefers-color-scheme: dark".into(),
            "<html lang=\"en\"".into(),
        ] {
            assert!(letter.html.contains(&shown), "{subject}: {shown}\n{}", letter.html);
        }
        // Only the logo is loaded from elsewhere, and nothing that people wrote becomes markup.
        assert_eq!(letter.html.matches(" src=").count(), 1, "{}", letter.html);
        assert!(!letter.html.contains("<script") && !letter.html.contains("url("), "{}", letter.html);
        assert!(!letter.subject.contains(['\r', '\n']));
    }
    let receipt = newest(&world, &bob, "Your receipt").await;
    assert!(
        receipt.text.contains(&format!("Hello Bob {SCRIPT},\n")) && receipt.text.contains("2 × Lamp <script>"),
        "{}",
        receipt.text
    );
    assert!(
        receipt.html.contains("Lamp &lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;co&quot;"),
        "{}",
        receipt.html
    );
    let refund = newest(&world, &bob, "A refund").await;
    assert!(refund.text.contains("1 × Lamp") && !refund.text.contains("Bell"), "{}", refund.text);
    assert!(refund.text.contains(&format!("Why: Broken {SCRIPT}\n")), "{}", refund.text);
    assert!(refund.html.contains("dir=\"auto\"") && refund.html.contains("Broken &lt;script&gt;"), "{}", refund.html);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_branding_a_letter_has_the_name_and_leads_nowhere() {
    let (world, market, sue, bob) = changing_sale().await;
    brand(&market, branding()).await;
    let gone = json!({ "name": "Bikes", "logo_url": null, "accent_colour": null, "storefront_url": null });
    brand(&market, gone).await;
    paid(&bob, &sue.sell("Bell", 1_000, 5).await, "1").await;
    let letter = newest(&world, &bob, "Your receipt from Bikes").await;
    for absent in ["<img", "href=", "http", "#ffd400"] {
        assert!(!letter.html.contains(absent) && !letter.text.contains(absent), "{absent}\n{}", letter.html);
    }
    assert!(letter.html.contains("Bikes") && letter.text.ends_with("\nBikes\n"), "{}", letter.text);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_letter_leads_to_what_it_is_about() {
    let (world, market, sue, bob) = changing_sale().await;
    brand(&market, branding()).await;
    let at = |path: String| format!("https://bikes.example.com/de/{path}");
    let leads = async |who: &Person, subject: &str, to: String| {
        let letter = newest(&world, who, subject).await;
        assert!(
            letter.text.contains(&format!(": {to}\n")) && letter.html.contains(&format!("href=\"{to}\"")),
            "{subject}: {to}\n{}",
            letter.text
        );
    };
    let ann = market.buyer("ann").await;
    world.settle().await;
    let letter = world.letters_to(&ann.email).await.pop().unwrap();
    assert!(letter.text.contains(": https://bikes.example.com/de/verify-email#code="), "{}", letter.text);
    let checkout = buy(&bob, json!([line(&sue.sell("Bell", 1_000, 5).await, 1)]), "1").await;
    let payment = text(&checkout["payment"]["id"]).to_owned();
    let path = format!("/v1/payments/{payment}/confirm");
    bob.client.post(&path, json!({ "card": "4000000000000002" })).await.expect(202);
    leads(&bob, "did not go through", at(format!("payments/{payment}"))).await;
    bob.pay(&checkout).await;
    until(&bob, &checkout["orders"][0]["id"], "paid").await;
    let provider = Provider::new(&world, &market).await;
    let opened = json!({
        "type": "dispute.opened", "dispute": "dp_1", "payment": payment, "amount": euros(1_000), "fee": euros(1_500),
        "reason": "product_not_received",
    });
    provider.report(&world, "evt_1", opened).await.expect(200);
    leads(&market.admin, "is disputed", at("disputes/dp_1".into())).await;
    let unknown = json!({ "type": "refund.succeeded", "subject": payment, "amount": euros(1_000) });
    provider.report(&world, "evt_2", unknown).await.expect(200);
    world.settle().await;
    let found = market.admin.client.get("/v1/reconciliation-findings").await.expect(200).json;
    let finding = text(&found["data"][0]["id"]).to_owned();
    leads(&market.admin, "does not add up", at(format!("findings/{finding}"))).await;
    earn(&sue, &bob, 2_000, "2").await;
    pay_out(&world, &market, "run").await;
    let payout = text(&payouts(&sue).await[0]["id"]).to_owned();
    leads(&sue, "Your payout from", at(format!("payouts/{payout}"))).await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guests_receipt_leads_to_the_order_with_its_claim() {
    let (world, market, sue, _) = changing_sale().await;
    brand(&market, branding()).await;
    let made =
        market.anybody().post("/v1/guests", json!({ "email": "gus@example.com", "name": "Gus" })).await.expect(201);
    let gus = Person::from_tokens(&market.anybody(), "gus@example.com", &made.json);
    let id = paid(&gus, &sue.sell("Bell", 1_000, 5).await, "1").await;
    let claim = text(&made.json["claim"]);
    let letter = newest(&world, &gus, "Your receipt").await;
    let link = format!("https://bikes.example.com/de/orders/{}#claim={claim}", text(&id));
    assert!(letter.text.contains(&link) && letter.html.contains(&format!("href=\"{link}\"")), "{}", letter.text);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_runs_from_right_to_left_stays_within_its_place() {
    let (world, _, sue, bob) = sale().await;
    bob.client.patch("/v1/me", json!({ "name": "محمد بن عبد الله" })).await.expect(200);
    paid(&bob, &sue.sell("قميص قطني", 1_000, 5).await, "1").await;
    let letter = newest(&world, &bob, "Your receipt").await;
    for form in [&letter.text, &letter.html] {
        assert!(form.contains("Hello \u{2068}محمد بن عبد الله\u{2069},"), "{form}");
        assert!(form.contains("1 × \u{2068}قميص قطني\u{2069}"), "{form}");
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seller_is_told_what_they_really_got_where_the_fee_is_waived() {
    let (world, market, sue, bob) = changing_sale().await;
    let mut process = market.anybody().get("/v1/order-processes/0").await.expect(200).json;
    process.as_object_mut().unwrap().remove("version");
    for transition in process["transitions"].as_array_mut().unwrap() {
        if let Some(actions) = transition.get_mut("actions").and_then(Value::as_array_mut) {
            actions.retain(|action| action != "fee");
        }
    }
    market.admin.client.clone().key("p").post("/v1/order-processes", process).await.expect(201);
    World::settings_known().await;
    let id = paid(&bob, &sue.sell("Bell", 1_000, 5).await, "1").await;
    step(&sue, &id, json!({ "transition": "ship", "shipment": shipment() })).await.expect(200);
    step(&bob, &id, json!({ "transition": "complete" })).await.expect(200);
    let letter = newest(&world, &sue, "is complete").await;
    assert_eq!(owed(&sue).await, 1_000);
    assert_eq!(amounts(&letter.text), ["10.00", "10.00", "10.00"], "{}", letter.text);
    assert!(!letter.text.contains("Fee"), "{}", letter.text);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_release_before_had_sent_is_not_sent_again() {
    let (world, _, sue, bob) = sale().await;
    let id = paid(&bob, &sue.sell("Lamp", 1_000, 1).await, "1").await;
    world.settle().await;
    let is_it = |body: &str| body.contains("order.paid.v1") && body.contains(text(&id));
    let mut items = world.items("main").await.into_iter();
    let mut event = items.find(|item| is_it(item["body"]["S"].as_str().unwrap_or_default())).unwrap();
    let mut body: Value = serde_json::from_str(text(&event["body"]["S"])).unwrap();
    // That release stored a mark for each e-mail, and this event is delivered again from the beginning of the stream.
    let key = |consumer: &str| {
        let pk = format!("{}#done#{consumer}#{}", text(&body["marketplace"]), text(&body["id"]));
        json!({ "pk": { "S": pk }, "sk": { "S": "done" } })
    };
    let table = "tradewind-ephemeral";
    world.dynamodb("DeleteItem", json!({ "TableName": table, "Key": key("notify-email") })).await;
    let mut mark = key("notify-email-buyer");
    for (name, value) in [
        ("consumer", "notify-email-buyer"),
        ("event", text(&body["id"])),
        ("expires_at", "2099-01-01T00:00:00.000Z"),
        ("shape", "done.v1"),
    ] {
        mark[name] = json!({ "S": value });
    }
    world.dynamodb("PutItem", json!({ "TableName": table, "Item": mark })).await;
    body["at"] = json!("2026-01-01T00:00:00.000Z");
    event["pk"]["S"] = json!(format!("{}-again", text(&event["pk"]["S"])));
    event["body"]["S"] = json!(body.to_string());
    world.dynamodb("PutItem", json!({ "TableName": "tradewind-main", "Item": event })).await;
    world.settle().await;
    let about = |letters: Vec<Letter>| letters.iter().filter(|letter| letter.text.contains("Lamp")).count();
    assert_eq!(about(world.letters_to(&bob.email).await), 1, "the buyer had theirs");
    assert_eq!(about(world.letters_to(&sue.email).await), 2, "the seller had none");
    world.stop().await;
}
