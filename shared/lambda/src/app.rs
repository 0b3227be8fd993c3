//! The means that a handler works with.

use crate::{
    Clock, Failure, JobError, Settings, Telemetry,
    connect::{Clients, Secrets, http_client},
    entropy::{id, random},
    order_processes::OrderProcesses,
};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::SdkConfig;
use std::sync::{Arc, OnceLock};
use tradewind_auth::{SealingKey, Signer, Verifier};
use tradewind_http::{Problem, Tenants};
use tradewind_kernel::{CommitId, Id, MarketplaceId, Time};
use tradewind_orders::order_process::OrderProcess;
use tradewind_storage::{Bucket, Commit, Grant, Queues, StorageError, Table};
use tradewind_tenancy::Marketplace;

/// What a handler works with: the stores that it is granted, the clock, new ids, and the deployment's settings. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The two DynamoDB tables.
    pub table: Table,
    /// The SQS queues.
    pub queues: Queues,
    /// The bucket that clients upload to.
    pub uploads: Bucket,
    /// The bucket of processed pictures.
    pub media: Bucket,
    shared: Arc<Shared>,
    grants: &'static [Grant],
}

struct Shared {
    settings: Settings,
    clock: Clock,
    telemetry: Telemetry,
    tenants: Tenants,
    order_processes: OrderProcesses,
    signer: Option<Signer>,
    verifier: Option<Verifier>,
    sealing_key: Option<SealingKey>,
    secrets: Secrets,
    sdk: SdkConfig,
    // Made when they are first used, as the clients of SQS and S3 are.
    ses: OnceLock<aws_sdk_sesv2::Client>,
    http: SharedHttpClient,
    provider_http: OnceLock<SharedHttpClient>,
}

impl App {
    /// Connects to the services. `grants` decides which secrets are read.
    pub async fn connect(
        settings: Settings,
        clock: Clock,
        telemetry: Telemetry,
        grants: &[Grant],
    ) -> Result<Self, Failure> {
        Self::connect_through(http_client()?, settings, clock, telemetry, grants).await
    }

    /// Connects to the services through an HTTP client that the caller provides.
    pub async fn connect_through(
        http: SharedHttpClient,
        settings: Settings,
        clock: Clock,
        telemetry: Telemetry,
        grants: &[Grant],
    ) -> Result<Self, Failure> {
        let Clients { table, queues, uploads, media, sdk, secrets } =
            Clients::connect(&settings, http.clone(), grants).await?;
        let secret = |grant: Grant| secrets.get(grant.secret()?).map(String::as_str);
        let signer = secret(Grant::SigningKey).map(Signer::new).transpose().map_err(Failure::new)?;
        let shared = Shared {
            order_processes: OrderProcesses::default(),
            tenants: Tenants::new(settings.domain.clone(), settings.fresh),
            verifier: signer.as_ref().map(Signer::verifier),
            signer,
            sealing_key: secret(Grant::SealingKey).map(SealingKey::new).transpose().map_err(Failure::new)?,
            secrets,
            settings,
            clock,
            telemetry,
            sdk,
            ses: OnceLock::new(),
            http,
            provider_http: OnceLock::new(),
        };
        Ok(Self { table, queues, uploads, media, shared: Arc::new(shared), grants: &[] })
    }

    /// The same app for one request of a function with these grants.
    pub fn granted(&self, grants: &'static [Grant]) -> Self {
        Self {
            table: self.table.granted(grants),
            queues: self.queues.granted(grants),
            uploads: self.uploads.granted(grants),
            media: self.media.granted(grants),
            shared: self.shared.clone(),
            grants,
        }
    }

