//! The plain reads - `GetItem`, `BatchGetItem`, the first page of a `Query` - answered from a connection of its own.
//!
//! Most reads name a table and keys and nothing else. The engine parses such a request three times, compiles the SQL anew, and decodes and
//! encodes the whole item; but it stores the item as the very JSON it answers with. Here one prepared statement fetches that text. Any
//! other request - with a projection, a filter, a key that is not text, an unknown table, or an error - is left to the engine. A commit is
//! visible to every statement that starts after it, so reads stay as consistent as the engine's.

mod batch;
mod get;
mod query;

use std::collections::HashMap;

use dynoxide::types::ConsumedCapacity;
use rusqlite::{Connection, OpenFlags, OptionalExtension, config::DbConfig, params};
use serde_json::{Map, Value};

/// A longer key may have to be refused: DynamoDB's limit is 1,024 bytes for a sort key.
const LONGEST_KEY: usize = 1_024;

const TABLE: &str = "SELECT key_schema, attribute_definitions, gsi_definitions FROM _tables \
     WHERE table_name = ?1 AND table_status = 'ACTIVE'";

/// A connection that only reads.
pub struct Reader {
    connection: Connection,
    tables: HashMap<String, Table>,
    sizes: query::Sizes,
}

/// A table whose keys are all text.
struct Table {
    /// The key schema as stored; if the stored one differs, the table has been replaced by another one.
    key_schema: String,
    keys: Keys,
    indexes: HashMap<String, Keys>,
    /// The SQL that fetches one item.
    get: String,
}

/// The names of the key attributes.
struct Keys {
    partition: String,
    sort: Option<String>,
}

/// The result of a statement for an item: the table's key schema, the item's JSON and its size.
type Found = (String, Option<String>, usize);

impl Reader {
    /// Opens the database file, which must exist.
    pub fn open(name: &str) -> rusqlite::Result<Self> {
        let connection = Connection::open_with_flags(
            name,
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI,
        )?;
        // Keeps the plan of a prepared statement when another key is bound; otherwise it would be compiled anew each time.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.pragma_update(None, "query_only", true)?;
        connection.set_prepared_statement_cache_capacity(64);
        // A first read opens the log as well: in memory mode there is no file to open later.
        connection.query_row("SELECT count(*) FROM _tables", [], |_| Ok(()))?;
        Ok(Self { connection, tables: HashMap::new(), sizes: query::Sizes::default() })
    }

    /// The body of the answer to a request, or `None` if the engine must answer.
    pub fn answer(&mut self, operation: &str, request: &str) -> Option<String> {
        let read = match operation {
            "GetItem" => Self::get,
            "BatchGetItem" => Self::batch,
            "Query" => Self::query,
            _ => return None,
        };
        read(self, &serde_json::from_str(request).ok()?)
    }

    fn table(&mut self, name: &str) -> Option<&Table> {
        if !self.tables.contains_key(name) {
            let table = describe(&self.connection, name)?;
            self.tables.insert(name.to_owned(), table);
        }
        self.tables.get(name)
    }

    /// The item under a key: its JSON, if it exists, and its size. `None` if the engine must answer.
    fn item(&mut self, name: &str, key: &Value) -> Option<(Option<String>, usize)> {
        let key = key.as_object()?;
        let table = self.table(name)?;
        let partition = stored_text(key.get(&table.keys.partition)?)?;
        let sort = table.keys.sort.as_ref().map_or(Some(String::new()), |sort| stored_text(key.get(sort)?))?;
        if key.len() != if table.keys.sort.is_some() { 2 } else { 1 } {
            return None;
        }
        let (sql, schema) = (table.get.clone(), table.key_schema.clone());
        let found = self.fetch(&sql, name, &partition, &sort);
        match found {
            Some((current, item, size)) if current == schema => Some((item, size)),
            Some(_) | None => {
                self.tables.remove(name);
                None
            }
        }
    }

