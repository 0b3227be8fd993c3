//! `cargo xtask secrets`: creates the secrets of a deployment, with the credentials and the region of the AWS command line.

use crate::run::Result;
use aws_config::BehaviorVersion;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::rand::{SecureRandom, SystemRandom};
use std::{future::Future, time::Duration};
use tradewind_auth::rotated;
use tradewind_lambda::{Clock, Parameters};
use tradewind_providers::{SANDBOX_DISABLED, STRIPE_DISABLED};

/// Each secret is 32 random bytes in base64url; an Ed25519 private key is no more than that. Stripe's keys come from Stripe.
const SECRETS: [(&str, &str); 7] = [
    ("signing-key", "The Ed25519 private keys that access tokens are signed with."),
    ("sealing-key", "The key that signs cursors and closes stored replies."),
    ("operator-key", "The key of whoever runs the platform."),
    ("sandbox-secret", "The secret that the sandbox provider signs its webhooks with."),
    ("stripe-secret-key", "The key with which Stripe is asked: sk_... or better rk_..."),
    ("stripe-publishable-key", "The key with which a buyer's browser asks Stripe: pk_..."),
    ("stripe-webhook-secret", "The secrets that Stripe signs its webhooks with, separated by commas: whsec_..."),
];

/// Creates the secrets that do not exist yet. The operator's key is printed when it is created, and never again.
pub fn make(stage: &str, sandbox: bool) -> Result<()> {
    alone(async {
        let parameters = parameters().await?;
        for (name, description) in SECRETS {
            let path = format!("/tradewind/{stage}/{name}");
            // With the sandbox's test cards anybody could buy without paying: a deployment has the sandbox only if its operator requests
            // it.
            let disabled = name == "sandbox-secret" && !sandbox;
            let value = match name {
                _ if disabled => SANDBOX_DISABLED.to_owned(),
                // Stripe issues its own keys: an operator who has them replaces this value with them.
                _ if name.starts_with("stripe-") => STRIPE_DISABLED.to_owned(),
                _ => random()?,
            };
            if parameters.create(&path, description, &value).await.map_err(|e| e.to_string())? {
                println!("  {path} made");
                if name.starts_with("stripe-") {
                    println!(
                        "    Not configured. With Stripe's own: aws ssm put-parameter --overwrite --name {path} --value ..."
                    );
                }
                if name == "operator-key" {
                    println!("  The operator's key, shown this once: {value}");
                }
            } else {
                println!("  {path} exists and stays as it is");
            }
        }
        Ok(())
    })
}

/// How long a new key is known before it signs: long enough to deploy, so that every function knows it by then.
const KNOWN_BEFORE: Duration = Duration::from_secs(60 * 60);
/// How long a key that was replaced is kept: longer than any token that it signed.
const KEPT_AFTER: i64 = 24 * 60 * 60;

/// Adds a signing key, which signs an hour later, and drops those that were replaced more than a day ago. It must run alone: of two at once, one
/// loses its key.
pub fn rotate(stage: &str) -> Result<()> {
    alone(async {
        let (parameters, path) = (parameters().await?, format!("/tradewind/{stage}/signing-key"));
        let found = parameters.read(std::slice::from_ref(&path)).await.map_err(|e| e.to_string())?;
        let keys = found.get("signing-key").ok_or_else(|| format!("there is no {path}"))?;
        let now = Clock::default().now();
        let from = now.after(KNOWN_BEFORE);
        let gone = now.seconds().saturating_sub(KEPT_AFTER);
        let rotated = rotated(keys, &random()?, from.seconds(), gone).map_err(|e| e.to_string())?;
        parameters.replace(&path, &rotated).await.map_err(|e| e.to_string())?;
        println!("  {path} has a new key, which signs from {from} on");
        println!(
            "  Deploy before then, so that all functions know it: sam deploy --parameter-overrides KeysVersion={}",
            from.seconds()
        );
        Ok(())
    })
}

fn alone(work: impl Future<Output = Result<()>>) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| e.to_string())?;
    runtime.block_on(work)
}

/// The Parameter Store of the region that is set, or the one at `AWS_ENDPOINT_URL_SSM`.
async fn parameters() -> Result<Parameters> {
    let http = tradewind_lambda::http_client().map_err(|e| e.to_string())?;
    let config = aws_config::defaults(BehaviorVersion::latest()).http_client(http).load().await;
    let region = config.region().ok_or("say which region: set AWS_REGION")?.to_string();
    let own = std::env::var("AWS_ENDPOINT_URL_SSM").ok();
    println!("Parameter Store of {region}:");
    Parameters::new(&config, own.as_deref().or(config.endpoint_url())).map_err(|e| e.to_string())
}

fn random() -> Result<String> {
    let mut bytes = [0_u8; 32];
    SystemRandom::new().fill(&mut bytes).map_err(|_| "the system has no random numbers")?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}
