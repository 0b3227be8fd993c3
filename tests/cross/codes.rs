//! Checks that every code with which the product refuses has a page, and that every page is about an existing code.

use std::{fs, path::Path};
use tradewind_http::Code;
use tradewind_tests::World;

/// The sources of the product, without those of the list of codes itself.
fn sources() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut folders = vec![root.join("shared"), root.join("functions")];
    let mut texts = vec![];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") && !path.ends_with("http/src/codes.rs") {
                texts.push(fs::read_to_string(path).unwrap());
            }
        }
    }
    texts
}

/// The first name after each occurrence of `word`.
fn named(text: &str, word: &str) -> Vec<String> {
    let after = text.split(word).skip(1).map(|rest| rest.trim_start());
    let quoted = after.filter_map(|rest| rest.strip_prefix('"')?.split('"').next());
    quoted.filter(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '_')).map(str::to_owned).collect()
}

#[test]
fn every_code_is_in_the_catalogue_with_its_status_and_none_is_idle() {
    let sources = sources();
    for (constructor, status) in
        [("bad_request(", 400), ("unauthorized(", 401), ("forbidden(", 403), ("conflict(", 409)]
    {
        for name in sources.iter().flat_map(|text| named(text, &format!("Problem::{constructor}"))) {
            let code = Code::find(&name).unwrap_or_else(|| panic!("shared/http/src/codes.rs has no `{name}`"));
            assert_eq!(code.status, status, "{name}");
        }
    }
    for code in Code::ALL {
        let quoted = format!("\"{}\"", code.name);
        assert!(sources.iter().any(|text| text.contains(&quoted)), "nothing refuses with `{}`", code.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_type_of_a_problem_leads_to_a_page_about_it() {
    let world = World::start().await;
    let problem = world.anybody().at("nowhere").get("/v1/marketplace").await.expect_problem(404, "not_found");
    assert_eq!(problem.json["type"], "/v1/problems/not_found");
    for code in Code::ALL {
        let page = world.anybody().get(&Code::address(code.name)).await.expect(200);
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert!(page.header("content-security-policy").contains("default-src 'none'"));
        // A long name may break between its words.
        let heading = format!("<h1><code>{}</code></h1>", code.name);
        assert!(page.text.replace("<wbr>", "").contains(&heading), "{}", page.text);
        assert!(page.text.contains(&code.status.to_string()) && page.text.contains("What to do"), "{}", page.text);
    }
    world.anybody().get("/v1/problems/nothing").await.expect_problem(404, "not_found");
    world.stop().await;
}
