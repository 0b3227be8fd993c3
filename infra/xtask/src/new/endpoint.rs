//! A new endpoint: all its names are derived from the method and the path.

use super::{Files, area, ids, is_name};
use crate::{
    names::{Place, VERBS},
    openapi::path_parameters,
    run::{Result, files as all_files, read},
};
use std::fmt::Write;
use tradewind_lambda::{Function, Method};

/// The endpoint to create.
#[derive(clap::Args)]
pub struct Wanted {
    /// The method and the path.
    pub address: String,
    /// The name of the area, a folder of functions/.
    #[arg(long)]
    pub area: String,
    /// What the endpoint does, in one line.
    #[arg(long)]
    pub summary: String,
    /// The callers that are allowed.
    #[arg(long, value_enum, default_value_t = Who::User)]
    pub who: Who,
    /// The last part of the path names an action, and not a thing.
    #[arg(long)]
    pub verb: bool,
}

/// The callers that an endpoint allows.
#[derive(Clone, Copy, clap::ValueEnum)]
pub enum Who {
    /// Everybody, even outside a marketplace.
    Anybody,
    /// Everybody, within a marketplace.
    Public,
    /// Users with an account.
    User,
    /// Users with a shop.
    Seller,
    /// An administrator of the marketplace.
    Admin,
    /// The platform's operator.
    Operator,
}

impl Who {
    /// The type of the caller, and the caller in a test.
    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Anybody => ("Anybody", "world.anybody()"),
            Self::Public => ("Public", "market.anybody()"),
            Self::User => ("User", "market.buyer(\"bob\").await.client"),
            Self::Seller => ("Seller", "market.seller(\"sue\").await.client"),
            Self::Admin => ("Admin", "market.admin.client"),
            Self::Operator => ("Operator", "world.operator()"),
        }
    }
}

/// All files that are written or changed.
pub fn files(wanted: &Wanted) -> Result<Files> {
    area::known(&wanted.area)?;
    if wanted.summary.contains(['"', '\\', '\n']) || !wanted.summary.ends_with('.') {
        return Err("the summary is a sentence in a line, without quotation marks, that ends with a full stop".into());
    }
    let (method, path) = address(&wanted.address)?;
    let last = path.rsplit('/').next().unwrap_or_default();
    if wanted.verb && (method != Method::Post || last.starts_with('{')) {
        return Err("only a POST ends with a verb".into());
    }
    let verb = (wanted.verb || VERBS.contains(&last)).then_some(last);
    let place = Place::of_address(&wanted.area, method, path, verb);
    free(method, path, &place, &tradewind_local::functions())?;

    let mut files = Files::default();
    let sketch = Sketch::of(&mut files, wanted, method, path, &place, verb.is_some())?;
    let mut needs = vec!["tradewind-lambda"];
    if sketch.source.contains("JsonSchema") {
        needs.extend(["schemars", "serde"]);
    }
    if sketch.source.contains("tradewind_kernel::") {
        needs.push("tradewind-kernel");
    }
    if sketch.source.contains("Validate") {
        needs.push("garde");
    }
    files.add(&place.file(), sketch.source)?;
    let [folder, module] = &place.module;
    area::list(&mut files, &wanted.area, folder, module, true)?;
    area::depend(&mut files, &wanted.area, &needs)?;
    let test = area::test(&mut files, &wanted.area, &place.name, sketch.test)?;
    if wanted.verb && !VERBS.contains(&last) {
        files.change("infra/xtask/src/names.rs", |text| {
            let (head, list) = text.split_once("const VERBS: &[&str] =").ok_or("there are no VERBS")?;
            let list = list.trim_start().strip_prefix("&[").ok_or("VERBS is no list")?;
            Ok(format!("{head}const VERBS: &[&str] = &[\"{last}\", {list}"))
        })?;
    }
    files.next = format!(
        "{} answers 500 until it is written. Write {}, what it may do (`grants`), {test}, and a call in \
         tests/contract/examples/story.rs, whose answer becomes the document's example; then run `cargo xtask template`, \
         `openapi` and `events` again.",
        place.name,
        place.file(),
    );
    Ok(files)
}

