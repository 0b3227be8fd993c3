//! Links between operations: an operation that names a thing in its path is linked from every answer that contains an id of that kind.

use super::{known::Operation, path_parameters};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use tradewind_http::Method;

const PREFIX: &str = "#/components/schemas/";
/// How deep in an answer ids are searched for.
const DEEPEST: u8 = 3;

/// The operations to which answers can link.
pub struct Links<'a> {
    schemas: &'a Map<String, Value>,
    targets: Vec<Target<'a>>,
}

/// An operation with parameters in its path.
struct Target<'a> {
    function: &'a str,
    summary: &'a str,
    reads: bool,
    path: &'a str,
    /// Each parameter, and the type of its id; an id without a type of its own is recognised by the path before it.
    parameters: Vec<(&'a str, Option<String>)>,
}

impl<'a> Links<'a> {
    /// Collects the operations to which an answer can link.
    pub fn new(operations: &'a [Operation<'a>], schemas: &'a Map<String, Value>) -> Self {
        let parameters = |operation: &'a Operation<'a>| {
            let kind = |name: &str| reference(operation.parameters.get("properties")?.get(name)?);
            path_parameters(operation.route.endpoint.path).map(|name| (name, kind(name))).collect()
        };
        let target = |operation: &'a Operation<'a>| {
            let endpoint = &operation.route.endpoint;
            let (function, summary, path) = (endpoint.function, endpoint.summary, endpoint.path);
            let reads = endpoint.method == Method::Get;
            Target { function, summary, reads, path, parameters: parameters(operation) }
        };
        let targets = operations.iter().filter(|operation| !operation.route.endpoint.signed).map(target);
        Self { schemas, targets: targets.filter(|target| !target.parameters.is_empty()).collect() }
    }

    /// The links of an operation's answer.
    pub fn from(&self, operation: &Operation<'_>) -> Option<Map<String, Value>> {
        let (mut found, mut plain) = (BTreeMap::new(), BTreeMap::new());
        self.look(operation.response.as_ref()?, "", DEEPEST, &mut found, &mut plain);
        let source = &operation.route.endpoint;
        let link = |target: &Target<'_>| {
            let (mut held, mut itself) = (false, false);
            let mut expression = |(name, kind): &(&str, Option<String>)| {
                let before = target.path.split(&format!("/{{{name}}}")).next().unwrap_or_default();
                let place = match kind {
                    Some(kind) => found.get(kind),
                    None if source.path == before => [*name, "id"]
                        .iter()
                        .flat_map(|name| [format!("/{name}"), format!("/data/0/{name}")])
                        .find_map(|at| plain.get(&at)),
                    None => None,
                };
                if let Some(place) = place {
                    held = true;
                    itself |= place.ends_with("/id") || place.ends_with("/code") || kind.is_none();
                    return Some((name.to_string(), json!(format!("$response.body#{place}"))));
                }
                let own = path_parameters(source.path).any(|own| own == *name);
                own.then(|| (name.to_string(), json!(format!("$request.path.{name}"))))
            };
            let parameters: Option<Map<_, _>> = target.parameters.iter().map(&mut expression).collect();
            // If an answer only refers to a thing, it links to operations that read it; if it is the thing, or contains it, it links to all
            // operations on it.
            let leads = held && (itself || target.reads) && target.function != source.function;
            let parameters = parameters.filter(|_| leads)?;
            let link =
                json!({ "operationId": target.function, "description": target.summary, "parameters": parameters });
            Some((target.function.to_owned(), link))
        };
        Some(self.targets.iter().filter_map(link).collect::<Map<_, _>>()).filter(|links| !links.is_empty())
    }

    /// Records where ids are: for each type the first one found, those nearest to the top first.
    fn look(
        &self,
        schema: &Value,
        at: &str,
        deep: u8,
        found: &mut BTreeMap<String, String>,
        plain: &mut BTreeMap<String, String>,
    ) {
        let target = reference(schema).and_then(|name| self.schemas.get(&name));
        let schema = target.unwrap_or(schema);
        let Some(deeper) = deep.checked_sub(1) else { return };
        let fields = || schema.get("properties").and_then(Value::as_object).into_iter().flatten();
        for (name, field) in fields() {
            match reference(field).filter(|kind| kind.ends_with("Id") || kind.ends_with("Code")) {
                // The id of the thing itself comes before ids of things to which it refers.
                Some(kind) if name == "id" => drop(found.insert(kind, format!("{at}/{name}"))),
                Some(kind) => drop(found.entry(kind).or_insert_with(|| format!("{at}/{name}"))),
                None => drop(plain.insert(format!("{at}/{name}"), format!("{at}/{name}"))),
            }
        }
        let mut below = BTreeMap::new();
        for (name, field) in fields() {
            self.look(field, &format!("{at}/{name}"), deeper, &mut below, plain);
            if let Some(items) = field.get("items") {
                self.look(items, &format!("{at}/{name}/0"), deeper, &mut below, plain);
            }
        }
        for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.look(part, at, deeper, &mut below, plain);
        }
        for (kind, place) in below {
            found.entry(kind).or_insert(place);
        }
    }
}

/// The name of the schema to which this one refers.
fn reference(schema: &Value) -> Option<String> {
    schema.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix(PREFIX)).map(str::to_owned)
}
