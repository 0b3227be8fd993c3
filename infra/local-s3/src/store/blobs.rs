//! Files with the bytes of objects: `blobs/<random id>` when complete, `partial/<random id>` while they arrive.

use crate::{
    Error,
    digest::{Algorithm, Digest, Hasher, hex},
};
use bytes::Bytes;
use futures::{Stream, StreamExt};
use http::StatusCode;
use ring::rand::{SecureRandom, SystemRandom};
use s3s::{
    S3Error, S3ErrorCode, S3Result, StdError, s3_error,
    stream::{ByteStream, RemainingLength},
};
use std::{
    collections::HashSet,
    io::{self, Read, Seek},
    path::{Path, PathBuf},
    pin::Pin,
    task::{Context, Poll},
};
use tokio::io::{AsyncRead, AsyncWriteExt, ReadBuf};

/// The largest object that one request can upload: 5 GiB, as on AWS.
pub(crate) const MAX_UPLOAD: u64 = 5 * 1024 * 1024 * 1024;

/// Bytes read from a file at once.
const CHUNK: usize = 128 * 1024;

/// The two folders that hold the files.
pub(crate) struct Blobs {
    whole: PathBuf,
    partial: PathBuf,
}

/// A file that has arrived completely but to which no row refers yet: it is removed when dropped, unless it is kept.
pub(crate) struct Staged {
    /// The name of its file.
    pub id: String,
    /// The size in bytes.
    pub size: i64,
    /// The hashes of its bytes.
    pub digest: Digest,
    file: Temporary,
}

impl Staged {
    /// Keeps the file, because a committed row refers to it now.
    pub fn keep(mut self) {
        self.file.0 = None;
    }
}

struct Temporary(Option<PathBuf>);

impl Drop for Temporary {
    fn drop(&mut self) {
        if let Some(path) = self.0.take()
            && let Err(error) = std::fs::remove_file(&path)
        {
            tracing::debug!(%error, "an abandoned upload is left for the next start to remove");
        }
    }
}

impl Blobs {
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let blobs = Self { whole: folder.join("blobs"), partial: folder.join("partial") };
        for path in [&blobs.whole, &blobs.partial] {
            std::fs::create_dir_all(path).map_err(|source| Error::Io { path: path.clone(), source })?;
        }
        Ok(blobs)
    }

    /// Removes files to which no row refers: uploads cut off by a crash, and objects that were replaced right before one.
    pub fn sweep(&self, live: &HashSet<String>) -> Result<(), Error> {
        for (folder, live) in [(&self.whole, live), (&self.partial, &HashSet::new())] {
            let failed = |source| Error::Io { path: folder.clone(), source };
            for entry in std::fs::read_dir(folder).map_err(failed)? {
                let entry = entry.map_err(failed)?;
                if !live.contains(entry.file_name().to_string_lossy().as_ref()) {
                    std::fs::remove_file(entry.path()).map_err(failed)?;
                }
            }
        }
        Ok(())
    }

    /// Writes a body to a file of its own, and hashes it meanwhile.
    ///
    /// Fails with `EntityTooLarge` as soon as more than `limit` bytes have arrived.
    pub async fn stage(
        &self,
        mut body: impl Stream<Item = Result<Bytes, StdError>> + Unpin,
        limit: u64,
        algorithm: Option<Algorithm>,
    ) -> S3Result<Staged> {
        let id = random_id()?;
        let partial = self.partial.join(&id);
        let mut file = tokio::fs::File::create_new(&partial).await.map_err(S3Error::internal_error)?;
        let mut temporary = Temporary(Some(partial.clone()));
        let mut hasher = Hasher::new(algorithm);
        let mut size = 0_u64;
        while let Some(chunk) = body.next().await {
            let chunk = chunk.map_err(body_error)?;
            size = size.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
            if size > limit {
                return Err(s3_error!(EntityTooLarge, "Your proposed upload exceeds the maximum allowed size"));
            }
            hasher.update(&chunk);
            file.write_all(&chunk).await.map_err(S3Error::internal_error)?;
        }
        file.flush().await.map_err(S3Error::internal_error)?;
        let whole = self.whole.join(&id);
        tokio::fs::rename(&partial, &whole).await.map_err(S3Error::internal_error)?;
        temporary.0 = Some(whole);
        let size = i64::try_from(size).map_err(S3Error::internal_error)?;
        Ok(Staged { id, size, digest: hasher.finish(), file: temporary })
    }

    pub fn file(&self, id: &str) -> io::Result<std::fs::File> {
        std::fs::File::open(self.whole.join(id))
    }

    /// Streams several files one after the other; each is opened when its turn comes.
    pub fn concatenate(&self, ids: Vec<String>) -> impl Stream<Item = Result<Bytes, StdError>> + Unpin + 'static {
        let folder = self.whole.clone();
        let bodies = ids.into_iter().map(move |id| {
            let file = std::fs::File::open(folder.join(id))?;
            let length = file.metadata()?.len();
            FileBody::new(file, 0, length)
        });
        futures::stream::iter(bodies).flat_map(|body| match body {
            Ok(body) => body.left_stream(),
            Err(error) => futures::stream::iter([Err(StdError::from(error))]).right_stream(),
        })
    }

    /// Removes files whose rows are gone; readers that have one open can still read it.
    pub fn remove(&self, ids: impl IntoIterator<Item = String>) {
        for id in ids {
            if let Err(error) = std::fs::remove_file(self.whole.join(&id)) {
                tracing::warn!(%error, blob = id, "a replaced object's file is left for the next start to remove");
            }
        }
    }
}

