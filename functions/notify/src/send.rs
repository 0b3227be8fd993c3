//! Passes an e-mail to SES.

use crate::{
    brand::Brand,
    render::{Rendered, render},
    templates::Addressed,
};
use aws_sdk_sesv2::{
    error::{BuildError, DisplayErrorContext},
    types::{Body, Content, Destination, EmailContent, Message},
};
use mail_builder::headers::{Header, address::EmailAddress};
use tradewind_lambda::{App, JobError};

/// Sends an e-mail under the brand's name, from the deployment's address.
pub(crate) async fn send(app: &App, from: &str, brand: &Brand, addressed: &Addressed) -> Result<(), JobError> {
    let Addressed { to, template, .. } = addressed;
    let Rendered { text, html } = render(brand, template).map_err(JobError::internal)?;
    let content = move || -> Result<EmailContent, BuildError> {
        let body = Body::builder().text(utf8(text)?).html(utf8(html)?).build();
        let message = Message::builder().subject(utf8(template.subject.clone())?).body(body).build();
        Ok(EmailContent::builder().simple(message).build())
    };
    app.ses()?
        .send_email()
        .from_email_address(sender(from, &app.settings().sender)?)
        .destination(Destination::builder().to_addresses(to.as_str()).build())
        .content(content().map_err(JobError::internal)?)
        .send()
        .await
        .map_err(|error| JobError::unavailable(format!("SendEmail failed: {}", DisplayErrorContext(error))))?;
    Ok(())
}

fn utf8(text: String) -> Result<Content, BuildError> {
    Content::builder().charset("UTF-8").data(text).build()
}

/// Formats `"Name" <address>` as a header (RFC 5322, RFC 2047). SES writes the rest of the message itself.
fn sender(name: &str, address: &str) -> Result<String, JobError> {
    let mut header = vec![];
    EmailAddress { name: Some(name.into()), email: address.into() }.write_header(&mut header, "From: ".len());
    // This header goes to SES in one line, and SES folds it.
    String::from_utf8(header).map(|header| header.replace("\r\n", "")).map_err(JobError::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(name: &str) -> String {
        sender(name, "no-reply@example.com").unwrap()
    }

    #[test]
    fn a_plain_name_is_quoted() {
        assert_eq!(from("Old \"Bikes\", Ltd"), r#""Old \"Bikes\", Ltd" <no-reply@example.com>"#);
    }

    #[test]
    fn a_name_in_any_script_is_encoded_in_words_of_75_characters_at_most() {
        assert_eq!(from("Räder"), "=?utf-8?B?UsOkZGVy?= <no-reply@example.com>");
        let long = from(&"é".repeat(60));
        assert!(long.split(' ').all(|word| word.len() <= 75), "{long}");
        assert_eq!(long.split(' ').count(), 4);
    }

    #[test]
    fn a_line_break_in_a_name_cannot_add_a_header() {
        assert!(!from("Bikes\r\nBcc: eve@example.com").contains(['\r', '\n']));
    }
}
