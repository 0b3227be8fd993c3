//! A sale as the calls that functions make for it: in order, with the items that each call reads or writes and the units that it consumes.

use serde_json::Value;
use std::fmt::Write;
use tradewind_local::{Call, Faults};

/// The calls of a sale, part by part.
pub struct Timeline {
    faults: Faults,
    text: String,
    sum: Sum,
}

#[derive(Clone, Copy, Default)]
struct Sum {
    calls: u32,
    items: usize,
    read_halves: u64,
    write_halves: u64,
}

impl Timeline {
    /// Starts to record calls.
    pub fn of(faults: &Faults) -> Self {
        faults.watch();
        let head =
            "# What functions call, in order. An item costs a unit more in each index where what it shows changes.
";
        Self { faults: faults.clone(), text: head.into(), sum: Sum::default() }
    }

    /// Ends a part, which consists of all calls since the last part ended.
    pub fn part(&mut self, name: &str) {
        let calls = self.faults.watched();
        self.faults.watch();
        let mut part = Sum::default();
        writeln!(self.text, "\n{name}").unwrap();
        for call in &calls {
            let Call { function, operation, .. } = call;
            let (items, sum) = cost(call);
            let (read, write) = (units(sum.read_halves, "R"), units(sum.write_halves, "W"));
            let line = format!("  {function:<21} {operation:<26} {read:>6} {write:>6}  {items}");
            writeln!(self.text, "{}", line.trim_end()).unwrap();
            part.add(sum);
        }
        self.sum.add(part);
        self.total("  ", part);
        let so_far = self.sum;
        self.total("  so far", so_far);
    }

    /// Drops the calls since the last part ended.
    pub fn skip(&mut self) {
        self.faults.watch();
    }

    fn total(&mut self, name: &str, Sum { calls, items, read_halves, write_halves }: Sum) {
        let what = format!("{calls} calls of DynamoDB and SQS, {items} items written");
        let (read, write) = (units(read_halves, "R"), units(write_halves, "W"));
        writeln!(self.text, "{name:<8} {what:<43} {read:>6} {write:>6}").unwrap();
    }

    /// The whole text.
    pub fn text(self) -> String {
        self.text
    }
}

impl Sum {
    fn add(&mut self, other: Self) {
        self.calls += other.calls;
        self.items += other.items;
        self.read_halves += other.read_halves;
        self.write_halves += other.write_halves;
    }
}

fn units(halves: u64, kind: &str) -> String {
    if halves == 0 { String::new() } else { format!("{}.{} {kind}", halves / 2, halves % 2 * 5) }
}

/// The number of half units in one member of an answer.
fn halves(consumed: &Value) -> u64 {
    let text = format!("{:.1}", consumed["CapacityUnits"].as_f64().unwrap_or_default());
    let (whole, tenth) = text.split_once('.').unwrap();
    whole.parse::<u64>().unwrap() * 2 + u64::from(tenth == "5")
}

/// The items that a call touches, as text, and the units that it consumes.
fn cost(call: &Call) -> (String, Sum) {
    let (request, answer) = (&call.request, &call.answer);
    // Batches and transactions report consumption for each table.
    let told = &answer["ConsumedCapacity"];
    let consumed = halves(told) + told.as_array().into_iter().flatten().map(halves).sum::<u64>();
    let mut touched: Vec<String> = vec![];
    let mut written = 0;
    match call.operation.as_str() {
        "GetItem" => touched.push(named(request, "Key")),
        "BatchGetItem" => {
            for (_, of) in request["RequestItems"].as_object().unwrap() {
                touched.extend(of["Keys"].as_array().unwrap().iter().map(name));
            }
        }
        "Query" => {
            let values = &request["ExpressionAttributeValues"];
            let index = request["IndexName"].as_str().unwrap_or("table");
            touched.push(format!("{} in {index}", words(values[":pk"]["S"].as_str().unwrap())));
        }
        "PutItem" => touched.push(put(request, &mut written)),
        "UpdateItem" => {
            written += 1;
            touched.push(format!("{} +=", named(request, "Key")));
        }
        "TransactWriteItems" => {
            for action in request["TransactItems"].as_array().unwrap() {
                let (kind, action) = action.as_object().unwrap().iter().next().unwrap();
                touched.push(match kind.as_str() {
                    "Put" => put(action, &mut written),
                    kind => {
                        written += 1;
                        format!("{}{}", named(action, "Key"), if kind == "Update" { " +=" } else { " deleted" })
                    }
                });
            }
        }
        "SendMessageBatch" => {
            let queue = request["QueueUrl"].as_str().unwrap().rsplit('/').next().unwrap();
            touched.push(format!("{} to {queue}", request["Entries"].as_array().unwrap().len()));
        }
        _ => return (String::new(), Sum::default()),
    }
    let writes = ["PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"].contains(&call.operation.as_str());
    let (read_halves, write_halves) = if writes { (0, consumed) } else { (consumed, 0) };
    (touched.join(", "), Sum { calls: 1, items: written, read_halves, write_halves })
}

/// An item that is put, with its places in indexes, and with its size if it takes more than one unit.
fn put(action: &Value, written: &mut usize) -> String {
    let item = &action["Item"];
    let indexes = ["gsi1", "gsi2"].into_iter().filter(|index| item.get(format!("{index}pk")).is_some());
    let indexes: String = indexes.map(|index| format!(" +{index}")).collect();
    *written += 1;
    let event = item["kind"]["S"] == "event" && item.get("ttl").is_none();
    let event = if event { " with event" } else { "" };
    let size = size(item);
    let size = if size > 1_024 { format!(" ({} KB)", size.div_ceil(1_024)) } else { String::new() };
    format!("{}{indexes}{event}{size}", name(item))
}

fn named(request: &Value, key: &str) -> String {
    name(&request[key])
}

/// The name of an item: the words of its key, without ids.
fn name(item: &Value) -> String {
    let text = |name: &str| item[name]["S"].as_str().unwrap_or_default();
    let (pk, sk) = (words(text("pk")), words(text("sk")));
    let last = pk.rsplit(' ').next().unwrap_or_default();
    match sk.split_once(' ') {
        _ if sk.is_empty() || sk == last => pk,
        Some((first, rest)) if pk.starts_with(first) => format!("{pk} {rest}"),
        _ => format!("{pk} {sk}").trim().to_owned(),
    }
}

fn words(key: &str) -> String {
    let plain = |part: &&str| {
        let id = part.split_once('_').is_some_and(|(_, rest)| rest.chars().any(|c| c.is_ascii_digit()));
        !id && !part.chars().next().is_some_and(|c| c.is_ascii_digit())
    };
    key.split('#').filter(plain).collect::<Vec<_>>().join(" ")
}

/// The bytes of an item, as DynamoDB counts them.
fn size(value: &Value) -> usize {
    let Some(members) = value.as_object() else { return 0 };
    members.iter().map(|(name, value)| name.len() + of_value(value)).sum()
}

fn of_value(value: &Value) -> usize {
    let (kind, value) = value.as_object().unwrap().iter().next().unwrap();
    match (kind.as_str(), value) {
        ("S", Value::String(text)) => text.len(),
        ("N", Value::String(number)) => number.len() / 2 + 1,
        ("B", Value::String(bytes)) => bytes.len() * 3 / 4,
        ("M", members) => 3 + members.as_object().unwrap().len() + size(members),
        ("L", Value::Array(all)) => 3 + all.iter().map(|one| 1 + of_value(one)).sum::<usize>(),
        _ => 1,
    }
}
