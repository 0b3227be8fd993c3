//! The embedded services, each on a loopback port of its own.

use crate::{
    Error,
    aws::{ACCESS_KEY, SECRET_KEY},
    data::Data,
    direct::Direct,
    mail::Mailbox,
    parameters,
};
use std::{
    future::Future,
    net::Ipv4Addr,
    sync::{Arc, atomic::AtomicI64},
};
use tokio::{net::TcpListener, sync::watch, task::JoinSet};
use tradewind_lambda::Endpoints;
use tradewind_local_dynamodb::DynamoDb;
use tradewind_local_s3::S3;
use tradewind_local_sqs::Sqs;

/// Our own services; services of another emulator have no handle here.
#[derive(Clone)]
pub(crate) struct Embedded {
    pub dynamodb: DynamoDb,
    pub s3: S3,
    pub sqs: Sqs,
    /// The sequence number up to which the main table's stream was delivered.
    pub delivered: Arc<AtomicI64>,
}

pub(crate) struct Cloud {
    pub endpoints: Endpoints,
    pub embedded: Option<Embedded>,
    pub mailbox: Mailbox,
    /// The services that this process calls without a socket: those that take part in every sale.
    pub direct: Direct,
}

impl Cloud {
    /// Starts the services that another emulator at `elsewhere` does not provide.
    pub(crate) async fn start(
        data: &Data,
        elsewhere: Option<String>,
        tasks: &mut JoinSet<Result<(), Error>>,
        stop: &watch::Receiver<bool>,
    ) -> Result<Self, Error> {
        let mailbox = Mailbox::open(data)?;
        let mut endpoints = Endpoints { ..Endpoints::default() };
        let mut direct = Direct::default();
        let (listener, url) = listen().await?;
        serve_router(tasks, "SES", listener, mailbox.router(), stopped(stop));
        direct.router(&url, mailbox.router());
        endpoints.ses = Some(url);
        let (listener, url) = listen().await?;
        serve_router(tasks, "Parameter Store", listener, parameters::router(data.secrets.clone()), stopped(stop));
        endpoints.ssm = Some(url);

        if let Some(url) = elsewhere {
            endpoints.dynamodb = Some(url.clone());
            endpoints.s3 = Some(url.clone());
            endpoints.sqs = Some(url);
            return Ok(Self { endpoints, embedded: None, mailbox, direct });
        }
        let embedded = Embedded {
            dynamodb: DynamoDb::open(data.path("dynamodb.sqlite").as_deref())
                .map_err(|e| Error::service("DynamoDB", e))?,
            s3: S3::open(tradewind_local_s3::Options {
                access_key: ACCESS_KEY.into(),
                secret_key: SECRET_KEY.into(),
                data: data.path("s3"),
            })
            .map_err(|e| Error::service("S3", e))?,
            sqs: Sqs::open(data.path("sqs.sqlite").as_deref()).map_err(|e| Error::service("SQS", e))?,
            delivered: Arc::default(),
        };
        let (listener, url) = listen().await?;
        let (service, end) = (embedded.dynamodb.clone(), stopped(stop));
        tasks.spawn(async move { service.serve(listener, end).await.map_err(|e| Error::service("DynamoDB", e)) });
        direct.dynamodb(&url, embedded.dynamodb.clone());
        endpoints.dynamodb = Some(url);
        let (listener, url) = listen().await?;
        let (service, end) = (embedded.s3.clone(), stopped(stop));
        tasks.spawn(async move { service.serve(listener, end).await.map_err(|e| Error::service("S3", e)) });
        endpoints.s3 = Some(url);
        let (listener, url) = listen().await?;
        let (service, end) = (embedded.sqs.clone(), stopped(stop));
        tasks.spawn(async move { service.serve(listener, end).await.map_err(|e| Error::service("SQS", e)) });
        direct.router(&url, embedded.sqs.router(&url));
        endpoints.sqs = Some(url);
        Ok(Self { endpoints, embedded: Some(embedded), mailbox, direct })
    }
}

/// Listens on a free loopback port, and returns the listener with its URL.
pub(crate) async fn listen() -> Result<(TcpListener, String), Error> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(|e| Error::service("network", e))?;
    let address = listener.local_addr().map_err(|e| Error::service("network", e))?;
    Ok((listener, format!("http://{address}")))
}

pub(crate) fn serve_router(
    tasks: &mut JoinSet<Result<(), Error>>,
    service: &'static str,
    listener: TcpListener,
    router: axum::Router,
    end: impl Future<Output = ()> + Send + 'static,
) {
    tasks.spawn(async move {
        let served = axum::serve(listener, router).with_graceful_shutdown(end).await;
        served.map_err(|e| Error::service(service, e))
    });
}

/// Completes when the local cloud is told to stop.
pub(crate) fn stopped(stop: &watch::Receiver<bool>) -> impl Future<Output = ()> + Send + 'static {
    let mut stop = stop.clone();
    async move {
        // An error means that the sender is gone and can no longer tell us to stop, which counts as a stop.
        drop(stop.wait_for(|stop| *stop).await);
    }
}
