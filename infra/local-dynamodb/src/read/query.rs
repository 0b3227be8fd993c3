//! The first page of a `Query` by partition key alone, or with one bound on the sort key. Names and values are placeholders, as
//! an SDK's caller writes them: `#pk = :pk AND begins_with(#sk, :sk)`.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
};

use dynoxide::types::{
    Item, consumed_capacity, consumed_capacity_with_indexes, item_size, read_capacity_units_with_consistency,
};
use rusqlite::params_from_iter;
use serde_json::{Map, Value};

use super::{Keys, Reader, Table, capacity_member, capacity_mode, consistent, member, only, quoted, stored_text};

/// A larger page ends early, which is left to the engine.
const LARGEST_PAGE: usize = 1024 * 1024;

/// The number of sizes that are cached: 16 bytes each.
const MOST_SIZES: usize = 50_000;

const KNOWN: &[&str] = &[
    "TableName",
    "IndexName",
    "KeyConditionExpression",
    "ExpressionAttributeNames",
    "ExpressionAttributeValues",
    "ScanIndexForward",
    "Limit",
    "ConsistentRead",
    "ReturnConsumedCapacity",
];

/// An item of a page, with its keys in the order index partition, index sort, table partition, table sort.
struct Row {
    keys: [String; 4],
    item: String,
    size: usize,
}

/// The SQL of a query on an index or on the table itself.
struct Wanted {
    sql: String,
    values: Vec<String>,
}

/// The sizes of items in an index, which stores none, by a hash of their JSON: the same items are on many pages, and computing a size takes
/// longer than reading the item.
#[derive(Default)]
pub(super) struct Sizes(HashMap<u64, usize>);

impl Sizes {
    fn of(&mut self, item: &str) -> Option<usize> {
        let mut hasher = DefaultHasher::new();
        item.hash(&mut hasher);
        let hash = hasher.finish();
        if let Some(size) = self.0.get(&hash) {
            return Some(*size);
        }
        let size = item_size(&serde_json::from_str::<Item>(item).ok()?);
        if self.0.len() >= MOST_SIZES {
            self.0.clear();
        }
        self.0.insert(hash, size);
        Some(size)
    }
}

impl Reader {
    pub(super) fn query(&mut self, request: &Map<String, Value>) -> Option<String> {
        if !only(request, KNOWN) {
            return None;
        }
        let (consistent, mode) = (consistent(request)?, capacity_mode(request)?);
        let limit = request.get("Limit").map_or(Some(None), |limit| limit.as_u64().filter(|n| *n > 0).map(Some))?;
        let name = request.get("TableName")?.as_str()?;
        let index = request.get("IndexName").map_or(Some(None), |index| index.as_str().map(Some))?;
        if index.is_some() && consistent {
            return None;
        }
        let table = self.table(name)?;
        let wanted = wanted(request, table, name, index, limit)?;
        let rows = self.rows(&wanted, name, index.is_some())?;
        if rows.is_empty() {
            // Otherwise the table has been replaced by another one.
            self.tables.remove(name);
            return None;
        }
        let total = rows.iter().map(|row| row.size).fold(0, usize::saturating_add);
        if total > LARGEST_PAGE {
            return None;
        }
        let items: Vec<_> = rows.iter().map(|row| row.item.as_str()).collect();
        let mut body = String::from("{");
        member(&mut body, "Items", &format!("[{}]", items.join(",")));
        let count = rows.len().to_string();
        member(&mut body, "Count", &count);
        member(&mut body, "ScannedCount", &count);
        // DynamoDB returns the position whenever the limit made it stop, even at the very end.
        let stopped = limit.is_some_and(|limit| u64::try_from(rows.len()).is_ok_and(|found| found >= limit));
        if let Some(last) = rows.last().filter(|_| stopped) {
            member(&mut body, "LastEvaluatedKey", &position(self.table(name)?, index, last)?);
        }
        let units = read_capacity_units_with_consistency(total, consistent);
        let consumed = match index {
            Some(index) => {
                consumed_capacity_with_indexes(name, 0.0, &HashMap::from([(index.to_owned(), units)]), &mode)
            }
            None => consumed_capacity(name, units, &mode),
        };
        capacity_member(&mut body, consumed)?;
        body.push('}');
        Some(body)
    }

    fn rows(&mut self, wanted: &Wanted, name: &str, index: bool) -> Option<Vec<Row>> {
        let Self { connection, sizes, .. } = self;
        let mut statement = connection.prepare_cached(&wanted.sql).ok()?;
        let values = std::iter::once(name).chain(wanted.values.iter().map(String::as_str));
        let mut found = statement.query(params_from_iter(values)).ok()?;
        let mut rows = vec![];
        while let Some(row) = found.next().ok()? {
            let item: String = row.get(4).ok()?;
            let size = if index { sizes.of(&item)? } else { row.get(5).ok()? };
            let key = |column| row.get::<_, String>(column).ok();
            rows.push(Row { keys: [key(0)?, key(1)?, key(2)?, key(3)?], item, size });
        }
        Some(rows)
    }
}

