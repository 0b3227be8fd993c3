//! Waiting before another try.

use crate::App;
use std::time::Duration;

/// Waits a random time that grows with each try, so that requests that collided do not collide again.
pub async fn backoff(app: &App, tries: u32) {
    let [byte] = app.random();
    let most = 10_u64.saturating_mul(1 << tries.min(5));
    let wait = most.saturating_mul(u64::from(byte)).checked_div(255).unwrap_or(most);
    tokio::time::sleep(Duration::from_millis(wait)).await;
}
