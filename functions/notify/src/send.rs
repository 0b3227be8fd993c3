//! Handing an e-mail to SES.

use crate::{
    brand::Brand,
    letters::Addressed,
    render::{Rendered, render},
};
use aws_sdk_sesv2::{
    error::{BuildError, DisplayErrorContext},
    types::{Body, Content, Destination, EmailContent, Message},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use tradewind_lambda::{App, Problem};

/// Sends it in somebody's name, from the deployment's address.
pub(crate) async fn send(app: &App, from: &str, brand: &Brand, addressed: &Addressed) -> Result<(), Problem> {
    let Addressed { to, letter, .. } = addressed;
    let Rendered { text, html } = render(brand, letter).map_err(Problem::internal)?;
    let content = move || -> Result<EmailContent, BuildError> {
        let body = Body::builder().text(utf8(text)?).html(utf8(html)?).build();
        let message = Message::builder().subject(utf8(letter.subject.clone())?).body(body).build();
        Ok(EmailContent::builder().simple(message).build())
    };
    app.ses()?
        .send_email()
        .from_email_address(sender(from, &app.settings().sender))
        .destination(Destination::builder().to_addresses(to.as_str()).build())
        .content(content().map_err(Problem::internal)?)
        .send()
        .await
        .map_err(|error| Problem::unavailable(format!("SendEmail failed: {}", DisplayErrorContext(error))))?;
    Ok(())
}

fn utf8(text: String) -> Result<Content, BuildError> {
    Content::builder().charset("UTF-8").data(text).build()
}

/// `"Name" <address>`. What is not plain ASCII becomes encoded words (RFC 2047), at most 75 characters each.
fn sender(name: &str, address: &str) -> String {
    if name.bytes().all(|b| (b' '..=b'~').contains(&b)) {
        let quoted = name.replace('\\', "\\\\").replace('"', "\\\"");
        return format!("\"{quoted}\" <{address}>");
    }
    let mut chunks = vec![String::new()];
    for c in name.chars() {
        match chunks.last_mut().filter(|chunk| chunk.len().saturating_add(c.len_utf8()) <= 45) {
            Some(chunk) => chunk.push(c),
            None => chunks.push(c.to_string()),
        }
    }
    let words: Vec<_> = chunks.iter().map(|chunk| format!("=?UTF-8?B?{}?=", STANDARD.encode(chunk))).collect();
    format!("{} <{address}>", words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_name_is_quoted() {
        assert_eq!(
            sender("Old \"Bikes\", Ltd", "no-reply@example.com"),
            r#""Old \"Bikes\", Ltd" <no-reply@example.com>"#
        );
    }

    #[test]
    fn a_name_in_any_script_is_encoded_in_words_of_75_characters_at_most() {
        assert_eq!(sender("Räder", "a@example.com"), "=?UTF-8?B?UsOkZGVy?= <a@example.com>");
        let long = sender(&"é".repeat(60), "a@example.com");
        assert!(long.split(' ').all(|word| word.len() <= 75), "{long}");
        assert_eq!(long.split(' ').count(), 4);
    }

    #[test]
    fn a_line_break_in_a_name_cannot_add_a_header() {
        assert!(!sender("Bikes\r\nBcc: eve@example.com", "a@example.com").contains(['\r', '\n']));
    }
}