/// The SQL of a plain query, and the values of its parameters after the table's name.
fn wanted(
    request: &Map<String, Value>,
    table: &Table,
    name: &str,
    index: Option<&str>,
    limit: Option<u64>,
) -> Option<Wanted> {
    let keys = index.map_or(Some(&table.keys), |index| table.indexes.get(index))?;
    let (condition, mut values) = condition(request, keys)?;
    let forward = request.get("ScanIndexForward").map_or(Some(true), Value::as_bool)?;
    let order = if forward { "ASC" } else { "DESC" };
    let (columns, from) = match index {
        Some(index) => ("gsi_pk, gsi_sk, table_pk, table_sk, item_json", quoted(&format!("{name}::gsi::{index}"))),
        None => ("pk, sk, pk, sk, item_json, item_size", quoted(name)),
    };
    let (pk, sk) = if index.is_some() { ("gsi_pk", "gsi_sk") } else { ("pk", "sk") };
    let order = match index {
        Some(_) => format!("{sk} {order}, table_pk {order}, table_sk {order}"),
        None => format!("{sk} {order}"),
    };
    let bound = match condition {
        Bound::None => String::new(),
        Bound::AtMost => format!(" AND {sk} <= ?3"),
        Bound::Above => format!(" AND {sk} > ?3"),
        Bound::Prefix => {
            values.push(after(values.get(1)?)?);
            format!(" AND {sk} >= ?3 AND {sk} < ?4")
        }
    };
    // The table must be the one that was described: another one may have been created under its name.
    let schema = table.key_schema.replace('\'', "''");
    let limit = limit.map_or(String::new(), |limit| format!(" LIMIT {limit}"));
    let sql = format!(
        "SELECT {columns} FROM {from} WHERE {pk} = ?2{bound} AND EXISTS (SELECT 1 FROM _tables WHERE table_name = ?1 \
         AND table_status = 'ACTIVE' AND key_schema = '{schema}') ORDER BY {order}{limit}"
    );
    Some(Wanted { sql, values })
}

enum Bound {
    None,
    AtMost,
    Above,
    Prefix,
}

/// The bound on the sort key, and the stored forms of the partition key and the bound.
fn condition(request: &Map<String, Value>, keys: &Keys) -> Option<(Bound, Vec<String>)> {
    let bound = match request.get("KeyConditionExpression")?.as_str()? {
        "#pk = :pk" => Bound::None,
        "#pk = :pk AND #sk <= :sk" => Bound::AtMost,
        "#pk = :pk AND #sk > :sk" => Bound::Above,
        "#pk = :pk AND begins_with(#sk, :sk)" => Bound::Prefix,
        _ => return None,
    };
    let names = request.get("ExpressionAttributeNames")?.as_object()?;
    let values = request.get("ExpressionAttributeValues")?.as_object()?;
    let mut stored = vec![];
    if names.get("#pk")?.as_str()? == keys.partition {
        stored.push(stored_text(values.get(":pk")?)?);
    }
    if !matches!(bound, Bound::None) && Some(names.get("#sk")?.as_str()?) == keys.sort.as_deref() {
        stored.push(stored_text(values.get(":sk")?)?);
    }
    let parts = if matches!(bound, Bound::None) { 1 } else { 2 };
    (stored.len() == parts && names.len() == parts && values.len() == parts).then_some((bound, stored))
}

/// The first text that sorts after everything with this prefix. Text sorts by its bytes.
fn after(prefix: &str) -> Option<String> {
    let last = prefix.chars().next_back().filter(|last| last.is_ascii() && *last < '~')?;
    let next = char::from_u32(u32::from(last).checked_add(1)?)?;
    Some(format!("{}{next}", prefix.strip_suffix(last)?))
}

/// The position at which a page ended, as JSON.
fn position(table: &Table, index: Option<&str>, last: &Row) -> Option<String> {
    let [index_pk, index_sk, table_pk, table_sk] = &last.keys;
    let mut key = Map::new();
    let mut add = |name: Option<&String>, stored: &str| {
        if let (Some(name), Some(text)) = (name, stored.strip_prefix("S:")) {
            key.insert(name.clone(), serde_json::json!({ "S": text }));
        }
    };
    if let Some(keys) = index.and_then(|index| table.indexes.get(index)) {
        add(Some(&keys.partition), index_pk);
        add(keys.sort.as_ref(), index_sk);
    }
    add(Some(&table.keys.partition), table_pk);
    add(table.keys.sort.as_ref(), table_sk);
    serde_json::to_string(&key).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_after_a_prefix() {
        assert_eq!(after("S:listing#").as_deref(), Some("S:listing$"));
        assert_eq!(after("S:a").as_deref(), Some("S:b"));
        assert_eq!(after("S:é"), None);
        assert_eq!(after("S:~"), None);
    }
}
