//! The local SES: accepts `SendEmail` from the real SDK and stores each message as an `.eml` file.

use crate::{Error, data::Data};
use axum::{Json, Router, extract::State, http::StatusCode, routing::post};
use mail_builder::{MessageBuilder, headers::raw::Raw};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{
    collections::VecDeque,
    fs,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

/// How many messages are kept in memory; the folder keeps all.
const MOST: usize = 1_000;

/// A captured e-mail.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Mail {
    pub id: String,
    pub from: String,
    pub to: Vec<String>,
    pub subject: String,
    pub text: String,
    pub html: Option<String>,
}

/// Stores the captured e-mails.
#[derive(Clone)]
pub(crate) struct Mailbox {
    folder: Option<PathBuf>,
    mails: Arc<Mutex<Mails>>,
}

#[derive(Default)]
struct Mails {
    newest: VecDeque<Mail>,
    count: u64,
}

impl Mails {
    fn add(&mut self, mail: Mail) {
        self.newest.push_back(mail);
        self.count = self.count.saturating_add(1);
        if self.newest.len() > MOST {
            self.newest.pop_front();
        }
    }
}

impl Mailbox {
    pub(crate) fn open(data: &Data) -> Result<Self, Error> {
        let folder = data.path("mail");
        let mut mails = Mails::default();
        if let Some(folder) = &folder {
            let wrong = |e: std::io::Error| Error::service("SES", e);
            fs::create_dir_all(folder).map_err(wrong)?;
            let mut found: Vec<Mail> = vec![];
            for entry in fs::read_dir(folder).map_err(wrong)? {
                let path = entry.map_err(wrong)?.path();
                if path.extension().is_some_and(|e| e == "json") {
                    let text = fs::read(&path).map_err(wrong)?;
                    // A file that was still being written when the process was killed is a message that was never accepted.
                    found.extend(serde_json::from_slice::<Mail>(&text));
                }
            }
            found.sort_by(|a, b| a.id.cmp(&b.id));
            found.into_iter().for_each(|mail| mails.add(mail));
        }
        Ok(Self { folder, mails: Arc::new(Mutex::new(mails)) })
    }

    pub(crate) fn router(&self) -> Router {
        Router::new().route("/v2/email/outbound-emails", post(send)).with_state(self.clone())
    }

    pub(crate) fn all(&self) -> Vec<Mail> {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner).newest.iter().cloned().collect()
    }

    fn keep(&self, mut mail: Mail) -> std::io::Result<String> {
        let mut mails = self.mails.lock().unwrap_or_else(PoisonError::into_inner);
        mail.id = format!("{:08}", mails.count.saturating_add(1));
        if let Some(folder) = &self.folder {
            fs::write(folder.join(format!("{}.eml", mail.id)), eml(&mail)?)?;
            fs::write(folder.join(format!("{}.json", mail.id)), serde_json::to_vec(&mail)?)?;
        }
        let id = mail.id.clone();
        mails.add(mail);
        Ok(id)
    }
}

async fn send(State(mailbox): State<Mailbox>, Json(request): Json<Value>) -> (StatusCode, Json<Value>) {
    let text = |pointer: &str| request.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let to = request.pointer("/Destination/ToAddresses").and_then(Value::as_array).cloned().unwrap_or_default();
    let to: Vec<_> = to.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    let mail = Mail {
        id: String::new(),
        from: text("/FromEmailAddress").unwrap_or_default(),
        subject: text("/Content/Simple/Subject/Data").unwrap_or_default(),
        text: text("/Content/Simple/Body/Text/Data").unwrap_or_default(),
        html: text("/Content/Simple/Body/Html/Data"),
        to,
    };
    if mail.from.is_empty() || mail.to.is_empty() || mail.subject.is_empty() {
        let message = "a sender, a recipient and a simple content with a subject are needed";
        return (StatusCode::BAD_REQUEST, Json(json!({ "message": message })));
    }
    match mailbox.keep(mail) {
        Ok(id) => (StatusCode::OK, Json(json!({ "MessageId": id }))),
        Err(e) => (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({ "message": e.to_string() }))),
    }
}

/// Formats a message for mail programs. Its sender is already in header format.
fn eml(mail: &Mail) -> std::io::Result<Vec<u8>> {
    let to: Vec<_> = mail.to.iter().map(String::as_str).collect();
    let message = MessageBuilder::new()
        .header("From", Raw::new(mail.from.as_str()))
        .to(to)
        .subject(mail.subject.as_str())
        .message_id(format!("{}@localhost", mail.id))
        .text_body(mail.text.as_str());
    match &mail.html {
        Some(html) => message.html_body(html.as_str()),
        None => message,
    }
    .write_to_vec()
}
