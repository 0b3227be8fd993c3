//! Every item that was ever stored can be read, and today's items are stored in the same form.

use super::KINDS;
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::Value;
use std::{collections::BTreeSet, fs, path::Path};
use tradewind_catalog::stock::Stock;
use tradewind_kernel::{
    Id, MarketplaceId,
    event::{AnyEvent, Envelope},
};
use tradewind_ledger::entities::{BalanceShard, Turnover};
use tradewind_orders::entities::OrderCounter;
use tradewind_pricing::entities::CouponUses;
use tradewind_storage::{
    Item,
    entities::{Attempts, ReplyRecord},
    keys::In,
    kind_of, read,
    shape::{self, SHAPE},
};

/// Every item that a release has written, as it is stored in the table: `order.v1.json`, `order.v1-2.json`.
fn golden() -> Vec<(String, Item)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../storage/golden");
    let mut all = vec![];
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let item: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let item = item.as_object().unwrap().iter().map(|(name, value)| (name.clone(), attribute(value)));
        all.push((name, item.collect()));
    }
    all
}

fn attribute(value: &Value) -> AttributeValue {
    let (kind, value) = value.as_object().unwrap().iter().next().unwrap();
    let text = || value.as_str().unwrap().to_owned();
    match kind.as_str() {
        "S" => AttributeValue::S(text()),
        "N" => AttributeValue::N(text()),
        "B" => {
            use base64::{Engine, engine::general_purpose::STANDARD};
            AttributeValue::B(STANDARD.decode(text()).unwrap().into())
        }
        "BOOL" => AttributeValue::Bool(value.as_bool().unwrap()),
        "NULL" => AttributeValue::Null(true),
        "L" => AttributeValue::L(value.as_array().unwrap().iter().map(attribute).collect()),
        "M" => {
            let members = value.as_object().unwrap().iter();
            AttributeValue::M(members.map(|(name, value)| (name.clone(), attribute(value))).collect())
        }
        other => panic!("no attribute is a {other}"),
    }
}

fn shape_of(item: &Item) -> &str {
    item[SHAPE].as_s().unwrap()
}

fn tenant_of(item: &Item) -> MarketplaceId {
    let pk = item["pk"].as_s().unwrap();
    MarketplaceId::parse(pk.split('#').next().unwrap()).unwrap_or_else(|_| MarketplaceId::platform())
}

#[test]
fn there_is_a_golden_item_of_every_shape() {
    let there: BTreeSet<_> = golden().iter().map(|(_, item)| shape_of(item).to_owned()).collect();
    let missing: Vec<_> = KINDS.iter().filter(|kind| !there.contains(kind.shape)).map(|kind| kind.shape).collect();
    assert!(
        missing.is_empty(),
        "no golden item of {missing:?}: run `UPDATE_GOLDEN=1 cargo test --test contract examples`"
    );
}

#[test]
fn every_golden_item_is_read_and_those_of_today_are_written_as_they_are() {
    for (file, item) in golden() {
        let kind = kind_of(&KINDS, &item).unwrap_or_else(|| panic!("{file} is of no kind"));
        let mut now = item.clone();
        kind.up_to_date(&mut now).unwrap_or_else(|e| panic!("{file}: {e}"));
        let Some(rewrite) = kind.rewrite else { continue };
        let mut written = rewrite(now, &tenant_of(&item)).unwrap_or_else(|e| panic!("{file}: {e}"));
        if kind.shape != shape_of(&item) {
            continue;
        }
        // The name of the commit that wrote it, and an event that is stored in it, are not part of the entity.
        written.extend(
            ["commit", "kind", "body"].into_iter().filter_map(|name| Some((name.into(), item.get(name)?.clone()))),
        );
        for name in item.keys().chain(written.keys()) {
            assert_eq!(
                written.get(name),
                item.get(name),
                "{file}: `{name}` is stored otherwise than before: make it a new version of the shape, with a step"
            );
        }
    }
}

#[test]
fn what_is_counted_is_read() {
    for (file, item) in golden() {
        let ok = match shape_of(&item) {
            "attempts.v1" => read::<Attempts>(item).is_ok_and(|attempts| attempts.count > 0),
            "balance.v1" | "balance.v2" => read::<BalanceShard>(item).is_ok_and(|balance| !balance.account.is_empty()),
            "coupon_uses.v1" => read::<CouponUses>(item).is_ok(),
            "order_counter.v1" => read::<OrderCounter>(item).is_ok_and(|counter| counter.named > 0),
            "reply.v1" => read::<ReplyRecord>(item).is_ok_and(|reply| reply.reply().is_some()),
            "stock.v1" => read::<Stock>(item).is_ok(),
            "turnover.v1" => read::<Turnover>(item).is_ok_and(|turnover| turnover.days().count() > 0),
            "event.v1" => serde_json::from_str::<Envelope<AnyEvent>>(item["body"].as_s().unwrap()).is_ok(),
            _ => true,
        };
        assert!(ok, "{file}");
    }
}

#[test]
fn an_item_without_a_shape_is_known_by_its_place() {
    for (file, mut item) in golden() {
        let mut now = item.clone();
        let kind = kind_of(&KINDS, &now).unwrap();
        kind.up_to_date(&mut now).unwrap();
        item.remove(SHAPE);
        assert_eq!(kind_of(&KINDS, &item).map(|kind| kind.shape), Some(kind.shape), "{file}");
        kind.up_to_date(&mut item).unwrap();
        now.remove(SHAPE);
        item.remove(SHAPE);
        assert_eq!(item, now, "{file}");
    }
    let nobodys = [("pk", "mkt_7#lamp#1"), ("sk", "lamp")].map(|(name, text)| (name.to_owned(), shape::text(text)));
    assert!(kind_of(&KINDS, &nobodys.into()).is_none());
}

#[test]
fn a_shape_is_of_the_newest_version_that_there_are_steps_to() {
    let all: BTreeSet<_> = KINDS.iter().map(|kind| kind.shape.rsplit_once(".v").unwrap().0).collect();
    assert_eq!(all.len(), KINDS.len(), "two kinds have one name");
    for kind in KINDS.iter() {
        let mut item = Item::from([(SHAPE.to_owned(), shape::text(kind.shape))]);
        assert!(kind.up_to_date(&mut item).is_ok());
        assert_eq!(kind.steps.last().map_or(kind.shape, |(_, newest, _)| newest), kind.shape);
        assert_eq!(shape_of(&item), kind.shape);
    }
    assert_eq!(In::Main, crate::keys::migration(&Id::from_ulid("7")).table);
}
