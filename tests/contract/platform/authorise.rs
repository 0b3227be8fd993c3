use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{ED25519, UnparsedPublicKey};
use serde_json::Value;
use std::time::Duration;
use tradewind_tests::World;

#[tokio::test(flavor = "multi_thread")]
async fn guessing_the_operators_key_waits() {
    let world = World::start().await;
    let guess = async |n: u32| world.anybody().bearer(&format!("op_{n}")).get("/v1/marketplaces").await;
    for n in 0..20 {
        guess(n).await.expect_problem(401, "token_invalid");
    }
    guess(20).await.expect_problem(429, "too_many_attempts");
    // Not even the right one is looked at now: an answer would tell that it is right.
    world.operator().get("/v1/marketplaces").await.expect_problem(429, "too_many_attempts");
    world.advance(Duration::from_secs(60 * 60)).await;
    world.operator().get("/v1/marketplaces").await.expect(200);
    // From where the operator calls, nobody keeps the operator out.
    for n in 21..50 {
        guess(n).await.expect_problem(401, "token_invalid");
    }
    world.advance(Duration::from_secs(60)).await;
    world.operator().get("/v1/marketplaces").await.expect(200);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn others_can_verify_a_token_with_the_published_keys() {
    let world = World::start().await;
    let market = world.market("bikes").await;
    let ada = market.buyer("ada").await;
    let answer = world.anybody().get("/v1/jwks").await.expect(200);
    assert_eq!(answer.header("cache-control"), "public, max-age=300");
    let keys = answer.json["keys"].as_array().unwrap().clone();
    let token = ada.token();
    let (message, signature) = token.rsplit_once('.').unwrap();
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let header: Value = serde_json::from_slice(&decode(message.split('.').next().unwrap())).unwrap();
    let key = keys.iter().find(|key| key["kid"] == header["kid"]).unwrap();
    assert_eq!((&key["kty"], &key["crv"], &key["use"]), (&"OKP".into(), &"Ed25519".into(), &"sig".into()));
    let x = decode(key["x"].as_str().unwrap());
    UnparsedPublicKey::new(&ED25519, x).verify(message.as_bytes(), &decode(signature)).unwrap();
    world.stop().await;
}
