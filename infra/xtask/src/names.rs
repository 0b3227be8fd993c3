//! The names of functions and the places of their files: both follow from the address of an endpoint, by these rules.
//!
//! - **Operation**: `list` (`GET` of a collection), `get`, `create` (`POST`), `replace` (`PUT`), `update` (`PATCH`), `delete`; or the
//!   verb of `POST …/<verb>`, one of [`VERBS`].
//! - **Resource**: the last part of the path that names a collection or a single thing. The part before it is put in front of it, in the
//!   singular, unless that is the area; a resource that begins with the area's name loses that. `/v1/sellers/{seller_id}/payout-account`
//!   of the area `payouts` is `seller-account`.
//! - **Function**, and so binary and `operationId`: `<area>-<resource>-<operation>`, without the resource if it is the area itself.
//! - **File**: `functions/<area>/src/<resource>/<operation>.rs`.
//!
//! A function that is not an endpoint is `<area>-<what>`, in `src/consumers/<what>.rs`, `src/jobs/`, `src/gateway/` or `src/streams/`,
//! depending on what calls it.

use crate::run::{Result, compare, files, read, write as write_file};
use tradewind_lambda::{Endpoint, Function, Method, Trigger};

/// Words at the end of a path that name an action, where all others name things. `cargo xtask new endpoint --verb` adds one.
pub const VERBS: &[&str] =
    &["claim", "close", "confirm", "end-others", "publish", "refresh", "resolve", "resume", "suspend"];
/// Words in a path that stand for a single thing of a collection, as ids do.
const ONE: [&str; 1] = ["current"];

/// The name and the file that a function must have.
#[derive(Debug, PartialEq, Eq)]
pub struct Place {
    /// The name that the function must have.
    pub name: String,
    /// Its module in the area: the folder and the file, with underscores.
    pub module: [String; 2],
    area: String,
}

impl Place {
    /// The place of a function, depending on what calls it.
    fn of(function: &Function) -> Self {
        let (area, what) = function.name.split_once('-').unwrap_or((function.name, ""));
        let folder = match &function.trigger {
            Trigger::Http(route) => return Self::of_endpoint(&route.endpoint),
            Trigger::Queue(_) => "consumers",
            Trigger::Schedule(_) => "jobs",
            Trigger::Stream(_) => "streams",
            Trigger::Fallback(_) | Trigger::Authoriser => "gateway",
        };
        Self { name: function.name.into(), module: [folder.into(), what.replace('-', "_")], area: area.into() }
    }

    /// The place of an endpoint. Only the area is taken from its name.
    pub fn of_endpoint(endpoint: &Endpoint) -> Self {
        let area = endpoint.function.split('-').next().unwrap_or_default();
        let verb = endpoint.path.rsplit('/').next().filter(|last| VERBS.contains(last));
        Self::of_address(area, endpoint.method, endpoint.path, verb)
    }

    /// The place of the endpoint with this address. For a `POST`, the last part of the path may be a verb.
    pub fn of_address(area: &str, method: Method, path: &str, verb: Option<&str>) -> Self {
        let (resource, operation) = address(area, method, path, verb);
        let own = singular(&resource) == singular(area);
        let name = if own { format!("{area}-{operation}") } else { format!("{area}-{resource}-{operation}") };
        Self { name, module: [resource.replace('-', "_"), operation.replace('-', "_")], area: area.into() }
    }

    /// The file with its declaration and handler.
    pub fn file(&self) -> String {
        format!("functions/{}/src/{}.rs", self.area, self.module.join("/"))
    }

    fn binary(&self) -> String {
        format!("functions/{}/src/bin/{}.rs", self.area, self.name)
    }
}

/// The resource and the operation to which an address refers in an area.
fn address(area: &str, method: Method, path: &str, verb: Option<&str>) -> (String, String) {
    let is_one = |part: &str| part.starts_with('{') || ONE.contains(&part);
    let mut parts: Vec<_> = path.trim_start_matches("/v1/").split('/').collect();
    let verb = parts.pop_if(|last| method == Method::Post && Some(*last) == verb);
    let of_one = parts.last().is_some_and(|last| is_one(last));
    let mut things = parts.into_iter().filter(|part| !is_one(part)).rev();
    let (thing, parent) = (things.next().unwrap_or_default(), things.next());
    let operation = verb.unwrap_or(match method {
        Method::Get if of_one || singular(thing) == thing => "get",
        Method::Get => "list",
        Method::Post => "create",
        Method::Put => "replace",
        Method::Patch => "update",
        Method::Delete => "delete",
    });
    let area = singular(area);
    let inside = thing.strip_prefix(&format!("{area}-")).unwrap_or(thing);
    let parent = parent.map(singular).filter(|parent| *parent != area);
    let resource = parent.map_or(inside.to_owned(), |parent| format!("{parent}-{inside}"));
    (resource, operation.to_owned())
}

/// The singular of a word: `processes` becomes `process`, and `access` stays as it is.
pub fn singular(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("ies") {
        return format!("{stem}y");
    }
    match word.strip_suffix("es").filter(|stem| stem.ends_with("ss")) {
        Some(stem) => stem.to_owned(),
        None if word.ends_with("ss") || word.ends_with("us") => word.to_owned(),
        None => word.strip_suffix('s').unwrap_or(word).to_owned(),
    }
}

