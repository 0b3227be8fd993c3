//! Runs functions: linked into this process, or as processes of their own.

use crate::{faults::Faults, processes::Processes};
use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use hyper::{
    HeaderMap, StatusCode,
    header::{HeaderName, HeaderValue},
};
use lambda_http::request::LambdaRequest;
use serde_json::Value;
use std::{future::Future, str::FromStr, sync::Arc, time::Duration};
use tradewind_lambda::{App, Clock, Function};

/// A function's answer, as API Gateway passes it on.
pub(crate) struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

#[derive(Clone)]
pub(crate) enum Host {
    /// In this process; with faults only in tests.
    Linked(Box<App>, Option<Faults>),
    /// Each function runs in processes of its own.
    Processes(Arc<Processes>),
}

impl Host {
    /// Calls a function with an event. The error is what Lambda calls a function error: a crash, a time-out, or an answer that reports a
    /// failure.
    pub(crate) async fn invoke(&self, function: &Function, event: Value) -> Result<Value, String> {
        match self {
            Self::Linked(app, faults) => {
                let trace = faults.as_ref().map(|_| trace(&event)).unwrap_or_default();
                let invoked = tokio::time::timeout(function.timeout, function.invoke(app, event));
                let invoked = under(faults.as_ref(), function, &trace, invoked).await?;
                invoked.map_err(|_| "the function ran out of time".to_owned())?.map_err(|e| e.to_string())
            }
            Self::Processes(processes) => processes.invoke(function, event).await,
        }
    }

    /// Moves the clock of the local cloud and of all functions forward.
    pub(crate) fn advance(&self, clock: &Clock, by: Duration) {
        clock.advance(by);
        if let Self::Processes(processes) = self {
            processes.advance(by);
        }
    }

    /// Calls an endpoint. A linked function receives the request as it is; a process receives it as JSON.
    pub(crate) async fn call(&self, function: &Function, request: ApiGatewayV2httpRequest) -> Result<Answer, String> {
        match (self, function.route()) {
            (Self::Linked(app, faults), Some(route)) => {
                let trace = request.headers.get(TRACE).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
                let called = route.call(app, LambdaRequest::ApiGatewayV2(request).into());
                let response = under(faults.as_ref(), function, &trace, called).await?;
                let (parts, body) = response.into_parts();
                let body = match body {
                    lambda_http::Body::Text(text) => Bytes::from(text),
                    lambda_http::Body::Binary(bytes) => Bytes::from(bytes),
                    lambda_http::Body::Empty | _ => Bytes::new(),
                };
                Ok(Answer { status: parts.status, headers: parts.headers, body })
            }
            (Self::Linked(..) | Self::Processes(_), _) => {
                let event = serde_json::to_value(request).map_err(|e| e.to_string())?;
                answer(&self.invoke(function, event).await?)
            }
        }
    }
}

/// The header with the trace of a request.
const TRACE: &str = "x-amzn-trace-id";

/// The trace of the first message or record of an event.
fn trace(event: &Value) -> String {
    let message = event.pointer("/Records/0/attributes/AWSTraceHeader").and_then(Value::as_str);
    let record = || event.pointer("/Records/0/dynamodb/NewImage/body/S").and_then(Value::as_str);
    let in_record = || serde_json::from_str::<Value>(record()?).ok()?.get("trace")?.as_str().map(str::to_owned);
    message.map(str::to_owned).or_else(in_record).unwrap_or_default()
}

async fn under<T>(
    faults: Option<&Faults>,
    function: &Function,
    trace: &str,
    work: impl Future<Output = T>,
) -> Result<T, String> {
    match faults {
        Some(faults) => faults.during(function.name, trace, work).await,
        None => Ok(work.await),
    }
}

fn answer(value: &Value) -> Result<Answer, String> {
    let status = value.get("statusCode").and_then(Value::as_u64).and_then(|s| u16::try_from(s).ok());
    let status = status.and_then(|s| StatusCode::from_u16(s).ok()).ok_or("the function answered no status")?;
    let mut headers = HeaderMap::new();
    for (name, value) in value.get("headers").and_then(Value::as_object).into_iter().flatten() {
        let value = value.as_str().unwrap_or_default();
        if let (Ok(name), Ok(value)) = (HeaderName::from_str(name), HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    }
    let body = value.get("body").and_then(Value::as_str).unwrap_or_default();
    let encoded = value.get("isBase64Encoded").and_then(Value::as_bool).unwrap_or_default();
    let body =
        if encoded { STANDARD.decode(body).map_err(|e| e.to_string())?.into() } else { Bytes::from(body.to_owned()) };
    Ok(Answer { status, headers, body })
}
