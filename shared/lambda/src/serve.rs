//! The `main` of a function's binary.

use crate::{App, Clock, Function, Settings, Telemetry, connect::http_client, init::Init, spans::Spans};
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;
use tradewind_tenancy::keys as tenancy_keys;

/// Connects, primes the connection to DynamoDB, and serves until Lambda ends the process.
///
/// It uses one thread: Lambda sends one request at a time, and starting a pool would cost more than it could save.
pub fn serve(function: Function) -> Result<(), lambda_runtime::Error> {
    let mut init = Init::begin();
    tracing_subscriber::fmt().json().with_max_level(tracing::Level::WARN).with_target(false).without_time().init();
    // An area's functions share a log group: this names the function in log entries other than a request's line, too.
    let _named = tracing::error_span!("lambda", function = function.name).entered();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    init.done("runtime");
    runtime.block_on(async {
        let (settings, clock) = (Settings::from_env(), Clock::default());
        clock.advance(settings.clock_ahead);
        let stage = settings.stage.clone();
        let telemetry = Telemetry::Stdout { stage: stage.clone() };
        let spans = Spans::to(settings.xray.as_deref());
        init.done("settings");
        let http = spans.around(http_client()?);
        init.done("tls");
        let app = App::connect_through(http, settings, clock, telemetry, function.grants).await?;
        init.done("clients_and_secrets");
        prime(&app, &function).await;
        init.done("prime");
        init.log(&stage, function.name);
        let (app, function, spans) = (&app, &function, &spans);
        // Requests are handled here, too: `lambda_http::run` would link a decoder for every charset of the web, and answers are
        // UTF-8.
        let answer = async move |LambdaEvent { mut payload, context }: LambdaEvent<Value>| {
            spans.begin(context.xray_trace_id.as_deref());
            // Lambda's trace header says more than the one that API Gateway passes on: whether the trace is sampled.
            let headers = payload.get_mut("headers").and_then(Value::as_object_mut);
            if let (Some(trace), Some(headers)) = (context.xray_trace_id, headers) {
                headers.insert("x-amzn-trace-id".into(), trace.into());
            }
            function.invoke(app, payload).await.map_err(|e| e.to_string())
        };
        lambda_runtime::run(service_fn(answer)).await
    })
}

/// Makes a first call to DynamoDB, which opens the connection and resolves the credentials. This is better done during init, which
/// has a whole core and keeps no client waiting, than in the first request. Whether it succeeds does not matter.
async fn prime(app: &App, function: &Function) {
    if function.grants.contains(&tradewind_storage::Grant::MainRead) {
        let nothing =
            <tradewind_kernel::MarketplaceId as tradewind_kernel::Id>::from_ulid("00000000000000000000000000");
        if let Err(error) = app.granted(function.grants).table.peek(tenancy_keys::marketplace(&nothing)).await {
            tracing::warn!(%error, "priming failed");
        }
    }
}