/// The source of a function's binary.
fn binary(function: &Function, place: &Place) -> String {
    let says = function.route().map_or_else(
        || function.summary.to_owned(),
        |route| format!("`{} {}`.", route.endpoint.method, route.endpoint.path),
    );
    let path = place.module.join("::");
    format!("//! {says}\n\ntradewind_lambda::main!(tradewind_functions_{}::function::{path});\n", place.area)
}

/// Writes each function's binary.
pub fn write_binaries(functions: &[Function]) -> Result<()> {
    for function in functions {
        let place = Place::of(function);
        let (file, text) = (place.binary(), binary(function, &place));
        // This writes only changes, because cargo rebuilds every file that was touched.
        if read(&file).ok().as_ref() != Some(&text) {
            write_file(&file, &text)?;
        }
    }
    Ok(())
}

/// Checks that every function has the name and the file that its address requires, and its binary.
pub fn check() -> Result<String> {
    let functions = tradewind_local::functions();
    let mut wrong: Vec<_> = functions.iter().filter_map(fault).collect();
    let known: Vec<_> = functions.iter().map(|function| Place::of(function).binary()).collect();
    let binaries = files("functions", ".rs")?.into_iter().filter(|file| file.contains("/src/bin/"));
    wrong.extend(binaries.filter(|file| !known.contains(file)).map(|file| format!("{file} is of no function")));
    if !wrong.is_empty() {
        return Err(wrong.join("\n"));
    }
    for function in &functions {
        let place = Place::of(function);
        compare(&place.binary(), &binary(function, &place), "cargo xtask template")?;
    }
    Ok(format!("{} functions", functions.len()))
}

/// The error in a function's name or file, if there is one.
fn fault(function: &Function) -> Option<String> {
    let (name, place) = (function.name, Place::of(function));
    let address = |endpoint: Endpoint| format!("{} {}", endpoint.method, endpoint.path);
    let what = function.route().map_or_else(|| name.to_owned(), |route| address(route.endpoint));
    if place.name != name {
        return Some(format!("{what} is called {name}, and must be {}", place.name));
    }
    let declares = read(&place.file()).is_ok_and(|text| text.contains(&format!("\"{name}\"")));
    (!declares).then(|| format!("{what} must be declared as \"{name}\" in {}", place.file()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_from_addresses() {
        let of = |method: &str, path: &'static str, area: &'static str| {
            let make = match method {
                "GET" => Endpoint::get,
                "PUT" => Endpoint::put,
                "PATCH" => Endpoint::patch,
                "DELETE" => Endpoint::delete,
                _ => Endpoint::post,
            };
            let place = Place::of_endpoint(&make(area, path, ""));
            format!("{} in {}", place.name, place.module.join("/"))
        };
        for (method, path, area, is) in [
            ("GET", "/v1/orders", "orders", "orders-list in orders/list"),
            ("GET", "/v1/orders/{order_id}", "orders", "orders-get in orders/get"),
            ("POST", "/v1/orders/{order_id}/claim", "orders", "orders-claim in orders/claim"),
            ("POST", "/v1/orders/{order_id}/refunds", "orders", "orders-refunds-create in refunds/create"),
            ("GET", "/v1/sellers/{seller_id}/orders", "orders", "orders-seller-orders-list in seller_orders/list"),
            (
                "POST",
                "/v1/orders/{order_id}/refunds/{refund_id}/resolution",
                "orders",
                "orders-refund-resolution-create in refund_resolution/create",
            ),
            ("PUT", "/v1/cart", "orders", "orders-cart-replace in cart/replace"),
            ("GET", "/v1/payouts/{payout_id}/statement", "payouts", "payouts-statement-get in statement/get"),
            (
                "GET",
                "/v1/sellers/{seller_id}/payout-account",
                "payouts",
                "payouts-seller-account-get in seller_account/get",
            ),
            ("DELETE", "/v1/sessions/current", "identity", "identity-sessions-delete in sessions/delete"),
            ("POST", "/v1/sessions/refresh", "identity", "identity-sessions-refresh in sessions/refresh"),
            ("GET", "/v1/order-processes/{version}", "tenants", "tenants-order-processes-get in order_processes/get"),
            ("POST", "/v1/reconciliations", "reconciliation", "reconciliation-create in reconciliations/create"),
            (
                "POST",
                "/v1/categories/{id}/processes",
                "catalog",
                "catalog-category-processes-create in category_processes/create",
            ),
            ("GET", "/v1/me/address", "identity", "identity-me-address-get in me_address/get"),
        ] {
            assert_eq!(of(method, path, area), is, "{method} {path}");
        }
    }

    #[test]
    fn what_does_not_follow_is_found() {
        let mut function = tradewind_local::functions().into_iter().find(|f| f.name == "orders-list").unwrap();
        assert_eq!(fault(&function), None);
        function.name = "orders-all";
        assert!(fault(&function).unwrap().contains("must be orders-list"));
        function.name = "sellers-orders-list";
        if let Trigger::Http(route) = &mut function.trigger {
            route.endpoint.function = function.name;
        }
        assert!(fault(&function).unwrap().contains("must be declared"));
    }
}
