//! The database file: the engine's connection to it, and a second one of ours for what the engine does not offer.

use std::{
    path::Path,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use dynoxide::Database;
use rusqlite::{Connection, config::DbConfig};
use tempfile::TempDir;

use crate::{Error, read::Reader};

/// How long our connection waits while the engine writes. The engine waits just as long for ours.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The most memory, in bytes, in which SQLite may cache pages in this process, for all connections together. The engine's own limit in
/// memory mode is 64 MB.
const CACHED: i64 = 8 * 1024 * 1024;

/// The engine finds the next sequence number of a stream by searching for the largest one, without an index: with nine thousand records
/// that scan reduced throughput from 11,580 writes a second to 353.
const STREAM_INDEX: &str = "CREATE INDEX IF NOT EXISTS _tradewind_stream_sequence \
     ON _stream_records (table_name, CAST(sequence_number AS INTEGER))";

/// An open database. Fields are dropped in order: the connections close before their folder is removed.
pub struct Store {
    engine: Database,
    side: Mutex<Connection>,
    reader: Mutex<Reader>,
    _memory: Option<TempDir>,
}

impl Store {
    /// Opens or creates the file, or for `None` a file without a name.
    pub fn open(path: Option<&Path>) -> Result<Self, Error> {
        match path {
            Some(path) => Self::open_file(path).map_err(|reason| refused(path, &reason)),
            None => Self::open_memory(),
        }
    }

    fn open_file(path: &Path) -> Result<Self, String> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
        }
        let store = Self::connect(path, None)?;
        // This is the only public way to set `synchronous = NORMAL` on the engine's own connection.
        store.engine.disable_bulk_loading().map_err(|error| error.to_string())?;
        Ok(store)
    }

    fn open_memory() -> Result<Self, Error> {
        // The file is not on a RAM disk: containers give `/dev/shm` only 64 MB. Without syncs, a file is just as fast (measured).
        let folder = tempfile::tempdir();
        let folder = folder.map_err(|error| refused(&std::env::temp_dir(), &error.to_string()))?;
        let file = folder.path().join("dynamodb.sqlite");
        let store = Self::connect(&file, Some(folder)).map_err(|reason| refused(&file, &reason))?;
        // No syncs, a large page cache, memory-mapped reads: suitable for data that need not outlive the process.
        store.engine.enable_bulk_loading().map_err(|error| refused(&file, &error.to_string()))?;
        // Both connections have the files open now. Once removed from the folder, the files disappear with the process, however it ends.
        #[cfg(unix)]
        if let Some(folder) = &store._memory {
            std::fs::remove_dir_all(folder.path()).map_err(|error| refused(&file, &error.to_string()))?;
        }
        Ok(store)
    }

    fn connect(path: &Path, memory: Option<TempDir>) -> Result<Self, String> {
        let name = path.to_str().ok_or("its name is not UTF-8")?;
        let engine = Database::new(name).map_err(|error| error.to_string())?;
        let side = side_connection(name).map_err(|error| error.to_string())?;
        let reader = Reader::open(name).map_err(|error| error.to_string())?;
        Ok(Self { engine, side: Mutex::new(side), reader: Mutex::new(reader), _memory: memory })
    }

    /// A handle to the engine; clones share it.
    pub fn engine(&self) -> Database {
        self.engine.clone()
    }

    /// The answer to a plain read, or `None` when the engine must give it.
    pub fn read(&self, operation: &str, request: &str) -> Option<String> {
        self.reader.lock().unwrap_or_else(PoisonError::into_inner).answer(operation, request)
    }

    /// Runs `work` on our own connection. It must be short, because it blocks the other users of the connection.
    pub fn with_side<T>(&self, work: impl FnOnce(&mut Connection) -> Result<T, Error>) -> Result<T, Error> {
        // A panic while it was held has rolled back its transaction: the connection is still usable.
        work(&mut self.side.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn side_connection(name: &str) -> rusqlite::Result<Connection> {
    let side = Connection::open(name)?;
    side.busy_timeout(BUSY_TIMEOUT)?;
    // Keeps the plan of a prepared statement when other values are bound; otherwise it would be compiled anew each time.
    side.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // Only trimming writes here. If a power cut loses a trim, records are delivered twice, which consumers handle.
    side.pragma_update(None, "synchronous", "NORMAL")?;
    side.pragma_update(None, "soft_heap_limit", CACHED)?;
    side.execute_batch(STREAM_INDEX)?;
    Ok(side)
}

fn refused(path: &Path, reason: &str) -> Error {
    let reason = reason.lines().collect::<Vec<_>>().join(" ");
    Error::Open { path: path.display().to_string(), reason }
}
