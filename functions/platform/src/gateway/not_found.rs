//! The default route: answers that there is no such address (404), or which methods it accepts (405, `Allow`), as problems. `HEAD` is not
//! accepted anywhere; `OPTIONS` is answered for clients other than browsers, whose own request (CORS) the gateway answers itself.

use tradewind_lambda::{Fallback, Function};

/// The definition of the function. `cargo xtask openapi` writes the list of routes.
pub fn function() -> Function {
    Fallback::new("platform-not-found", "Answers what no endpoint is for.", include_str!("routes.txt")).into()
}
