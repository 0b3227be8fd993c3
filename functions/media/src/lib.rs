//! Files that clients send: forms for uploads, the state of an upload, and the processing of pictures.

mod consumers {
    pub mod process;
}
mod pictures {
    pub mod colour;
    pub mod decode;
    pub mod gif_end;
    pub mod inks;
    pub mod jpeg_end;
    pub mod jpeg_scan;
    pub mod picture;
}
mod uploads {
    pub mod create;
    pub mod get;
    pub mod view;
}

tradewind_lambda::functions! {
    endpoints {
        uploads { create, get }
    }
    consumers { process }
}