/// 128 random bits in hexadecimal.
pub(crate) fn random_id() -> S3Result<String> {
    let mut bytes = [0_u8; 16];
    SystemRandom::new().fill(&mut bytes).map_err(|_| s3_error!(InternalError, "no random numbers"))?;
    Ok(hex(&bytes))
}

/// Translates an error that the protocol layer found in a body while it was read. Its error types are private, so they are recognised by
/// their text.
fn body_error(error: StdError) -> S3Error {
    let text = error.to_string();
    if text.contains("Sha256Mismatch") {
        let message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
        let mut mismatch = S3Error::with_message(S3ErrorCode::Custom("XAmzContentSHA256Mismatch".into()), message);
        mismatch.set_status_code(StatusCode::BAD_REQUEST);
        return mismatch;
    }
    let wrong = text.contains("SignatureMismatch");
    S3Error::with_source(if wrong { S3ErrorCode::SignatureDoesNotMatch } else { S3ErrorCode::IncompleteBody }, error)
}

/// The bytes `start..start + length` of a file, as a body of known length.
pub(crate) struct FileBody {
    file: tokio::fs::File,
    remaining: usize,
    buffer: Vec<u8>,
}

impl FileBody {
    pub fn new(mut file: std::fs::File, start: u64, length: u64) -> io::Result<Self> {
        if start > 0 {
            file.seek(io::SeekFrom::Start(start))?;
        }
        let remaining = usize::try_from(length).map_err(io::Error::other)?;
        Ok(Self { file: tokio::fs::File::from_std(file), remaining, buffer: Vec::new() })
    }
}

impl Stream for FileBody {
    type Item = Result<Bytes, StdError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if this.remaining == 0 {
            return Poll::Ready(None);
        }
        this.buffer.resize(this.remaining.min(CHUNK), 0);
        let mut buffer = ReadBuf::new(&mut this.buffer);
        match Pin::new(&mut this.file).poll_read(context, &mut buffer) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(Err(error)) => return Poll::Ready(Some(Err(Box::new(error)))),
            Poll::Ready(Ok(())) => {}
        }
        let chunk = Bytes::copy_from_slice(buffer.filled());
        if chunk.is_empty() {
            return Poll::Ready(Some(Err(Box::new(io::Error::from(io::ErrorKind::UnexpectedEof)))));
        }
        this.remaining = this.remaining.saturating_sub(chunk.len());
        Poll::Ready(Some(Ok(chunk)))
    }
}

impl ByteStream for FileBody {
    fn remaining_length(&self) -> RemainingLength {
        RemainingLength::new_exact(self.remaining)
    }
}

/// Reads a small part of a file at once, instead of streaming it.
pub(crate) fn read_range(mut file: std::fs::File, start: u64, length: usize) -> io::Result<Bytes> {
    file.seek(io::SeekFrom::Start(start))?;
    let mut bytes = vec![0; length];
    file.read_exact(&mut bytes)?;
    Ok(bytes.into())
}
