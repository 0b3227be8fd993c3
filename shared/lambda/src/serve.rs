//! A function's `main`.

use crate::{App, Clock, Function, Settings, Telemetry, Trigger, connect::http_client, spans::Spans};
use lambda_http::{Body, RequestExt, Response, service_fn};
use lambda_runtime::LambdaEvent;
use serde_json::Value;
use std::convert::Infallible;
use tradewind_tenancy::keys as tenancy_keys;

/// Connects, primes the connection to DynamoDB, and serves until Lambda ends the process.
///
/// One thread: Lambda sends one request at a time, and starting a pool costs more than it could give.
pub fn serve(function: Function) -> Result<(), lambda_runtime::Error> {
    tracing_subscriber::fmt().json().with_max_level(tracing::Level::WARN).with_target(false).without_time().init();
    // An area's functions share a log group: what is logged beside the line of a request says whose it is, too.
    let _named = tracing::error_span!("lambda", function = function.name).entered();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let (settings, clock) = (Settings::from_env(), Clock::default());
        clock.advance(settings.clock_ahead);
        let telemetry = Telemetry::Stdout { stage: settings.stage.clone() };
        let spans = Spans::to(settings.xray.as_deref());
        let http = spans.around(http_client()?);
        let app = App::connect_through(http, settings, clock, telemetry, function.grants).await?;
        prime(&app, &function).await;
        match function.trigger.clone() {
            Trigger::Http(route) => {
                let (app, route, spans) = (&app, &route, &spans);
                let answer = async move |request: lambda_http::Request| {
                    let context = request.lambda_context_ref();
                    spans.begin(context.and_then(|context| context.xray_trace_id.as_deref()));
                    Ok::<Response<Body>, Infallible>(route.call(app, request).await)
                };
                lambda_http::run(service_fn(answer)).await
            }
            Trigger::Queue(_)
            | Trigger::Schedule(_)
            | Trigger::Stream(_)
            | Trigger::Fallback(_)
            | Trigger::Authoriser => {
                let (app, function, spans) = (&app, &function, &spans);
                let answer = async move |event: LambdaEvent<Value>| {
                    spans.begin(event.context.xray_trace_id.as_deref());
                    function.invoke(app, event.payload).await.map_err(|e| e.to_string())
                };
                lambda_runtime::run(lambda_runtime::service_fn(answer)).await
            }
        }
    })
}

/// The first call to DynamoDB opens the connection and resolves the credentials: better during init, which has a whole core and
/// is not billed to a waiting client, than in the first request. Whether it succeeds does not matter.
async fn prime(app: &App, function: &Function) {
    if function.grants.contains(&tradewind_storage::Grant::MainRead) {
        let nothing =
            <tradewind_kernel::MarketplaceId as tradewind_kernel::Id>::from_ulid("00000000000000000000000000");
        if let Err(error) = app.granted(function.grants).table.peek(tenancy_keys::marketplace(&nothing)).await {
            tracing::warn!(%error, "priming failed");
        }
    }
}
