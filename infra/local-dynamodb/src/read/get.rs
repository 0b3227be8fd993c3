//! `GetItem`.

use dynoxide::types::{consumed_capacity, read_capacity_units_with_consistency};
use serde_json::{Map, Value};

use super::{Reader, capacity_member, capacity_mode, consistent, member, only};

impl Reader {
    pub(super) fn get(&mut self, request: &Map<String, Value>) -> Option<String> {
        if !only(request, &["TableName", "Key", "ConsistentRead", "ReturnConsumedCapacity"]) {
            return None;
        }
        let (consistent, mode) = (consistent(request)?, capacity_mode(request)?);
        let name = request.get("TableName")?.as_str()?;
        let (item, size) = self.item(name, request.get("Key")?)?;
        let mut body = String::from("{");
        if let Some(item) = &item {
            member(&mut body, "Item", item);
        }
        let units = read_capacity_units_with_consistency(size, consistent);
        capacity_member(&mut body, consumed_capacity(name, units, &mode))?;
        body.push('}');
        Some(body)
    }
}
