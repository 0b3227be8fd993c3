//! The parameters in an endpoint's path and query: a struct whose fields are the parameters. Those that stand in the endpoint's path
//! are read from there, all others from the query. The struct's schema is shown in the OpenAPI document, and requests are checked
//! against it.
//!
//! An id in the path that cannot be valid names nothing: 404. Every other fault is 422. A query parameter that the endpoint does not
//! have is refused like an unknown field of a body: it would be ignored, and its sender would believe otherwise.

use crate::{
    FieldError, Problem,
    body::plain,
    shape::{At, Kind, Shape, words},
};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use std::{
    collections::{BTreeSet, HashMap},
    ops::Deref,
};

/// The parameters of path and query.
pub trait Parameters: Clone + Send + Sync + Sized + 'static {
    /// Their schema: an object with a field for each parameter.
    fn schema(generator: &mut SchemaGenerator) -> Schema;

    /// Reads them from the parameters of a request, which have been checked already.
    fn read(given: &Value) -> Result<Self, FieldError>;
}

impl<T: DeserializeOwned + JsonSchema + Clone + Send + Sync + 'static> Parameters for T {
    fn schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }

    fn read(given: &Value) -> Result<Self, FieldError> {
        serde_path_to_error::deserialize(given).map_err(|error| {
            let field = error.path().to_string();
            plain(if field == "." { "query" } else { &field }, &error.into_inner().to_string())
        })
    }
}

/// No parameters.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Nothing {}

/// Parameters of a list endpoint: its own, and which page is wanted.
#[derive(Debug, Clone)]
pub struct Paged<T = Nothing> {
    of: T,
    paging: Paging,
}

/// Which page of a list is wanted.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Paging {
    /// The most items on the page.
    #[serde(default = "usual_page")]
    #[schemars(range(min = 1, max = 100))]
    pub limit: u16,
    /// The `next_cursor` of the previous page.
    #[schemars(length(min = 1, max = 2000))]
    pub cursor: Option<String>,
}

fn usual_page() -> u16 {
    20
}

/// Parameters, and whether the answer is wanted as a file: `format=csv`. It is a query parameter and not the `Accept` header, so that
/// it can be part of a link.
#[derive(Debug, Clone)]
pub struct AsCsv<T = Nothing> {
    of: T,
    wanted: Wanted,
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
struct Wanted {
    /// `csv` for a file with everything in one answer.
    #[serde(default)]
    format: Format,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, serde::Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum Format {
    #[default]
    Json,
    Csv,
}

impl<T> AsCsv<T> {
    /// Whether the answer is wanted as CSV.
    pub fn csv(&self) -> bool {
        self.wanted.format == Format::Csv
    }
}

impl<T: Parameters> Parameters for Paged<T> {
    fn schema(generator: &mut SchemaGenerator) -> Schema {
        both(T::schema(generator), Paging::json_schema(generator))
    }

    fn read(given: &Value) -> Result<Self, FieldError> {
        Ok(Self { of: T::read(given)?, paging: Paging::read(given)? })
    }
}

impl<T: Parameters> Parameters for AsCsv<T> {
    fn schema(generator: &mut SchemaGenerator) -> Schema {
        both(T::schema(generator), Wanted::json_schema(generator))
    }

    fn read(given: &Value) -> Result<Self, FieldError> {
        let wanted = Wanted::read(given)?;
        if wanted.format == Format::Csv && given.get("cursor").is_some() {
            let message = "A file holds everything at once: leave the cursor out.".into();
            return Err(FieldError { field: "cursor".into(), message });
        }
        Ok(Self { of: T::read(given)?, wanted })
    }
}

impl<T> Deref for Paged<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.of
    }
}

impl<T> Deref for AsCsv<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.of
    }
}

impl<T> AsRef<Paging> for Paged<T> {
    fn as_ref(&self) -> &Paging {
        &self.paging
    }
}

/// Merges the fields of two schemas.
fn both(mut one: Schema, other: Schema) -> Schema {
    let take = |schema: &Schema, name: &str| schema.get(name).cloned();
    let (fields, needed) = (take(&other, "properties"), take(&other, "required"));
    if let (Some(Value::Object(more)), Value::Object(fields)) =
        (fields, one.ensure_object().entry("properties").or_insert_with(|| Value::Object(Map::new())))
    {
        fields.extend(more);
    }
    if let (Some(Value::Array(more)), Value::Array(needed)) =
        (needed, one.ensure_object().entry("required").or_insert_with(|| Value::Array(vec![])))
    {
        needed.extend(more);
    }
    one
}

/// Reads and checks the parameters of a request.
pub fn read_parameters<P: Parameters>(
    shape: &Shape,
    path: &HashMap<String, String>,
    query: Option<&str>,
) -> Result<P, Problem> {
    let fields: HashMap<_, _> = shape.fields().collect();
    let (mut given, mut errors) = (Map::new(), vec![]);
    for (name, text) in path {
        let schema = fields.get(name.as_str()).ok_or_else(|| Problem::internal(format!("no type has `{name}`")))?;
        given.insert(name.clone(), typed(shape, schema, text));
    }
    let known: BTreeSet<_> = fields.keys().copied().filter(|name| !path.contains_key(*name)).collect();
    for (name, text) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        match fields.get(name.as_ref()).filter(|_| known.contains(name.as_ref())) {
            None => errors.push(At::ROOT.field(&name).error(words::unknown("query parameter", &known))),
            Some(_) if given.contains_key(name.as_ref()) => {
                errors.push(At::ROOT.field(&name).error("This is there twice: send it once."));
            }
            Some(schema) => drop(given.insert(name.into_owned(), typed(shape, schema, &text))),
        }
    }
    let given = Value::Object(given);
    let wrong = shape.check(&given);
    if let Some(name) = wrong.iter().find_map(|error| path.get_key_value(&error.field)).map(|(name, _)| name) {
        return Err(nothing(name));
    }
    errors.extend(wrong);
    if !errors.is_empty() {
        return Err(Problem::fields(errors));
    }
    P::read(&given).map_err(|error| match path.contains_key(&error.field) {
        true => nothing(&error.field),
        false => Problem::fields(vec![error]),
    })
}

