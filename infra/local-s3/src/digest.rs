//! The hashes of an upload: the MD5 from which every ETag is made, and the checksum that the client requested.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::HeaderMap;
use s3s::{
    S3Result, TrailingHeaders,
    checksum::ChecksumHasher,
    crypto::{Checksum as _, Crc32, Crc32c, Crc64Nvme, Md5, Sha1, Sha256},
    dto::Checksum,
    s3_error,
};
use serde::{Deserialize, Serialize};

/// Checksum algorithms of the S3 API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Algorithm {
    Crc32,
    Crc32c,
    Crc64Nvme,
    Sha1,
    Sha256,
}

const ALGORITHMS: [(Algorithm, &str, &str); 5] = [
    (Algorithm::Crc32, "CRC32", "x-amz-checksum-crc32"),
    (Algorithm::Crc32c, "CRC32C", "x-amz-checksum-crc32c"),
    (Algorithm::Crc64Nvme, "CRC64NVME", "x-amz-checksum-crc64nvme"),
    (Algorithm::Sha1, "SHA1", "x-amz-checksum-sha1"),
    (Algorithm::Sha256, "SHA256", "x-amz-checksum-sha256"),
];

impl Algorithm {
    pub fn parse(name: &str) -> S3Result<Self> {
        let found = ALGORITHMS.into_iter().find(|(_, known, _)| known.eq_ignore_ascii_case(name));
        let (algorithm, ..) = found.ok_or_else(|| s3_error!(InvalidRequest, "unknown checksum algorithm {name}"))?;
        Ok(algorithm)
    }

    pub fn name(self) -> &'static str {
        ALGORITHMS.into_iter().find(|(known, ..)| *known == self).map_or("", |(_, name, _)| name)
    }

    fn hasher(self) -> ChecksumHasher {
        let mut hasher = ChecksumHasher::default();
        match self {
            Self::Crc32 => hasher.crc32 = Some(Crc32::new()),
            Self::Crc32c => hasher.crc32c = Some(Crc32c::new()),
            Self::Crc64Nvme => hasher.crc64nvme = Some(Crc64Nvme::new()),
            Self::Sha1 => hasher.sha1 = Some(Sha1::new()),
            Self::Sha256 => hasher.sha256 = Some(Sha256::new()),
        }
        hasher
    }
}

/// A checksum as it is stored and reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sum {
    pub algorithm: Algorithm,
    /// In Base64, followed by `-N` if it is the checksum of the checksums of `N` parts.
    pub value: String,
}

impl Sum {
    /// The checksum of part checksums, as S3 reports it for a multipart upload of type `COMPOSITE`.
    pub fn composite(algorithm: Algorithm, parts: &[Sum]) -> Option<Self> {
        let mut bytes = Vec::new();
        for part in parts.iter().filter(|part| part.algorithm == algorithm) {
            bytes.extend(STANDARD.decode(&part.value).ok()?);
        }
        let mut hasher = algorithm.hasher();
        hasher.update(&bytes);
        let value = format!("{}-{}", value_of(hasher.finalize(), algorithm)?, parts.len());
        Some(Self { algorithm, value })
    }

    pub fn is_composite(&self) -> bool {
        self.value.contains('-')
    }

    /// Converts it to the fields that every S3 output has.
    pub fn to_dto(&self) -> Checksum {
        let value = Some(self.value.clone());
        let kind = if self.is_composite() { "COMPOSITE" } else { "FULL_OBJECT" };
        let mut checksum = Checksum { checksum_type: Some(kind.to_owned().into()), ..Checksum::default() };
        match self.algorithm {
            Algorithm::Crc32 => checksum.checksum_crc32 = value,
            Algorithm::Crc32c => checksum.checksum_crc32c = value,
            Algorithm::Crc64Nvme => checksum.checksum_crc64nvme = value,
            Algorithm::Sha1 => checksum.checksum_sha1 = value,
            Algorithm::Sha256 => checksum.checksum_sha256 = value,
        }
        checksum
    }
}

/// Whether a checksum that the client sends differs from the known one.
pub(crate) fn contradicts(claimed: &Checksum, known: Option<&Sum>) -> bool {
    let known = known.map(Sum::to_dto).unwrap_or_default();
    let pairs = [
        (&claimed.checksum_crc32, known.checksum_crc32),
        (&claimed.checksum_crc32c, known.checksum_crc32c),
        (&claimed.checksum_crc64nvme, known.checksum_crc64nvme),
        (&claimed.checksum_sha1, known.checksum_sha1),
        (&claimed.checksum_sha256, known.checksum_sha256),
    ];
    pairs
        .into_iter()
        .any(|(claimed, known)| claimed.as_ref().zip(known).is_some_and(|(claimed, known)| *claimed != known))
}

