//! A fixed piece of work, by whose CPU time figures are divided, so that figures of two days, or of two machines, can be compared.

use super::server::cpu_seconds;
use crate::run::Result;
use ring::digest::{Context, SHA256};

/// The number of blocks to hash: some seconds on a machine without instructions for it.
const BLOCKS: usize = 24_576;
/// The bytes of a block, which stay in the processor's cache.
const BLOCK: usize = 65_536;

/// The CPU seconds of the work: the SHA-256 of 1.5 GiB by ring, whose code is assembly, and so the same with every compiler and profile.
pub fn run() -> Result<f64> {
    let block = vec![7_u8; BLOCK];
    let before = cpu_seconds("thread-self")?;
    let mut context = Context::new(&SHA256);
    for _ in 0..BLOCKS {
        context.update(&block);
    }
    std::hint::black_box(context.finish());
    Ok(cpu_seconds("thread-self")? - before)
}
