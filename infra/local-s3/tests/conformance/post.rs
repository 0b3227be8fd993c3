use crate::harness::{ACCESS_KEY, Answer, BUCKET, SECRET_KEY, Server, send, server};
use base64::{Engine, engine::general_purpose::STANDARD};
use http::Method;
use jiff::{SignedDuration, Timestamp};
use ring::hmac;
use serde_json::{Value, json};

const MAX: usize = 1000;

fn hmac(key: &[u8], data: &str) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), data.as_bytes()).as_ref().to_vec()
}

/// A signed form: fields in the order in which they are sent, the file last.
struct Form {
    fields: Vec<(String, String)>,
    file_name: String,
}

impl Form {
    /// A form as the product signs it for uploads: an exact type, a prefix for the key, 1 to 1000 bytes.
    fn upload() -> Self {
        Self::signed("uploads/${filename}", SignedDuration::ZERO, SignedDuration::from_mins(10), &[])
    }

    fn signed(key: &str, age: SignedDuration, life: SignedDuration, extra: &[Value]) -> Self {
        let signed_at = Timestamp::now() - age;
        let date = signed_at.strftime("%Y%m%dT%H%M%SZ").to_string();
        let scope = format!("{}/us-east-1/s3/aws4_request", &date[..8]);
        let credential = format!("{ACCESS_KEY}/{scope}");
        let mut conditions = vec![
            json!({ "bucket": BUCKET }),
            json!(["starts-with", "$key", "uploads/"]),
            json!({ "Content-Type": "image/jpeg" }),
            json!(["content-length-range", 1, MAX]),
            json!({ "x-amz-algorithm": "AWS4-HMAC-SHA256" }),
            json!({ "x-amz-credential": credential }),
            json!({ "x-amz-date": date }),
        ];
        conditions.extend_from_slice(extra);
        let expiration = (signed_at + life).strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string();
        let policy = STANDARD.encode(json!({ "expiration": expiration, "conditions": conditions }).to_string());
        let mut signing = format!("AWS4{SECRET_KEY}").into_bytes();
        for step in [&date[..8], "us-east-1", "s3", "aws4_request"] {
            signing = hmac(&signing, step);
        }
        let signature: String = hmac(&signing, &policy).iter().map(|byte| format!("{byte:02x}")).collect();
        let fields = [
            ("key", key.to_owned()),
            ("Content-Type", "image/jpeg".to_owned()),
            ("X-Amz-Algorithm", "AWS4-HMAC-SHA256".to_owned()),
            ("X-Amz-Credential", credential),
            ("X-Amz-Date", date),
            ("Policy", policy),
            ("X-Amz-Signature", signature),
        ];
        let fields = fields.map(|(name, value)| (name.to_owned(), value)).to_vec();
        Self { fields, file_name: "photo.jpg".to_owned() }
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    async fn send(&self, s: &Server, file: &[u8]) -> Answer {
        self.send_with(s, file, &[]).await
    }

    async fn send_with(&self, s: &Server, file: &[u8], headers: &[(&str, &str)]) -> Answer {
        let mut body = Vec::new();
        for (name, value) in &self.fields {
            let part = format!("--xBOUNDARYx\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        let name = &self.file_name;
        let head = format!("--xBOUNDARYx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(b"Content-Type: application/octet-stream\r\n\r\n");
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n--xBOUNDARYx--\r\n");
        let mut all = vec![("content-type", "multipart/form-data; boundary=xBOUNDARYx")];
        all.extend_from_slice(headers);
        send(Method::POST, &format!("{}/{BUCKET}", s.url), &all, body).await
    }
}

/// Checks that the upload was refused with this status and code, and that nothing was stored.
async fn refused(s: &Server, answer: Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert!(answer.body.contains(&format!("<Code>{code}</Code>")), "{}", answer.body);
    let listed = s.client.list_objects_v2().bucket(BUCKET).send().await.unwrap();
    assert_eq!(listed.key_count(), Some(0));
}

#[tokio::test]
async fn a_signed_form_stores_the_file_under_its_name() {
    let s = server().await;
    let answer = Form::upload().send(&s, b"pixels").await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (204, ""));
    assert!(answer.header("location").unwrap().ends_with(&format!("/{BUCKET}/uploads/photo.jpg")));
    let head = s.client.head_object().bucket(BUCKET).key("uploads/photo.jpg").send().await.unwrap();
    assert_eq!(head.content_type(), Some("image/jpeg"));
    assert_eq!(head.e_tag(), answer.header("etag"));
    assert_eq!(s.get("uploads/photo.jpg").await, b"pixels");
    if s.s3.is_some() {
        assert_eq!(s.events().await, [("ObjectCreated:Post".to_owned(), "uploads/photo.jpg".to_owned())]);
    }
}

#[tokio::test]
async fn only_the_last_part_of_the_file_name_counts() {
    let s = server().await;
    let mut form = Form::upload();
    form.file_name = "../../etc/cat 1.jpg".to_owned();
    assert_eq!(form.send(&s, b"pixels").await.status, 204);
    assert_eq!(s.get("uploads/cat 1.jpg").await, b"pixels");
}

#[tokio::test]
async fn variables_are_expanded_before_the_policy_is_checked() {
    let s = server().await;
    let exact = [json!(["eq", "$key", "uploads/photo.jpg"])];
    let life = SignedDuration::from_mins(10);
    let form = Form::signed("uploads/${filename}", SignedDuration::ZERO, life, &exact);
    assert_eq!(form.send(&s, b"pixels").await.status, 204);
    let mut other = Form::signed("uploads/${filename}", SignedDuration::ZERO, life, &exact);
    other.file_name = "other.jpg".to_owned();
    assert_eq!(other.send(&s, b"pixels").await.status, 403);
}

#[tokio::test]
async fn a_file_outside_the_length_range_is_refused() {
    let s = server().await;
    refused(&s, Form::upload().send(&s, &[1; MAX + 1]).await, 400, "EntityTooLarge").await;
    refused(&s, Form::upload().send(&s, &vec![1; 3_000_000]).await, 400, "EntityTooLarge").await;
    refused(&s, Form::upload().send(&s, b"").await, 400, "EntityTooSmall").await;
    assert_eq!(Form::upload().send(&s, &[1; MAX]).await.status, 204);
}

#[tokio::test]
async fn a_field_that_breaks_its_condition_is_refused() {
    let s = server().await;
    refused(&s, Form::upload().with("Content-Type", "text/html").send(&s, b"x").await, 403, "AccessDenied").await;
    refused(&s, Form::upload().with("key", "private/x").send(&s, b"x").await, 403, "AccessDenied").await;
    refused(&s, Form::upload().with("Cache-Control", "no-store").send(&s, b"x").await, 403, "AccessDenied").await;
    let ignored = Form::upload().with("x-ignore-me", "whatever").send(&s, b"x").await;
    assert_eq!(ignored.status, 204);
}

#[tokio::test]
async fn a_form_for_another_bucket_is_refused() {
    let s = server().await;
    let other = [json!({ "bucket": "other-bucket" })];
    let form = Form::signed("uploads/x", SignedDuration::ZERO, SignedDuration::from_mins(10), &other);
    refused(&s, form.send(&s, b"x").await, 403, "AccessDenied").await;
}

#[tokio::test]
async fn an_expired_policy_is_refused() {
    let s = server().await;
    let (hour, minutes) = (SignedDuration::from_hours(1), SignedDuration::from_mins(59));
    let answer = Form::signed("uploads/x", hour, minutes, &[]).send(&s, b"x").await;
    assert!(answer.body.contains("Policy expired"), "{}", answer.body);
    refused(&s, answer, 403, "AccessDenied").await;
    let old = Form::signed("uploads/x", hour, SignedDuration::from_hours(2), &[]);
    assert_eq!(old.send(&s, b"x").await.status, 204);
}

#[tokio::test]
async fn a_changed_policy_or_signature_is_refused() {
    let s = server().await;
    let longer = Form::signed("uploads/x", SignedDuration::ZERO, SignedDuration::from_hours(9), &[]);
    let policy = longer.fields.iter().find(|(name, _)| name == "Policy").unwrap().1.clone();
    let swapped = Form::upload().with("Policy", &policy);
    refused(&s, swapped.send(&s, b"x").await, 403, "SignatureDoesNotMatch").await;
    let zeros = Form::upload().with("X-Amz-Signature", &"0".repeat(64));
    refused(&s, zeros.send(&s, b"x").await, 403, "SignatureDoesNotMatch").await;
    let mut unsigned = Form::upload();
    unsigned.fields.retain(|(name, _)| name == "key");
    refused(&s, unsigned.send(&s, b"x").await, 403, "AccessDenied").await;
}

#[tokio::test]
async fn an_unknown_access_key_is_refused() {
    let s = server().await;
    let form = Form::upload();
    let credential = form.fields.iter().find(|(name, _)| name == "X-Amz-Credential").unwrap().1.clone();
    let other = form.with("X-Amz-Credential", &credential.replace(ACCESS_KEY, "SOMEBODYELSE"));
    refused(&s, other.send(&s, b"x").await, 403, "InvalidAccessKeyId").await;
}

#[tokio::test]
async fn the_form_chooses_the_answer() {
    let s = server().await;
    let life = SignedDuration::from_mins(10);
    let status = |status: &str| {
        let extra = [json!({ "success_action_status": status })];
        Form::signed("uploads/x", SignedDuration::ZERO, life, &extra).with("success_action_status", status)
    };
    assert_eq!(status("200").send(&s, b"x").await.status, 200);
    assert_eq!(status("404").send(&s, b"x").await.status, 204);
    let created = status("201").send(&s, b"x").await;
    assert_eq!(created.status, 201);
    assert!(created.body.contains("<Key>uploads/x</Key>") && created.body.contains(BUCKET), "{}", created.body);
    let target = "https://shop.example/done?a=1";
    let extra = [json!(["starts-with", "$success_action_redirect", "https://shop.example/"])];
    let form = Form::signed("uploads/x", SignedDuration::ZERO, life, &extra).with("success_action_redirect", target);
    let redirected = form.send(&s, b"x").await;
    assert_eq!(redirected.status, 303);
    let expected = format!("{target}&bucket={BUCKET}&key=uploads%2Fx&etag=%22");
    assert!(redirected.header("location").unwrap().starts_with(&expected), "{:?}", redirected.headers);
}

#[tokio::test]
async fn metadata_fields_are_kept() {
    let s = server().await;
    let extra = [json!(["starts-with", "$x-amz-meta-by", ""]), json!({ "Cache-Control": "no-store" })];
    let form = Form::signed("uploads/x", SignedDuration::ZERO, SignedDuration::from_mins(10), &extra);
    let form = form.with("x-amz-meta-by", "seller 7").with("Cache-Control", "no-store");
    assert_eq!(form.send(&s, b"x").await.status, 204);
    let head = s.client.head_object().bucket(BUCKET).key("uploads/x").send().await.unwrap();
    assert_eq!((&*head.metadata().unwrap()["by"], head.cache_control()), ("seller 7", Some("no-store")));
}

#[tokio::test]
async fn a_form_without_a_file_or_with_too_many_fields_is_refused() {
    let s = server().await;
    let body = "--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nuploads/x\r\n--b--\r\n";
    let headers = [("content-type", "multipart/form-data; boundary=b")];
    let answer = send(Method::POST, &format!("{}/{BUCKET}", s.url), &headers, body).await;
    refused(&s, answer, 400, "InvalidArgument").await;
    let long = Form::upload().with("x-ignore-long", &"x".repeat(30_000));
    refused(&s, long.send(&s, b"x").await, 400, "MaxPostPreDataLengthExceededError").await;
}

#[tokio::test]
async fn a_cut_off_form_stores_nothing() {
    let s = server().await;
    let form = Form::upload();
    let mut body = String::new();
    for (name, value) in &form.fields {
        body += &format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    body += "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nhalf of the";
    let headers = [("content-type", "multipart/form-data; boundary=b")];
    let answer = send(Method::POST, &format!("{}/{BUCKET}", s.url), &headers, body).await;
    refused(&s, answer, 400, "IncompleteBody").await;
}

#[tokio::test]
async fn a_cross_origin_form_is_granted_by_the_rules() {
    let s = server().await;
    let rule = aws_sdk_s3::types::CorsRule::builder().allowed_origins("https://shop.example").allowed_methods("POST");
    let configuration = aws_sdk_s3::types::CorsConfiguration::builder().cors_rules(rule.build().unwrap());
    let put = s.client.put_bucket_cors().bucket(BUCKET).cors_configuration(configuration.build().unwrap());
    put.send().await.unwrap();
    let answer = Form::upload().send_with(&s, b"x", &[("origin", "https://shop.example")]).await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("access-control-allow-origin"), Some("https://shop.example"));
}