    fn fetch(&self, sql: &str, name: &str, partition: &str, sort: &str) -> Option<Found> {
        let mut statement = self.connection.prepare_cached(sql).ok()?;
        statement.query_row(params![name, partition, sort], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).ok()
    }
}

/// Whether a request has no members but these.
fn only(request: &Map<String, Value>, known: &[&str]) -> bool {
    request.keys().all(|name| known.contains(&name.as_str()))
}

/// The value of `ReturnConsumedCapacity`; `None` if it has to be refused.
fn capacity_mode(request: &Map<String, Value>) -> Option<Option<String>> {
    match request.get("ReturnConsumedCapacity").map(Value::as_str) {
        None => Some(None),
        Some(Some(mode @ ("NONE" | "TOTAL" | "INDEXES"))) => Some(Some(mode.to_owned())),
        Some(_) => None,
    }
}

/// The value of `ConsistentRead`; `None` if it has to be refused.
fn consistent(request: &Map<String, Value>) -> Option<bool> {
    request.get("ConsistentRead").map_or(Some(false), Value::as_bool)
}

/// The text of `{"S": text}`, if the value has this form and need not be refused.
fn text(value: &Value) -> Option<&str> {
    let value = value.as_object()?;
    let text = value.get("S")?.as_str()?;
    (value.len() == 1 && !text.is_empty() && text.len() <= LONGEST_KEY).then_some(text)
}

/// The stored form of a text key.
fn stored_text(value: &Value) -> Option<String> {
    text(value).map(|text| format!("S:{text}"))
}

/// Appends a member to an object that is being written.
fn member(body: &mut String, name: &str, value: &str) {
    body.push_str(if body.len() > 1 { ",\"" } else { "\"" });
    body.push_str(name);
    body.push_str("\":");
    body.push_str(value);
}

fn capacity_member(body: &mut String, consumed: Option<ConsumedCapacity>) -> Option<()> {
    if let Some(consumed) = consumed {
        member(body, "ConsumedCapacity", &serde_json::to_string(&consumed).ok()?);
    }
    Some(())
}

/// Reads the description of a table; `None` unless all its keys are text.
fn describe(connection: &Connection, name: &str) -> Option<Table> {
    let mut statement = connection.prepare_cached(TABLE).ok()?;
    let row = statement.query_row([name], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional().ok()?;
    let (key_schema, definitions, indexes): (String, String, Option<String>) = row?;
    let types: Vec<Value> = serde_json::from_str(&definitions).ok()?;
    let keys = keys_of(&serde_json::from_str(&key_schema).ok()?, &types)?;
    let indexes: Vec<Value> = indexes.map_or(Some(vec![]), |indexes| serde_json::from_str(&indexes).ok())?;
    let index =
        |index: &Value| Some((index.get("IndexName")?.as_str()?.to_owned(), keys_of(index.get("KeySchema")?, &types)?));
    let get = format!(
        "SELECT key_schema, item_json, coalesce(item_size, 0) FROM _tables \
         LEFT JOIN {} ON pk = ?2 AND sk = ?3 WHERE table_name = ?1 AND table_status = 'ACTIVE'",
        quoted(name)
    );
    Some(Table { keys, indexes: indexes.iter().filter_map(index).collect(), key_schema, get })
}

fn keys_of(schema: &Value, types: &[Value]) -> Option<Keys> {
    let mut partition = None;
    let mut sort = None;
    for key in schema.as_array()? {
        let name = key.get("AttributeName")?;
        let defined = types.iter().find(|one| one.get("AttributeName") == Some(name))?;
        if defined.get("AttributeType")? != "S" {
            return None;
        }
        let part = if key.get("KeyType")? == "HASH" { &mut partition } else { &mut sort };
        if part.replace(name.as_str()?.to_owned()).is_some() {
            return None;
        }
    }
    Some(Keys { partition: partition?, sort })
}

/// Quotes a name for SQL.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