/// A 404 for a path parameter that cannot be an id; the thing is named after the parameter: `listing_id` is a listing's.
fn nothing(parameter: &str) -> Problem {
    Problem::not_found(&parameter.trim_end_matches("_id").replace('_', " "))
}

/// A parameter is text; where the schema wants a number or a boolean, it is read as one if possible.
fn typed(shape: &Shape, schema: &Value, text: &str) -> Value {
    let schema = shape.resolved(schema);
    let branches = schema.get("anyOf").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let rules = branches.iter().map(|branch| shape.resolved(branch)).chain([schema]).filter_map(Value::as_object);
    let kinds: Vec<_> = rules.flat_map(Kind::allowed).collect();
    let digits = |text: &str| text.strip_prefix('-').unwrap_or(text).bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse::<i64>().ok().filter(|_| kinds.contains(&Kind::Whole) && digits(text));
    let truth = text.parse::<bool>().ok().filter(|_| kinds.contains(&Kind::Truth));
    number.map(Value::from).or(truth.map(Value::from)).unwrap_or_else(|| Value::String(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradewind_kernel::{Currency, ListingId, period::Day};

    #[derive(Debug, Clone, Deserialize, JsonSchema)]
    struct Filter {
        listing_id: ListingId,
        from: Option<Day>,
        currency: Option<Currency>,
        #[serde(default)]
        open: bool,
    }

    const ID: &str = "lst_01jd0000000000000000000000";

    fn read(id: &str, query: &str) -> Result<Paged<AsCsv<Filter>>, Problem> {
        let shape = Shape::of(Paged::<AsCsv<Filter>>::schema);
        read_parameters(&shape, &HashMap::from([("listing_id".to_owned(), id.to_owned())]), Some(query))
    }

    fn refused(query: &str) -> Vec<String> {
        let problem = read(ID, query).unwrap_err();
        assert_eq!((problem.status.as_u16(), problem.code), (422, "invalid"));
        problem.errors.into_iter().map(|error| format!("{}: {}", error.field, error.message)).collect()
    }

    #[test]
    fn path_and_query_are_read_into_one_struct() {
        let all = read(ID, "limit=5&cursor=a%2Bb&from=2026-01-31&currency=EUR&open=true").unwrap();
        let paging: &Paging = all.as_ref();
        assert_eq!((paging.limit, paging.cursor.as_deref(), all.csv()), (5, Some("a+b"), false));
        assert_eq!((all.listing_id.as_str(), all.from.unwrap().to_string(), all.open), (ID, "2026-01-31".into(), true));
        assert_eq!(all.currency, Currency::parse("EUR"));
        let none = read(ID, "").unwrap();
        let paging: &Paging = none.as_ref();
        assert_eq!((paging.limit, &paging.cursor, none.csv(), none.from, none.open), (20, &None, false, None, false));
    }

    #[test]
    fn a_file_holds_everything_at_once() {
        assert!(read(ID, "format=csv&limit=5").unwrap().csv());
        let told = "cursor: A file holds everything at once: leave the cursor out.";
        assert_eq!(refused("format=csv&cursor=a"), [told]);
    }

    #[test]
    fn what_is_unknown_given_twice_or_empty_is_refused() {
        let known = "Known are `currency`, `cursor`, `format`, `from`, `limit`, `open`.";
        assert_eq!(refused("page=2"), [format!("page: There is no such query parameter. {known}")]);
        assert_eq!(refused("limit=1&limit=2"), ["limit: This is there twice: send it once."]);
        assert_eq!(refused("cursor="), ["cursor: This is empty: send at least 1 character."]);
        assert_eq!(refused("limit="), ["limit: Send a whole number from 1 to 100, not a text."]);
        // The id comes from the path, and nobody can send another one in the query.
        assert_eq!(refused(&format!("listing_id={ID}")).len(), 1);
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let all = refused("limit=101&format=xml&open=yes");
        assert_eq!(all.len(), 3, "{all:?}");
        assert!(all.contains(&"limit: Send a number from 1 to 100.".to_owned()), "{all:?}");
        assert!(all.contains(&"format: Send `json` or `csv`.".to_owned()), "{all:?}");
        assert_eq!(refused("limit=+5"), refused("limit=five"));
        assert_eq!(refused("from=2026-02-30"), ["from: Send a day, like 2026-01-31."]);
    }

    #[test]
    fn an_id_that_cannot_be_one_names_nothing() {
        for id in ["", "lst_1", "ord_01jd0000000000000000000000", "lst_01jd#000000000000000000000"] {
            let problem = read(id, "").unwrap_err();
            assert_eq!((problem.status.as_u16(), problem.detail.as_str()), (404, "There is no such listing."), "{id}");
        }
    }
}
