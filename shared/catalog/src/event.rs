//! Events of imports, for the steps in which they run.

use tradewind_kernel::{ImportId, event::Queue, events};

/// The queue on which imports wait.
pub const IMPORTS: Queue = Queue::named("catalog-import");

events! {
    /// A step of an import, for `catalog-import`.
    pub enum ImportEvent {
        "import.requested.v1":
        /// A catalogue waits to be imported.
        Requested {
            /// The import that was requested.
            import: ImportId,
        },
        "import.part_ready.v1":
        /// A part of a catalogue waits to be imported.
        PartReady {
            /// The import that the part belongs to.
            import: ImportId,
            /// The number of the part, from 0.
            part: u32,
        },
    }
}