fn value_of(checksum: Checksum, algorithm: Algorithm) -> Option<String> {
    match algorithm {
        Algorithm::Crc32 => checksum.checksum_crc32,
        Algorithm::Crc32c => checksum.checksum_crc32c,
        Algorithm::Crc64Nvme => checksum.checksum_crc64nvme,
        Algorithm::Sha1 => checksum.checksum_sha1,
        Algorithm::Sha256 => checksum.checksum_sha256,
    }
}

/// The hashes that the client claims for the body.
#[derive(Debug, Default)]
pub(crate) struct Claim {
    pub algorithm: Option<Algorithm>,
    value: Option<String>,
    md5: Option<Vec<u8>>,
}

impl Claim {
    /// Reads the headers of an upload; a checksum announced in `x-amz-trailer` arrives after the body.
    pub fn from_headers(headers: &HeaderMap) -> S3Result<Self> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let md5 = text("content-md5").map(|value| STANDARD.decode(value).ok().filter(|bytes| bytes.len() == 16));
        let md5 = md5.map(|decoded| decoded.ok_or_else(|| s3_error!(InvalidDigest))).transpose()?;
        for (algorithm, _, header) in ALGORITHMS {
            if let Some(value) = text(header) {
                return Ok(Self { algorithm: Some(algorithm), value: Some(value.to_owned()), md5 });
            }
        }
        let trailer = text("x-amz-trailer").unwrap_or_default();
        let announced = ALGORITHMS.into_iter().find(|(_, _, header)| trailer.eq_ignore_ascii_case(header));
        let algorithm = match (announced, text("x-amz-sdk-checksum-algorithm")) {
            (Some((algorithm, ..)), _) => Some(algorithm),
            (None, Some(name)) => Some(Algorithm::parse(name)?),
            (None, None) => None,
        };
        Ok(Self { algorithm, value: None, md5 })
    }

    /// Compares the claim with what arrived. Call it when the body has been read to its end.
    pub fn verify(mut self, digest: &Digest, trailers: Option<&TrailingHeaders>) -> S3Result<()> {
        if let Some(trailers) = trailers.and_then(TrailingHeaders::take) {
            let header = ALGORITHMS.into_iter().find(|(known, ..)| Some(*known) == self.algorithm);
            let value = header.and_then(|(_, _, header)| trailers.get(header)?.to_str().ok().map(str::to_owned));
            self.value = self.value.or(value);
        }
        if self.md5.is_some_and(|claimed| claimed != digest.md5) {
            return Err(s3_error!(BadDigest, "The Content-MD5 you specified did not match what we received."));
        }
        match (self.value, &digest.sum) {
            (Some(claimed), Some(sum)) if claimed != sum.value => {
                Err(s3_error!(BadDigest, "The {} you specified did not match what we received.", sum.algorithm.name()))
            }
            (Some(_) | None, Some(_) | None) => Ok(()),
        }
    }
}

/// Hashes of a body that has been read to its end.
#[derive(Debug, Clone)]
pub(crate) struct Digest {
    pub md5: Vec<u8>,
    pub sum: Option<Sum>,
}

/// Hashes a body while it is read.
pub(crate) struct Hasher {
    md5: Md5,
    algorithm: Option<(Algorithm, ChecksumHasher)>,
}

impl Hasher {
    pub fn new(algorithm: Option<Algorithm>) -> Self {
        Self { md5: Md5::new(), algorithm: algorithm.map(|algorithm| (algorithm, algorithm.hasher())) }
    }

    pub fn update(&mut self, bytes: &[u8]) {
        self.md5.update(bytes);
        if let Some((_, hasher)) = &mut self.algorithm {
            hasher.update(bytes);
        }
    }

    pub fn finish(self) -> Digest {
        let sum = self.algorithm.and_then(|(algorithm, hasher)| {
            value_of(hasher.finalize(), algorithm).map(|value| Sum { algorithm, value })
        });
        Digest { md5: self.md5.finalize().as_ref().to_vec(), sum }
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The ETag of a multipart upload: the MD5 of the parts' MD5s, and the number of parts.
pub(crate) fn multipart_etag<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    let mut md5 = Md5::new();
    let mut count = 0_u32;
    for etag in parts {
        md5.update(&unhex(etag));
        count = count.saturating_add(1);
    }
    format!("{}-{count}", hex(md5.finalize().as_ref()))
}

/// Bytes of a hexadecimal text; anything else in it is skipped.
pub(crate) fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.chars().filter_map(|c| c.to_digit(16)).filter_map(|d| u8::try_from(d).ok()).collect();
    digits.chunks_exact(2).map(|pair| pair.iter().fold(0_u8, |byte, digit| (byte << 4) | digit)).collect()
}