    fn granted_key<'a, T>(&self, grant: Grant, key: Option<&'a T>) -> Result<&'a T, Problem> {
        let key = key.filter(|_| self.grants.contains(&grant));
        key.ok_or_else(|| Problem::internal(format!("{grant:?} is not granted or not configured")))
    }

    fn known(&self, grant: Grant) -> Option<&String> {
        self.shared.secrets.get(grant.secret()?)
    }

    /// A secret of the Parameter Store. It must never reach a log or an answer.
    pub fn secret(&self, grant: Grant) -> Result<&str, Problem> {
        self.granted_key(grant, self.known(grant)).map(String::as_str)
    }

    /// The current moment.
    pub fn now(&self) -> Time {
        self.shared.clock.now()
    }

    /// Makes a new id.
    pub fn id<I: Id>(&self) -> I {
        id(self.now())
    }

    /// Makes random bytes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        random()
    }

    /// An empty commit for use outside of a request: in a consumer or a job.
    pub fn commit(&self, tenant: &MarketplaceId, trace: Option<String>) -> Commit {
        let now = self.now();
        Commit::new(tenant, id::<CommitId>(now), now, trace)
    }

    /// A marketplace as it was some seconds ago. Half a read unit if it is not cached.
    pub async fn marketplace(&self, tenant: &MarketplaceId) -> Result<Option<Arc<Marketplace>>, StorageError> {
        self.shared.tenants.known(&self.table, tenant).await
    }

    /// An empty commit for a step of a sale. Such a step may post the marketplace's earnings, which count on the day in the
    /// marketplace's own time zone.
    pub async fn commit_sale(&self, tenant: &MarketplaceId, trace: Option<String>) -> Result<Commit, JobError> {
        let marketplace = self.marketplace(tenant).await?;
        let marketplace = marketplace.ok_or_else(|| JobError::internal(format!("{tenant} is missing")))?;
        Ok(self.commit(tenant, trace).in_zone(&marketplace.time_zone))
    }

    /// The settings of this deployment.
    pub fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    /// The destination of logs and metrics.
    pub fn telemetry(&self) -> &Telemetry {
        &self.shared.telemetry
    }

    /// A version of a marketplace's order process; 0 is the one that ships with the product. Half a read unit for each 4 KB the first
    /// time, nothing afterwards.
    pub async fn order_process(&self, tenant: &MarketplaceId, version: u32) -> Result<Arc<OrderProcess>, Problem> {
        self.find_order_process(tenant, version)
            .await?
            .ok_or_else(|| Problem::internal(format!("version {version} of {tenant}'s process is missing")))
    }

    /// A version of a marketplace's order process, or `None` if there is no such version.
    pub async fn find_order_process(
        &self,
        tenant: &MarketplaceId,
        version: u32,
    ) -> Result<Option<Arc<OrderProcess>>, Problem> {
        Ok(self.shared.order_processes.find(&self.table, tenant, version).await?)
    }

    pub(crate) fn tenants(&self) -> &Tenants {
        &self.shared.tenants
    }

    /// The signer of access tokens.
    pub fn signer(&self) -> Result<&Signer, Problem> {
        self.granted_key(Grant::SigningKey, self.shared.signer.as_ref())
    }

    /// The key that signs cursors and encrypts stored replies.
    pub fn sealing_key(&self) -> Result<&SealingKey, Problem> {
        self.granted_key(Grant::SealingKey, self.shared.sealing_key.as_ref())
    }

    /// The client of SES, the e-mail service.
    pub fn ses(&self) -> Result<&aws_sdk_sesv2::Client, Problem> {
        if !self.grants.contains(&Grant::SendEmail) {
            return Err(Problem::internal("SendEmail is not granted"));
        }
        Ok(self.shared.ses.get_or_init(|| {
            let mut config = aws_sdk_sesv2::config::Builder::from(&self.shared.sdk);
            config.set_endpoint_url(self.shared.settings.endpoints.ses.clone());
            aws_sdk_sesv2::Client::from_conf(config.build())
        }))
    }

    /// The HTTP client for the deployment's own API.
    pub fn http(&self) -> &SharedHttpClient {
        &self.shared.http
    }

    /// The HTTP client for payment providers. It is made when it is first used, and only it trusts the public certificate
    /// authorities. Stripe asks not to pin its certificates, because it may change authorities at any time
    /// (<https://docs.stripe.com/security/guide>).
    pub fn provider_http(&self) -> Result<&SharedHttpClient, Problem> {
        if let Some(client) = self.shared.provider_http.get() {
            return Ok(client);
        }
        let client = tradewind_client::public().map_err(Problem::internal)?;
        Ok(self.shared.provider_http.get_or_init(|| client))
    }

    /// The operator's key.
    pub(crate) fn operator_key(&self) -> Option<&String> {
        self.known(Grant::OperatorKey)
    }

    pub(crate) fn verifier(&self) -> Option<&Verifier> {
        self.shared.verifier.as_ref()
    }
}
