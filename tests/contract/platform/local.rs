use serde_json::Value;
use tradewind_tests::World;

#[tokio::test(flavor = "multi_thread")]
async fn the_status_page_shows_what_is_going_on() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let sue = market.seller("sue").await;
    world.settle().await;

    let events = world.anybody().get("/_local/events").await.expect(200).json;
    let registered = |event: &&Value| event["type"] == "user.registered.v1" && event["data"]["user"] == sue.id.as_str();
    let event = events.as_array().unwrap().iter().find(registered).unwrap();
    assert!(event["marketplace"].as_str().unwrap().starts_with("mkt_"), "{event}");

    let page = world.anybody().get("/_local").await.expect(200).text;
    for shown in
        ["GET /v1/listings/{listing_id}", "tradewind-notify-email", "user.registered.v1", &sue.email, "Dead letters"]
    {
        assert!(page.contains(shown), "{shown}");
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_page_in_the_browser_reads_it_or_turns_the_clock() {
    let world = World::start().await;
    let foreign = world.anybody().header("origin", "https://elsewhere.example.com");
    let rebound = world.anybody().header("host", "elsewhere.example.com");
    for other in [foreign, rebound] {
        let answer = other.get("/_local").await.expect(403);
        assert_eq!(answer.header("access-control-allow-origin"), "");
        other.get("/_local/mail").await.expect(403);
        other.post("/_local/clock?advance_seconds=60", Value::Null).await.expect(403);
    }
    let page = world.anybody().header("origin", "http://localhost:5173").header("host", "bikes.localhost:8787");
    page.get("/_local/mail").await.expect(200);
    world.stop().await;
}

/// Sends these bytes as they are, and reads until the connection is closed.
async fn raw(world: &World, bytes: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let address = world.local.url.trim_start_matches("http://").to_owned();
    let mut connection = tokio::net::TcpStream::connect(address).await.unwrap();
    connection.write_all(bytes.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let closed = tokio::time::timeout(std::time::Duration::from_secs(15), connection.read_to_string(&mut answer)).await;
    closed.expect("the connection is closed within fifteen seconds").unwrap();
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_is_never_finished_holds_no_connection() {
    let world = World::start().await;
    raw(&world, "GET /v1/health HTTP/1.1\r\nHost: localhost\r\nX-Slow: ").await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_is_none_is_refused() {
    let world = World::start().await;
    for (headers, status) in [
        ("Host: a:b:c", 400),
        ("Host: a b", 400),
        ("Host: [x", 400),
        ("Host: a:99999", 400),
        ("Host: localhost\r\nX-Forwarded-Proto: x y", 200),
    ] {
        let head = format!("GET /v1/health HTTP/1.1\r\n{headers}\r\nConnection: close\r\n\r\n");
        let answer = raw(&world, &head).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{headers}: {answer}");
    }
    world.stop().await;
}
