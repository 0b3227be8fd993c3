//! Replaces values that differ each time by a sample of their kind.

use serde_json::{Value, json};
use std::collections::HashMap;

/// The length of the part of an id after its prefix.
const ULID: usize = 26;

/// The samples for the values seen so far; the same value always gets the same sample.
#[derive(Default)]
pub struct Plain(HashMap<String, String>);

impl Plain {
    /// Replaces values that differ each time by samples.
    pub fn value(&mut self, value: &mut Value) {
        match value {
            Value::Object(fields) => {
                let all = std::mem::take(fields);
                for (name, mut value) in all {
                    match secret(&name) {
                        Some(sample) if value.is_string() => value = json!(sample),
                        None if name == "code" && digits(&value) => value = json!("042137"),
                        // The number of balances depends on which of their shards have bookings.
                        None if name == "balances" && value.as_u64() > Some(0) => value = json!(17),
                        // The number of items that the story stored depends on the same.
                        None if name == "items" && value.is_u64() => value = json!(169),
                        // Numbers of orders are drawn from shards at random.
                        None if name == "number" && value.is_u64() => value = json!(1042),
                        _ => self.value(&mut value),
                    }
                    fields.insert(self.text(&name), value);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.value(item)),
            Value::String(text) => *text = self.text(text),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn text(&mut self, text: &str) -> String {
        if moment(text) {
            return "2026-01-31T12:00:00.000Z".into();
        }
        if day(text) {
            return "2026-01-31".into();
        }
        let text = match text.find("http://127.0.0.1:") {
            Some(at) => {
                let after = &text[at + "http://127.0.0.1:".len()..];
                let port = after.bytes().take_while(u8::is_ascii_digit).count();
                format!("{}https://tradewind.example.com{}", &text[..at], &after[port..])
            }
            None => text.to_owned(),
        };
        let mut plain = String::new();
        let mut rest = text.as_str();
        while let Some(at) = rest.find('_') {
            let (before, after) = rest.split_at(at + 1);
            plain.push_str(before);
            let id = after.bytes().take_while(u8::is_ascii_alphanumeric).count();
            if id >= ULID && after.bytes().take(ULID).all(|b| b.is_ascii_digit() || b.is_ascii_lowercase()) {
                let prefix = before.rsplit(|c: char| !c.is_ascii_lowercase()).nth(1).unwrap_or_default();
                let known = self.0.len() + 1;
                let sample = self.0.entry(format!("{prefix}_{}", &after[..ULID])).or_insert(format!("01jd{known:022}"));
                plain.push_str(sample);
                rest = &after[ULID..];
            } else {
                rest = after;
            }
        }
        plain + rest
    }
}

/// The sample for a value that must stay secret, or that proves something once.
fn secret(name: &str) -> Option<&'static str> {
    match name {
        "access_token" => Some("eyJhbGciOiJFZERTQSJ9.a-sample.token"),
        "refresh_token" => Some("a sample refresh token"),
        "claim" => Some("usr_01jd0000000000000000000000.a-sample-claim"),
        "kid" => Some("a-sample-kid"),
        "x" => Some("a sample public key"),
        "next_cursor" => Some("a-sample-cursor"),
        "policy" | "x-amz-credential" | "x-amz-signature" | "x-amz-date" | "X-Amz-Credential" | "X-Amz-Signature"
        | "X-Amz-Date" => Some("a sample"),
        _ => None,
    }
}

/// Whether it is a code that was sent by e-mail.
fn digits(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// `2026-01-31T12:00:00.000Z`.
fn moment(text: &str) -> bool {
    text.len() >= 20 && text.is_ascii() && day(&text[..10]) && text.as_bytes()[10] == b'T' && text.ends_with('Z')
}

/// `2026-01-31`.
fn day(text: &str) -> bool {
    let form = |(place, byte): (usize, u8)| if matches!(place, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() };
    text.len() == 10 && text.starts_with("20") && text.bytes().enumerate().all(form)
}
