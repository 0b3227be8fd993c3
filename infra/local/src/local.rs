//! Starts the local cloud with all its parts.

use crate::{
    Error,
    aws::{self, Aws},
    cloud::{self, Cloud},
    data::{Data, Secrets, StripeKeys},
    direct::Direct,
    environment,
    faults::Faults,
    functions,
    gateway::Gateway,
    host::Host,
    parameters,
    recent::Recent,
    resources::{self, QueueUrls},
    runtime_api, sources,
    status::{self, Status},
};
use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};
use tokio::{net::TcpListener, sync::watch, task::JoinSet};
use tradewind_lambda::{
    App, Clock, Credentials, Endpoints, FRESH, Function, Grant, Settings, Telemetry, Totals, http_client,
};

/// The settings of the local cloud.
#[derive(Debug, Clone)]
pub struct Options {
    /// The gateway's port on 127.0.0.1; 0 for a free one.
    pub port: u16,
    /// The folder in which the state is kept; with `None` nothing is kept.
    pub data: Option<PathBuf>,
    /// The operator's key to use, instead of a generated one.
    pub operator_key: Option<String>,
    /// The e-mail address that is notified of dead letters.
    pub operator_address: Option<String>,
    /// The address of another emulator, for DynamoDB, S3 and SQS.
    pub endpoint: Option<String>,
    /// The folder with the binaries of the functions; each function then runs as processes of its own.
    pub lambdas: Option<PathBuf>,
    /// How long a message stays hidden after its consumer has failed.
    pub hidden: Duration,
    /// How old a marketplace's cached settings may be when a function in this process uses them.
    pub fresh: Duration,
    /// Faults between functions in this process and AWS, for tests.
    pub faults: Option<Faults>,
    /// Whether failures on our side are kept off standard error.
    pub quiet: bool,
    /// How many batches of one queue are processed at once, at most as many as the consumer declares.
    pub pollers: u16,
    /// The keys of Stripe, or of a fake; without them, marketplaces use the sandbox.
    pub stripe: Option<StripeKeys>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            data: None,
            operator_key: None,
            operator_address: Some("operator@tradewind.localhost".into()),
            endpoint: None,
            lambdas: None,
            hidden: Duration::from_secs(30),
            fresh: FRESH,
            faults: None,
            quiet: false,
            pollers: 1,
            stripe: None,
        }
    }
}

/// A running local cloud. Dropping it without [`Local::stop`] is like a crash, except that requests in progress may still finish.
pub struct Local {
    /// The gateway's URL.
    pub url: String,
    /// The secrets of the deployment, including the operator's key.
    pub secrets: Secrets,
    /// The addresses of the services.
    pub endpoints: Endpoints,
    /// The environment for a function that runs as a process of its own.
    pub environment: Vec<(String, String)>,
    clock: Clock,
    host: Host,
    functions: Arc<Vec<Function>>,
    stop: watch::Sender<bool>,
    tasks: JoinSet<Result<(), Error>>,
    _data: Data,
}

impl Local {
    /// Starts everything; returns once requests can be sent.
    pub async fn start(options: Options) -> Result<Self, Error> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await;
        let listener = listener.map_err(|_| Error::PortBusy(options.port))?;
        let address = listener.local_addr().map_err(|e| Error::service("network", e))?;
        let mut data = Data::open(options.data.as_deref(), options.operator_key.clone())?;
        data.secrets.stripe = options.stripe.clone();
        let (stop_sender, stop) = watch::channel(false);
        let mut tasks = JoinSet::new();

        let cloud = Cloud::start(&data, options.endpoint.clone(), &mut tasks, &stop).await?;
        let aws = Aws::new(&cloud.endpoints, &cloud.direct, http_client().map_err(|e| Error::service("client", e))?);
        let urls = resources::make(&aws, options.hidden).await?;
        if cloud.embedded.is_none() {
            resources::notify(&aws, &urls).await?;
        }
        let settings = settings(&options, address, &cloud, &urls);
        let functions: Arc<Vec<Function>> = Arc::new(functions());
        let clock = Clock::default();
        let totals = Totals::default();
        let watched = (clock.clone(), totals.clone());
        let host = host(&options, &settings, &functions, &cloud.direct, watched, &mut tasks, &stop).await?;