/// Parses a method and a path.
fn address(text: &str) -> Result<(Method, &str)> {
    let (method, path) = text.split_once(' ').ok_or("an address is a method and a path: \"POST /v1/lamps\"")?;
    let method = match method {
        "GET" => Method::Get,
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "PATCH" => Method::Patch,
        "DELETE" => Method::Delete,
        other => return Err(format!("`{other}` is no method; there are GET, POST, PUT, PATCH and DELETE")),
    };
    let rest = path.strip_prefix("/v1/").ok_or_else(|| format!("`{path}` does not begin with /v1/"))?;
    let is_parameter = |name: &str| is_name(&name.replace('_', "-"));
    for part in rest.split('/') {
        let parameter = part.strip_prefix('{').and_then(|part| part.strip_suffix('}'));
        if !parameter.map_or_else(|| is_name(part), is_parameter) {
            return Err(format!("`{part}` can be no part of a path: small letters with hyphens, or an {{id}}"));
        }
    }
    if rest.starts_with('{') {
        return Err("a path begins with what it is about, not with an id".into());
    }
    let parameters: Vec<_> = path_parameters(path).collect();
    let mut once = parameters.clone();
    once.sort_unstable();
    once.dedup();
    if once.len() < parameters.len() { Err(format!("{path} names one parameter twice")) } else { Ok((method, path)) }
}

/// The parts of a path, without the names of its parameters.
fn places(path: &str) -> Vec<&str> {
    path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part }).collect()
}

/// Checks that no function has this name or address yet.
fn free(method: Method, path: &str, place: &Place, functions: &[Function]) -> Result<()> {
    for function in functions {
        if function.name == place.name {
            return Err(format!("there is a function {} already", place.name));
        }
        let Some(endpoint) = function.route().map(|route| route.endpoint) else { continue };
        if endpoint.method == method && places(endpoint.path) == places(path) {
            return Err(format!("{} answers `{}` already", function.name, endpoint.route_key()));
        }
        let mut shared = endpoint
            .path
            .split('/')
            .zip(path.split('/'))
            .take_while(|(one, other)| one == other || other.starts_with('{'));
        if let Some((one, other)) = shared.find(|(one, other)| one != other && one.starts_with('{')) {
            return Err(format!("{other} is called {one} in `{}`: call it so here, too", endpoint.path));
        }
    }
    Ok(())
}

/// The texts of the handler and of its test.
struct Sketch {
    source: String,
    test: String,
}

impl Sketch {
    fn of(files: &mut Files, wanted: &Wanted, method: Method, path: &str, place: &Place, verb: bool) -> Result<Self> {
        let (who, caller) = wanted.who.names();
        let operation = place.module[1].as_str();
        let parameters: Vec<_> = path_parameters(path).collect();
        let (mut lambda, mut kernel) = (vec!["App", "Endpoint", "Problem", "Reply", "Request"], vec![]);
        lambda.push(who);
        let mut types = String::new();

        let one = if let [one] = parameters.as_slice() { ids::one_of_a_kind(one)? } else { None };
        let mut params = match (&one, parameters.as_slice()) {
            (_, []) => String::new(),
            (Some(known), _) => {
                lambda.push(known);
                known.clone()
            }
            (None, several) => {
                types.push_str(
                    "/// What the path names.\n#[derive(Debug, Clone, Deserialize, JsonSchema)]\npub struct Params {\n",
                );
                for name in several {
                    let of = match name.strip_suffix("_id") {
                        Some("dispute") | None => "String".to_owned(),
                        Some(thing) => {
                            kernel.push(ids::ensure(files, thing)?);
                            kernel.last().cloned().unwrap_or_default()
                        }
                    };
                    let words = name.trim_end_matches("_id").replace('_', " ");
                    writeln!(types, "    /// Which {words}.\n    {name}: {of},").map_err(|e| e.to_string())?;
                }
                types.push_str("}\n\n");
                "Params".to_owned()
            }
        };
        if operation == "list" {
            lambda.extend(["ListView", "Paged"]);
            params = if params.is_empty() { "Paged".to_owned() } else { format!("Paged<{params}>") };
        }
        let body =
            (!verb && matches!(method, Method::Post | Method::Put | Method::Patch)).then(|| ids::pascal(operation));
        if let Some(body) = &body {
            write!(types, "/// What is sent.\n#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]\n#[serde(deny_unknown_fields)]\npub struct {body} {{}}\n\n")
                .map_err(|e| e.to_string())?;
        }
        let request = match (&body, params.is_empty()) {
            (None, true) => format!("Request<{who}>"),
            (body, true) => format!("Request<{who}, {}>", body.as_deref().unwrap_or("()")),
            (body, false) => format!("Request<{who}, {}, {params}>", body.as_deref().unwrap_or("()")),
        };
        let thing = crate::names::singular(&place.module[0]);
        let view = format!("{}View", ids::pascal(&thing));
        let shown = if method == Method::Delete { None } else { view_of(&wanted.area, &view)? };
        let (mut uses, mut answer) = (String::new(), "()".to_owned());
        if method != Method::Delete {
            match shown {
                Some(module) => uses = format!("use crate::{module}::{view};\n"),
                None => {
                    let words = thing.replace('_', " ");
                    write!(types, "/// What is answered of the {words}.\n#[derive(Debug, Serialize, JsonSchema)]\npub struct {view} {{}}\n\n")
                        .map_err(|e| e.to_string())?;
                }
            }
            answer = if operation == "list" { format!("ListView<{view}>") } else { view };
        }
        let (status, grants) = match method {
            Method::Delete => (204, ""),
            Method::Post if !verb => (201, ""),
            Method::Get if operation == "list" => (200, ".grants(&[Grant::SealingKey])"),
            Method::Get | Method::Post | Method::Put | Method::Patch => (200, ""),
        };
        if !grants.is_empty() {
            lambda.push("Grant");
        }
        let success = if status == 200 { String::new() } else { format!(".success({status})") };
        uses.push_str(&imports(&types, &lambda, &kernel));
        let (name, summary, verb) = (&place.name, &wanted.summary, method.to_string().to_lowercase());
        let told = lowered(summary);
        let source = format!(
            "//! `{method} {path}`: {told}\n\n{uses}\npub const ENDPOINT: Endpoint = \
             Endpoint::{verb}(\"{name}\", \"{path}\", \"{summary}\"){success}{grants};\n\n{types}pub async fn handle(app: App, \
             request: {request}) -> Result<Reply<{answer}>, Problem> {{\n    Err(Problem::internal(\"{name} is not written \
             yet\"))\n}}\n"
        );
        let mut shown = path.to_owned();
        for parameter in parameters {
            shown = shown.replace(&format!("{{{parameter}}}"), &ids::example(files, parameter)?);
        }
        Ok(Self { source, test: test(path, &shown, caller, &verb, status) })
    }
}

