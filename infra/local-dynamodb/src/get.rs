//! The plain `GetItem`, answered from a connection of its own.
//!
//! Most reads name a table and a key and nothing else. The engine parses such a request three times, compiles the SQL
//! anew, and decodes and encodes the whole item; but it stores the item as the very JSON it answers with. Here one
//! prepared statement fetches that text. Whatever is not that plain - a projection, a key that is not text, an unknown
//! table, anything to refuse - is left to the engine. A commit is visible to every statement that starts after it, so
//! reads stay as consistent as the engine's.

use std::collections::HashMap;

use dynoxide::types::{consumed_capacity, read_capacity_units_with_consistency};
use rusqlite::{Connection, OpenFlags, OptionalExtension, config::DbConfig, params};
use serde_json::{Map, Value};

/// How much of the file is read as memory instead of with a system call a page, in bytes.
const MAPPED: i64 = 256 * 1024 * 1024;

/// Beyond this a key may be one to refuse: DynamoDB's limit is 1,024 bytes of sort key.
const LONGEST_KEY: usize = 1_024;

const TABLE: &str =
    "SELECT key_schema, attribute_definitions FROM _tables WHERE table_name = ?1 AND table_status = 'ACTIVE'";

/// A connection that only reads.
pub struct Reader {
    connection: Connection,
    tables: HashMap<String, Table>,
}

/// A table whose keys are all text.
struct Table {
    /// As stored; when the stored one differs the table is another one by now.
    key_schema: String,
    partition: String,
    sort: Option<String>,
    sql: String,
}

impl Reader {
    /// Opens the database file, which must exist.
    pub fn open(name: &str) -> rusqlite::Result<Self> {
        let connection = Connection::open_with_flags(
            name,
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI,
        )?;
        // Keeps a prepared statement's plan when another key is bound; it would be compiled anew each time.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.pragma_update(None, "query_only", true)?;
        connection.pragma_update(None, "mmap_size", MAPPED)?;
        connection.set_prepared_statement_cache_capacity(64);
        // A first read opens the log too: in memory mode there is no file to open later.
        connection.query_row("SELECT count(*) FROM _tables", [], |_| Ok(()))?;
        Ok(Self { connection, tables: HashMap::new() })
    }

    /// The response body, or `None` when the engine must answer.
    pub fn get(&mut self, request: &str) -> Option<String> {
        let request: Map<String, Value> = serde_json::from_str(request).ok()?;
        let plain = |name: &str| matches!(name, "TableName" | "Key" | "ConsistentRead" | "ReturnConsumedCapacity");
        if !request.keys().all(|name| plain(name)) {
            return None;
        }
        let consistent = request.get("ConsistentRead").map_or(Some(false), Value::as_bool)?;
        let capacity = request.get("ReturnConsumedCapacity").map(Value::as_str);
        let capacity = match capacity {
            None | Some(Some("NONE" | "TOTAL" | "INDEXES")) => capacity.flatten().map(str::to_owned),
            Some(_) => return None,
        };
        let name = request.get("TableName")?.as_str()?;
        let key = request.get("Key")?.as_object()?;

        if !self.tables.contains_key(name) {
            let table = describe(&self.connection, name)?;
            self.tables.insert(name.to_owned(), table);
        }
        let table = self.tables.get(name)?;
        let partition = key_text(key, &table.partition)?;
        let sort = table.sort.as_ref().map_or(Some(String::new()), |sort| key_text(key, sort))?;
        let parts = if table.sort.is_some() { 2 } else { 1 };
        if key.len() != parts {
            return None;
        }
        let Some((schema, item, size)) = self.fetch(table, name, &partition, &sort) else {
            self.tables.remove(name);
            return None;
        };
        if schema != table.key_schema {
            self.tables.remove(name);
            return None;
        }
        let units = read_capacity_units_with_consistency(usize::try_from(size).ok()?, consistent);
        let mut body = String::from("{");
        if let Some(item) = &item {
            body.push_str("\"Item\":");
            body.push_str(item);
        }
        if let Some(consumed) = consumed_capacity(name, units, &capacity) {
            let separator = if item.is_some() { "," } else { "" };
            body.push_str(separator);
            body.push_str("\"ConsumedCapacity\":");
            body.push_str(&serde_json::to_string(&consumed).ok()?);
        }
        body.push('}');
        Some(body)
    }

    fn fetch(&self, table: &Table, name: &str, partition: &str, sort: &str) -> Option<(String, Option<String>, i64)> {
        let mut statement = self.connection.prepare_cached(&table.sql).ok()?;
        statement.query_row(params![name, partition, sort], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).ok()
    }
}

/// The stored form of a text key, when it is one and nothing to refuse.
fn key_text(key: &Map<String, Value>, name: &str) -> Option<String> {
    let value = key.get(name)?.as_object()?;
    let text = value.get("S")?.as_str()?;
    (value.len() == 1 && !text.is_empty() && text.len() <= LONGEST_KEY).then(|| format!("S:{text}"))
}

/// What is known of a table when its keys are all text.
fn describe(connection: &Connection, name: &str) -> Option<Table> {
    let mut statement = connection.prepare_cached(TABLE).ok()?;
    let row = statement.query_row([name], |row| Ok((row.get(0)?, row.get(1)?))).optional().ok()?;
    let (key_schema, definitions): (String, String) = row?;
    let keys: Vec<Value> = serde_json::from_str(&key_schema).ok()?;
    let types: Vec<Value> = serde_json::from_str(&definitions).ok()?;
    let mut partition = None;
    let mut sort = None;
    for key in &keys {
        let name = key.get("AttributeName")?;
        let defined = types.iter().find(|one| one.get("AttributeName") == Some(name))?;
        if defined.get("AttributeType")? != "S" {
            return None;
        }
        let part = if key.get("KeyType")? == "HASH" { &mut partition } else { &mut sort };
        *part = Some(name.as_str()?.to_owned());
    }
    let sql = format!(
        "SELECT key_schema, item_json, coalesce(item_size, 0) FROM _tables \
         LEFT JOIN \"{}\" ON pk = ?2 AND sk = ?3 WHERE table_name = ?1 AND table_status = 'ACTIVE'",
        name.replace('"', "\"\"")
    );
    Some(Table { partition: partition?, sort, key_schema, sql })
}