        let context = sources::Context {
            aws: aws.clone(),
            host: host.clone(),
            stop: stop.clone(),
            queues: urls,
            embedded: cloud.embedded.clone(),
            recent: Recent::default(),
            pollers: options.pollers,
        };
        sources::start(&context, &functions, &mut tasks);
        let status = Status {
            functions: functions.clone(),
            embedded: cloud.embedded,
            mailbox: cloud.mailbox,
            host: host.clone(),
            clock: clock.clone(),
            totals,
            recent: context.recent.clone(),
            s3: aws.s3.clone(),
        };
        let gateway = Gateway::new(&functions, host.clone(), clock.clone(), status)?;
        let end = cloud::stopped(&stop);
        tasks.spawn(async move { gateway.serve(listener, end).await });
        Ok(Self {
            url: format!("http://{address}"),
            secrets: data.secrets.clone(),
            endpoints: cloud.endpoints,
            environment: environment::of(&settings),
            clock,
            host,
            functions,
            stop: stop_sender,
            tasks,
            _data: data,
        })
    }

    /// Calls a function with an event, as AWS would. The error is a function error.
    pub async fn invoke(&self, function: &str, event: serde_json::Value) -> Result<serde_json::Value, String> {
        let found = self.functions.iter().find(|f| f.name == function);
        self.host.invoke(found.ok_or("there is no such function")?, event).await
    }

    /// Moves our clock forward. Delays of messages in queues follow the machine's clock, which does not move.
    pub fn advance(&self, by: Duration) {
        self.host.advance(&self.clock, by);
    }

    /// Waits until a part fails; does not return while all is well.
    pub async fn run(&mut self) -> Result<(), Error> {
        while let Some(ended) = self.tasks.join_next().await {
            ended.map_err(|e| Error::service("task", e))??;
        }
        Ok(())
    }

    /// Stops the local cloud: work in progress is finished, waiting messages stay where they are.
    pub async fn stop(mut self) -> Result<(), Error> {
        self.stop.send_replace(true);
        let all = async {
            while let Some(ended) = self.tasks.join_next().await {
                ended.map_err(|e| Error::service("task", e))??;
            }
            Ok(())
        };
        // Whatever does not end by itself ends with the process; nothing that was accepted is lost.
        tokio::time::timeout(Duration::from_secs(8), all).await.unwrap_or(Ok(()))
    }
}

fn settings(options: &Options, address: SocketAddr, cloud: &Cloud, urls: &QueueUrls) -> Settings {
    Settings {
        stage: aws::STAGE.into(),
        table_main: resources::TABLE_MAIN.into(),
        table_ephemeral: resources::TABLE_EPHEMERAL.into(),
        bucket_uploads: resources::BUCKET_UPLOADS.into(),
        bucket_media: resources::BUCKET_MEDIA.into(),
        media_url: Some(format!("http://{address}{}", status::MEDIA.trim_end_matches('/'))),
        queues: resources::beginning(urls),
        dead_letters: urls.keys().map(|queue| format!("{}-dead", queue.name())).collect(),
        operator_address: options.operator_address.clone(),
        domain: Some("localhost".into()),
        sender: "no-reply@localhost".into(),
        api_url: format!("http://{address}"),
        stripe_url: options.stripe.as_ref().and_then(|stripe| stripe.url.clone()),
        parameters: parameters::PREFIX.into(),
        xray: None,
        region: aws::REGION.into(),
        credentials: Some(Credentials::new(aws::ACCESS_KEY, aws::SECRET_KEY, None, None, "local")),
        endpoints: cloud.endpoints.clone(),
        authorise_inline: false,
        clock_ahead: Duration::ZERO,
        fresh: options.fresh,
    }
}

async fn host(
    options: &Options,
    settings: &Settings,
    functions: &[Function],
    direct: &Direct,
    (clock, totals): (Clock, Totals),
    tasks: &mut JoinSet<Result<(), Error>>,
    stop: &watch::Receiver<bool>,
) -> Result<Host, Error> {
    if let Some(folder) = &options.lambdas {
        let environment = environment::of(settings);
        return Ok(Host::Processes(runtime_api::start(functions, folder.clone(), environment, tasks, stop).await?));
    }
    let secrets = [
        Grant::SigningKey,
        Grant::SealingKey,
        Grant::OperatorKey,
        Grant::SandboxSecret,
        Grant::StripeSecretKey,
        Grant::StripePublishableKey,
        Grant::StripeWebhookSecret,
    ];
    let http = direct.client(http_client().map_err(|e| Error::service("functions", e))?);
    let http = options.faults.as_ref().map_or(http.clone(), |faults| faults.wrap(http));
    let telemetry = if options.quiet { Telemetry::Quiet(totals) } else { Telemetry::Local(totals) };
    let app = App::connect_through(http, settings.clone(), clock, telemetry, &secrets).await;
    Ok(Host::Linked(Box::new(app.map_err(|e| Error::service("functions", e))?), options.faults.clone()))
}
