//! The fields of an upload form. Fields after the file are ignored.

use multer::{Field, Multipart};
use s3s::{S3Result, s3_error};

/// The most bytes of all fields before the file together.
const MAX_FIELDS: usize = 20 * 1024;

/// Fields before the file, names in lower case.
#[derive(Debug, Default)]
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads the fields up to the file, which is returned unread.
    pub async fn read(multipart: &mut Multipart<'static>) -> S3Result<(Self, Field<'static>)> {
        let mut fields = Vec::new();
        let mut room = MAX_FIELDS;
        while let Some(mut field) =
            multipart.next_field().await.map_err(|error| s3_error!(error, MalformedPOSTRequest))?
        {
            let name = field.name().unwrap_or_default().to_ascii_lowercase();
            if name == "file" {
                return Ok((Self(fields), field));
            }
            let mut value = Vec::new();
            while let Some(chunk) = field.chunk().await.map_err(|error| s3_error!(error, MalformedPOSTRequest))? {
                room = room.checked_sub(chunk.len()).ok_or_else(|| s3_error!(MaxPostPreDataLengthExceededError))?;
                value.extend_from_slice(&chunk);
            }
            let value = String::from_utf8(value).map_err(|error| s3_error!(error, MalformedPOSTRequest))?;
            fields.push((name, value));
        }
        Err(s3_error!(InvalidArgument, "POST requires exactly one file upload per request."))
    }

    /// Returns a field by its name in lower case.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Replaces `${filename}` in the form by the file's name, without folders.
    pub fn expand_filename(&mut self, path: &str) {
        let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
        for (field, value) in &mut self.0 {
            // The policy is signed, so it must stay unchanged.
            if field != "policy" && value.contains("${filename}") {
                *value = value.replace("${filename}", name);
            }
        }
    }
}
