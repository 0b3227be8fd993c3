//! The story that `cargo demo` plays.
