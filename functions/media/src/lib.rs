//! Files that clients send: forms to upload one, what became of it, and making pictures ready.

mod colour;
mod decode;
mod gif_end;
mod inks;
mod jpeg_end;
mod jpeg_scan;
mod picture;
pub mod process;
pub mod upload_create;
pub mod upload_read;
mod view;

use tradewind_lambda::Function;

/// Every function of this area.
pub fn functions() -> Vec<Function> {
    vec![upload_create::function(), upload_read::function(), process::function()]
}
