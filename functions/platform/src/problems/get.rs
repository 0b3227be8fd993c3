//! `GET /v1/problems/{problem}`: a page about one kind of problem: what it means and what to do. The `type` of each problem is the address
//! of its page.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use std::borrow::Cow;
use tradewind_lambda::{Anybody, App, Code, Endpoint, Problem, Reply, Request};

pub const ENDPOINT: Endpoint =
    Endpoint::get("platform-problems-get", "/v1/problems/{problem}", "Says what a problem means and what to do.")
        .page()
        .public_for(3600);

/// The parameters of the path: a kind of problem.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct OfProblem {
    /// The code of the problem.
    problem: Known,
}

/// The code of a problem that exists.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
struct Known(String);

impl JsonSchema for Known {
    fn schema_name() -> Cow<'static, str> {
        "ProblemCode".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let codes: Vec<_> = Code::ALL.iter().map(|code| code.name).collect();
        json_schema!({ "type": "string", "enum": codes, "description": "The code of a problem." })
    }
}

pub async fn handle(_: App, request: Request<Anybody, (), OfProblem>) -> Result<Reply<()>, Problem> {
    let code = Code::find(&request.params.problem.0).ok_or_else(|| Problem::not_found("problem"))?;
    Ok(Reply::page(page(code)))
}

fn page(Code { status, name, meaning, remedy }: &Code) -> String {
    let (meaning, remedy) = (text(meaning), text(remedy));
    // The name is one long word; this lets it break on the narrow screen of a phone.
    let heading = name.replace('_', "_<wbr>");
    format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{name} - Tradewind</title>
<style>:root {{ color-scheme: light dark; }} body {{ font: 1.1em/1.5 system-ui, sans-serif; max-width: 40em; margin: 2em auto; padding: 0 1em; }}</style>
</head>
<body>
<h1><code>{heading}</code></h1>
<p>A problem of this code comes with the status {status}.</p>
<h2>What it means</h2>
<p>{meaning}</p>
<h2>What to do</h2>
<p>{remedy} Its <code>detail</code> says more about the request at hand.</p>
</body>
</html>
"#
    )
}

/// Escapes the words for HTML. Text between backticks is shown as code; there is no other markup.
fn text(words: &str) -> String {
    let plain = words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let parts = plain.split('`').enumerate();
    parts.map(|(number, part)| if number % 2 == 1 { format!("<code>{part}</code>") } else { part.to_owned() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_on_a_page_is_text() {
        assert_eq!(text("Send `a <b>` & c."), "Send <code>a &lt;b&gt;</code> &amp; c.");
        for code in Code::ALL {
            assert!(!text(code.meaning).contains('`') && !text(code.remedy).contains('`'), "{}", code.name);
        }
    }
}
