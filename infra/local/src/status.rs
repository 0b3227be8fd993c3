//! The local cloud's own addresses, under `/_local`: a page that shows what is happening, and controls for trying things out.
//!
//! | path | what |
//! |---|---|
//! | `GET /_local` | the page |
//! | `GET /_local/mail` | captured e-mails |
//! | `GET /_local/mail/{id}` | a captured e-mail as a mail program shows it |
//! | `GET /_local/queues` | depths of queues, dead-letter queues and the main table's stream |
//! | `GET /_local/events` | the newest events of the outbox |
//! | `GET /_local/media/{key}` | a processed picture, as the CDN in front of the private bucket would serve it |
//! | `GET /_local/dead-letters` | the first messages of each dead-letter queue |
//! | `GET /_local/routes` | the routes |
//! | `GET /_local/totals` | what each function did and consumed since the start (in-process functions only) |
//! | `POST /_local/run/{function}` | runs a scheduled job now |
//! | `POST /_local/clock?advance_seconds=N` | moves the clock forward |

use crate::{
    Error,
    cloud::Embedded,
    from_here::from_here,
    functions::queues,
    host::Host,
    mail::{Mail, Mailbox},
    recent::Recent,
    resources::{BUCKET_MEDIA, TABLE_MAIN, dead_letter_name, queue_name},
    sources,
};
use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Method, Request, Response, StatusCode,
    body::Incoming,
    header::{self, HeaderValue},
};
use serde_json::{Value, json};
use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};
use tradewind_lambda::{Clock, Function, Totals, Trigger};

/// The path under which pictures are served.
pub(crate) const MEDIA: &str = "/_local/media/";

/// The path under which e-mails are shown.
const MAIL: &str = "/_local/mail/";

fn refused() -> Response<Full<Bytes>> {
    let text = "The local cloud's own addresses are for this machine: call them as 127.0.0.1 or localhost, and from no other page.\n";
    let mut response = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = StatusCode::FORBIDDEN;
    response
}

#[derive(Clone)]
pub(crate) struct Status {
    pub functions: Arc<Vec<Function>>,
    pub embedded: Option<Embedded>,
    pub mailbox: Mailbox,
    pub host: Host,
    pub clock: Clock,
    pub totals: Totals,
    pub recent: Recent,
    pub s3: aws_sdk_s3::Client,
}

