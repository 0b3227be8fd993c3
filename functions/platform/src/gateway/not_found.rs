//! The default route: says that there is no such address (404), or which methods it takes (405, `Allow`), as problems. `HEAD` is not taken
//! anywhere; `OPTIONS` is answered for whoever asks without a browser, whose own question (CORS) the gateway answers by itself.

use tradewind_lambda::{Fallback, Function};

/// The function. `cargo xtask openapi` writes the list of routes.
pub fn function() -> Function {
    Fallback::new("platform-not-found", "Answers what no endpoint is for.", include_str!("routes.txt")).into()
}