/// A test that expects success, and so fails until the endpoint is written.
fn test(path: &str, shown: &str, caller: &str, verb: &str, status: u16) -> String {
    let sends = matches!(verb, "post" | "put" | "patch");
    let (uses, body) = if sends { ("use serde_json::json;\n", ", json!({})") } else { ("", "") };
    let market = if caller.starts_with("market") { "let market = world.market(\"bikes\").await;\n" } else { "" };
    let make = if shown == path { "" } else { "// What the path names is made here first, and has another id.\n" };
    format!(
        "{uses}use tradewind_tests::World;\n\n#[tokio::test(flavor = \"multi_thread\")]\nasync fn it_does_what_it_says() {{\n\
         let world = World::start().await;\n{market}{make}let caller = {caller};\ncaller.{verb}(\"{shown}\"{body}).await.expect({status});\n\
         world.stop().await;\n}}\n"
    )
}

/// The module of an area that already has this view.
fn view_of(area: &str, view: &str) -> Result<Option<String>> {
    let folder = format!("functions/{area}/src");
    for file in all_files(&folder, ".rs")? {
        if read(&file)?.contains(&format!("pub struct {view} ")) {
            let module = file.trim_start_matches(&folder).trim_end_matches(".rs").trim_matches('/').replace('/', "::");
            return Ok(Some(module));
        }
    }
    Ok(None)
}

fn imports(types: &str, lambda: &[&str], kernel: &[String]) -> String {
    let mut lines = vec![format!("use tradewind_lambda::{{{}}};", lambda.join(", "))];
    if !kernel.is_empty() {
        lines.push(format!("use tradewind_kernel::{{{}}};", kernel.join(", ")));
    }
    let serde: Vec<_> = ["Deserialize", "Serialize"].into_iter().filter(|name| types.contains(name)).collect();
    if !serde.is_empty() {
        lines.push(format!("use serde::{{{}}};", serde.join(", ")));
        lines.push("use schemars::JsonSchema;".into());
    }
    if types.contains("Validate") {
        lines.push("use garde::Validate;".into());
    }
    lines.sort();
    lines.join("\n") + "\n"
}

/// A sentence for use after a colon, in which it begins with a small letter.
fn lowered(summary: &str) -> String {
    let mut letters = summary.chars();
    letters.next().map(|first| first.to_lowercase().to_string() + letters.as_str()).unwrap_or_default()
}