impl Status {
    pub(crate) async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let path = request.uri().path().trim_end_matches('/').to_owned();
        // Pictures are shown by storefronts, which may be anywhere.
        if !path.starts_with(MEDIA) && !from_here(request.headers()) {
            return refused();
        }
        match (request.method(), path.as_str()) {
            (&Method::GET, "/_local") => html(self.page()),
            (&Method::GET, path) if path.starts_with(MEDIA) => self.picture(path.trim_start_matches(MEDIA)).await,
            (&Method::GET, "/_local/mail") => data(json!(self.mailbox.all())),
            (&Method::GET, path) if path.starts_with(MAIL) => self.mail(path.trim_start_matches(MAIL)),
            (&Method::GET, "/_local/events") => data(json!(self.recent.all())),
            (&Method::GET, "/_local/routes") => data(self.routes()),
            (&Method::GET, "/_local/queues") => self.queues().map_or_else(|e| failed(&e.to_string()), data),
            (&Method::GET, "/_local/dead-letters") => data(self.dead_letters()),
            (&Method::GET, "/_local/totals") => data(self.totals()),
            (&Method::POST, "/_local/clock") => self.advance(request.uri().query().unwrap_or_default()),
            (&Method::POST, path) => match path.strip_prefix("/_local/run/") {
                Some(name) => self.run(name).await,
                None => not_found(),
            },
            _ => not_found(),
        }
    }

    async fn picture(&self, key: &str) -> Response<Full<Bytes>> {
        let Ok(object) = self.s3.get_object().bucket(BUCKET_MEDIA).key(key).send().await else { return not_found() };
        let kind = object.content_type().and_then(|kind| HeaderValue::from_str(kind).ok());
        let Ok(bytes) = object.body.collect().await else { return not_found() };
        let mut response = Response::new(Full::new(bytes.into_bytes()));
        response.headers_mut().extend(kind.map(|kind| (header::CONTENT_TYPE, kind)));
        response
    }

    fn mail(&self, id: &str) -> Response<Full<Bytes>> {
        let mail = self.mailbox.all().into_iter().find(|mail| mail.id == id);
        mail.and_then(|mail| mail.html).map_or_else(not_found, html)
    }

    fn advance(&self, query: &str) -> Response<Full<Bytes>> {
        let seconds = query.strip_prefix("advance_seconds=").and_then(|s| s.parse().ok());
        match seconds {
            Some(seconds) => {
                self.host.advance(&self.clock, Duration::from_secs(seconds));
                data(json!({ "now": self.clock.now() }))
            }
            None => not_found(),
        }
    }

    async fn run(&self, name: &str) -> Response<Full<Bytes>> {
        let job = self.functions.iter().find(|f| f.name == name && matches!(f.trigger, Trigger::Schedule(_)));
        let Some(job) = job else { return not_found() };
        match self.host.invoke(job, sources::schedules::event()).await {
            Ok(answer) => data(answer),
            Err(cause) => failed(&cause),
        }
    }

    fn routes(&self) -> Value {
        let routes = self.functions.iter().filter_map(|f| Some((f, f.route()?)));
        json!(
            routes
                .map(|(function, route)| json!({
                    "route": route.endpoint.route_key(), "function": function.name, "access": format!("{:?}", route.access),
                    "summary": function.summary,
                }))
                .collect::<Vec<_>>()
        )
    }

    fn totals(&self) -> Value {
        let all = self.totals.all().into_iter().map(|(function, total)| {
            let sums = json!({
                "count": total.count, "errors": total.errors,
                "read_halves": total.read_halves, "write_halves": total.write_halves,
            });
            (function.to_owned(), sums)
        });
        Value::Object(all.collect())
    }

    /// The numbers of waiting messages. If they are not known, this is an error and not zero: a caller that waits until they reach zero
    /// must not go on.
    fn queues(&self) -> Result<Value, Error> {
        let Some(embedded) = &self.embedded else { return Ok(json!([])) };
        // The stream is read first: a record that moves on meanwhile is then counted in a queue.
        let delivered = embedded.delivered.load(Ordering::Acquire);
        let waits = embedded.dynamodb.stream_depth(TABLE_MAIN, delivered);
        let waits = waits.map_err(|e| Error::service("DynamoDB", e))?;
        let stream = json!({ "name": "stream of the main table", "visible": waits, "in_flight": 0, "delayed": 0 });
        let depths = embedded.sqs.depths().map_err(|e| Error::service("SQS", e))?;
        let queues = depths
            .iter()
            .map(|d| json!({ "name": d.name, "visible": d.visible, "in_flight": d.in_flight, "delayed": d.delayed }));
        Ok(queues.chain([stream]).collect())
    }

    fn dead_letters(&self) -> Value {
        let mut all = vec![];
        for queue in queues() {
            let peeked = self.embedded.as_ref().and_then(|e| e.sqs.peek(&dead_letter_name(queue), 20).ok());
            for message in peeked.unwrap_or_default() {
                all.push(json!({
                    "queue": queue_name(queue), "id": message.id, "body": message.body,
                    "receive_count": message.receive_count, "sent_at_ms": message.sent_at_ms,
                }));
            }
        }
        json!(all)
    }

    fn page(&self) -> String {
        let table = |title: &str, columns: &[&str], rows: &Value| {
            let head: String = columns.iter().map(|c| format!("<th>{c}</th>")).collect();
            let rows: String = rows
                .as_array()
                .into_iter()
                .flatten()
                .map(|row| {
                    let cells: String = columns
                        .iter()
                        .map(|c| match row.get(*c) {
                            Some(Value::String(text)) if text.starts_with(MAIL) => {
                                format!("<td><a href=\"{0}\">{0}</a></td>", escape(text))
                            }
                            Some(Value::String(text)) => format!("<td>{}</td>", escape(text)),
                            Some(value) => format!("<td>{}</td>", escape(&value.to_string())),
                            None => "<td></td>".to_owned(),
                        })
                        .collect();
                    format!("<tr>{cells}</tr>")
                })
                .collect();
            format!("<h2>{title}</h2><table><tr>{head}</tr>{rows}</table>")
        };
        let shown = |mail: Mail| json!({ "page": format!("{MAIL}{}", mail.id), "to": mail.to, "subject": mail.subject, "text": mail.text });
        let mails = json!(self.mailbox.all().into_iter().rev().take(50).map(shown).collect::<Vec<_>>());
        let queues = self.queues().unwrap_or_else(|e| json!([{ "name": e.to_string() }]));
        let sections = [
            table("Queues", &["name", "visible", "in_flight", "delayed"], &queues),
            table("Dead letters", &["queue", "receive_count", "body"], &self.dead_letters()),
            table("Events", &["at", "type", "marketplace", "data"], &json!(self.recent.all())),
            table("E-mails", &["page", "to", "subject", "text"], &mails),
            table("Routes", &["route", "access", "summary"], &self.routes()),
        ];
        format!(
            "<!doctype html><meta charset=utf-8><title>Tradewind, local</title><style>body{{font:15px system-ui;margin:2rem auto;\
             max-width:72rem;padding:0 1rem;color:#1b2733}}h1{{font-size:1.4rem}}h2{{font-size:1.05rem;margin-top:2rem}}table\
             {{border-collapse:collapse;width:100%}}td,th{{text-align:left;padding:.35rem .6rem;border-bottom:1px solid #d8dee4;\
             vertical-align:top;white-space:pre-wrap;overflow-wrap:anywhere}}th{{color:#57606a;font-weight:600}}</style>\
             <h1>Tradewind on this machine, {}</h1>{}",
            self.clock.now(),
            sections.concat()
        )
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn data(value: Value) -> Response<Full<Bytes>> {
    respond("application/json", value.to_string())
}

fn html(page: String) -> Response<Full<Bytes>> {
    respond("text/html; charset=utf-8", page)
}

fn respond(kind: &'static str, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

fn failed(cause: &str) -> Response<Full<Bytes>> {
    let mut response = data(json!({ "message": cause }));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}

fn not_found() -> Response<Full<Bytes>> {
    let mut response = data(json!({ "message": "there is no such page under /_local" }));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}
