//! What an import does, step by step.

use tradewind_kernel::{ImportId, event::Queue, events};

/// Where imports wait.
pub const IMPORTS: Queue = Queue::named("catalog-import");

events! {
    /// A step of an import, for `catalog-import`.
    pub enum ImportEvent {
        "import.requested.v1":
        /// A catalogue waits to be imported.
        Requested {
            /// Which import.
            import: ImportId,
        },
        "import.part_ready.v1":
        /// A part of a catalogue waits to be imported.
        PartReady {
            /// Which import.
            import: ImportId,
            /// Which part, from 0.
            part: u32,
        },
    }
}
