//! The data folder: it is used by one process at a time, and keeps the secrets that outlive the process.

use crate::Error;
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
};

/// The secrets of a deployment.
#[derive(Clone, Serialize, Deserialize)]
pub struct Secrets {
    /// The key with which the operator opens marketplaces.
    pub operator_key: String,
    pub(crate) signing_key: String,
    pub(crate) sealing_key: String,
    pub(crate) sandbox_secret: String,
    /// These are never stored in the data folder.
    #[serde(skip)]
    pub(crate) stripe: Option<StripeKeys>,
}

/// The keys that Stripe, or a fake of it, gives to a platform: see `Options::stripe`.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StripeKeys {
    /// The address of a fake; `None` for Stripe itself.
    #[serde(default)]
    pub url: Option<String>,
    /// The key for requests to its API.
    pub secret_key: String,
    /// The key for requests from a buyer's browser.
    pub publishable_key: String,
    /// The secrets with which it signs its webhooks, separated by commas.
    pub webhook_secret: String,
}

impl StripeKeys {
    /// Reads the keys from a JSON file: `secret_key`, `publishable_key`, `webhook_secret`, and `url` for a fake.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let wrong =
            |cause: &dyn std::fmt::Display| Error::service("Stripe's keys", format!("{}: {cause}", path.display()));
        let text = fs::read_to_string(path).map_err(|e| wrong(&e))?;
        serde_json::from_str(&text).map_err(|e| wrong(&e))
    }
}

impl std::fmt::Debug for StripeKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StripeKeys(..)")
    }
}

impl Secrets {
    fn generate() -> Result<Self, Error> {
        let text = || {
            let mut bytes = [0_u8; 32];
            SystemRandom::new().fill(&mut bytes).map_err(|_| Error::service("randomness", "the system gave none"))?;
            Ok::<_, Error>(tradewind_auth::secret::text(&bytes))
        };
        Ok(Self {
            operator_key: format!("op_{}", text()?),
            signing_key: text()?,
            sealing_key: text()?,
            sandbox_secret: text()?,
            stripe: None,
        })
    }
}

/// The place where the state is kept, if it is kept at all.
pub(crate) struct Data {
    /// The folder; with `None` nothing is kept.
    pub folder: Option<PathBuf>,
    pub secrets: Secrets,
    /// The lock is held until the process ends, in whatever way it ends.
    _lock: Option<File>,
}

impl Data {
    pub(crate) fn open(folder: Option<&Path>, operator_key: Option<String>) -> Result<Self, Error> {
        let (mut secrets, lock) = match folder {
            Some(folder) => {
                let wrong = |cause: &dyn std::fmt::Display| Error::Data {
                    folder: folder.display().to_string(),
                    cause: cause.to_string(),
                };
                fs::create_dir_all(folder).map_err(|e| wrong(&e))?;
                let lock = File::create(folder.join("lock")).map_err(|e| wrong(&e))?;
                lock.try_lock().map_err(|_| Error::Locked(folder.display().to_string()))?;
                (read_or_make(&folder.join("secrets.json")).map_err(|e| wrong(&e))?, Some(lock))
            }
            None => (Secrets::generate()?, None),
        };
        if let Some(key) = operator_key {
            secrets.operator_key = key;
        }
        Ok(Self { folder: folder.map(Path::to_owned), secrets, _lock: lock })
    }

    /// The path of a file or folder of the data folder.
    pub(crate) fn path(&self, name: &str) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join(name))
    }
}

fn read_or_make(path: &Path) -> Result<Secrets, String> {
    match fs::read_to_string(path) {
        Ok(text) => serde_json::from_str(&text).map_err(|e| format!("secrets.json is damaged: {e}")),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            let secrets = Secrets::generate().map_err(|e| e.to_string())?;
            let text = serde_json::to_string_pretty(&secrets).map_err(|e| e.to_string())?;
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(path).map_err(|e| e.to_string())?;
            file.write_all(text.as_bytes()).map_err(|e| e.to_string())?;
            Ok(secrets)
        }
        Err(e) => Err(e.to_string()),
    }
}
