//! `cargo xtask secrets`: creates the secrets of a deployment, with the credentials and the region of the AWS command line.

use crate::run::Result;
use aws_config::BehaviorVersion;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::rand::{SecureRandom, SystemRandom};
use tradewind_lambda::Parameters;
use tradewind_providers::{SANDBOX_DISABLED, STRIPE_DISABLED};

/// Each secret is 32 random bytes in base64url; an Ed25519 private key is no more than that. Stripe's keys come from Stripe.
const SECRETS: [(&str, &str); 7] = [
    ("signing-key", "The Ed25519 private key that access tokens are signed with."),
    ("sealing-key", "The key that signs cursors and closes stored replies."),
    ("operator-key", "The key of whoever runs the platform."),
    ("sandbox-secret", "The secret that the sandbox provider signs its webhooks with."),
    ("stripe-secret-key", "The key with which Stripe is asked: sk_... or better rk_..."),
    ("stripe-publishable-key", "The key with which a buyer's browser asks Stripe: pk_..."),
    ("stripe-webhook-secret", "The secrets that Stripe signs its webhooks with, separated by commas: whsec_..."),
];

/// Creates the secrets that do not exist yet. The operator's key is printed when it is created, and never again.
pub fn make(stage: &str, sandbox: bool) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| e.to_string())?;
    runtime.block_on(async {
        let http = tradewind_lambda::http_client().map_err(|e| e.to_string())?;
        let config = aws_config::defaults(BehaviorVersion::latest()).http_client(http).load().await;
        let region = config.region().ok_or("say which region: set AWS_REGION")?.to_string();
        let own = std::env::var("AWS_ENDPOINT_URL_SSM").ok();
        let parameters = Parameters::new(&config, own.as_deref().or(config.endpoint_url())).map_err(|e| e.to_string())?;
        println!("Parameter Store of {region}:");
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
                    println!("    Not configured. With Stripe's own: aws ssm put-parameter --overwrite --name {path} --value ...");
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

fn random() -> Result<String> {
    let mut bytes = [0_u8; 32];
    SystemRandom::new().fill(&mut bytes).map_err(|_| "the system has no random numbers")?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}
