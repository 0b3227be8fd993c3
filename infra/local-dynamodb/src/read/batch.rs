//! `BatchGetItem` of one table.

use std::collections::HashSet;

use dynoxide::types::{consumed_capacity, read_capacity_units_with_consistency};
use serde_json::{Map, Value};

use super::{Reader, capacity_mode, consistent, member, only};

/// Requests beyond these limits are answered by the engine: with an error, or with keys that stay unprocessed.
const MOST_KEYS: usize = 100;
const MOST_BYTES: usize = 16 * 1024 * 1024;

impl Reader {
    pub(super) fn batch(&mut self, request: &Map<String, Value>) -> Option<String> {
        if !only(request, &["RequestItems", "ReturnConsumedCapacity"]) {
            return None;
        }
        let mode = capacity_mode(request)?;
        let mut tables = request.get("RequestItems")?.as_object()?.iter();
        let (Some((name, wanted)), None) = (tables.next(), tables.next()) else { return None };
        let wanted = wanted.as_object()?;
        if !only(wanted, &["Keys", "ConsistentRead"]) {
            return None;
        }
        let (keys, consistent) = (wanted.get("Keys")?.as_array()?, consistent(wanted)?);
        let different = keys.iter().map(Value::to_string).collect::<HashSet<_>>().len();
        if keys.is_empty() || keys.len() > MOST_KEYS || different != keys.len() {
            return None;
        }
        let (mut items, mut units, mut total) = (Vec::with_capacity(keys.len()), Vec::with_capacity(keys.len()), 0);
        for key in keys {
            let (item, size) = self.item(name, key)?;
            items.extend(item);
            units.push(read_capacity_units_with_consistency(size, consistent));
            total = usize::saturating_add(total, size);
        }
        if total > MOST_BYTES {
            return None;
        }
        let name_json = serde_json::to_string(name).ok()?;
        let mut body = String::from("{");
        member(&mut body, "Responses", &format!("{{{name_json}:[{}]}}", items.join(",")));
        member(&mut body, "UnprocessedKeys", "{}");
        if let Some(consumed) = consumed_capacity(name, units.iter().sum(), &mode) {
            member(&mut body, "ConsumedCapacity", &serde_json::to_string(&[consumed]).ok()?);
        }
        body.push('}');
        Some(body)
    }
}
