//! A served SQS with a clock that the test moves, and short forms of frequent calls.
//!
//! With `TRADEWIND_ENDPOINT`, tests use another emulator instead; each then runs in a process of its own and finds the emulator empty. The
//! emulator's clock is ahead of the machine's by the number of milliseconds in the file `TRADEWIND_CLOCK`; without the file, tests wait.

use aws_credential_types::Credentials;
use aws_sdk_sqs::{
    Client,
    config::{BehaviorVersion, Region},
    error::{ProvideErrorMetadata, SdkError},
    types::{Message, MessageSystemAttributeName, QueueAttributeName},
};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use tradewind_local_sqs::{Error, ManualClock, Sqs};

/// 2026-01-01T00:00:00Z.
pub const START_MS: i64 = 1_767_225_600_000;

pub struct House {
    pub client: Client,
    pub endpoint: String,
    own: Option<Own>,
}

/// Parts that only the service under test has, and no other emulator.
struct Own {
    sqs: Sqs,
    clock: ManualClock,
    stop: oneshot::Sender<()>,
    served: JoinHandle<Result<(), Error>>,
}

pub fn client(endpoint: &str) -> Client {
    let config = aws_sdk_sqs::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("local", "local", None, None, "test"))
        .endpoint_url(endpoint)
        .http_client(tradewind_client::amazon().unwrap())
        .build();
    Client::from_conf(config)
}

impl House {
    pub async fn open() -> Self {
        if let Some(house) = Self::elsewhere() {
            move_to(START_MS);
            return house;
        }
        let clock = ManualClock::starting_at(START_MS);
        Self::serve(Sqs::open_with_clock(None, clock.clone()).unwrap(), clock).await
    }

    /// Like `open`, but on the machine's clock.
    pub async fn open_in_time() -> Self {
        match Self::elsewhere() {
            Some(house) => house,
            None => Self::serve(Sqs::open(None).unwrap(), ManualClock::starting_at(0)).await,
        }
    }

    fn elsewhere() -> Option<Self> {
        let endpoint = std::env::var("TRADEWIND_ENDPOINT").ok()?;
        Some(Self { client: client(&endpoint), endpoint, own: None })
    }

    pub async fn serve(sqs: Sqs, clock: ManualClock) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel::<()>();
        let served = tokio::spawn(sqs.clone().serve(listener, async {
            stopped.await.ok();
        }));
        Self { client: client(&endpoint), endpoint, own: Some(Own { sqs, clock, stop, served }) }
    }

    /// Stops serving and waits until it has.
    pub async fn close(self) {
        let own = self.own.unwrap();
        drop(own.stop);
        own.served.await.unwrap().unwrap();
    }

    /// The service itself, unless another emulator is used.
    pub fn sqs(&self) -> Option<&Sqs> {
        self.own.as_ref().map(|own| &own.sqs)
    }

    pub fn wait_s(&self, seconds: i64) {
        match &self.own {
            Some(own) => own.clock.advance_ms(seconds * 1000),
            None => wait_elsewhere(seconds),
        }
    }

    /// Whether a timestamp, in the given parts of a second, shows this time. The clock of another emulator runs on meanwhile.
    pub fn says(&self, found: Option<&str>, expected: i64, parts: i64) -> bool {
        let seconds = if self.own.is_some() { 0 } else { 5 };
        let late = found.and_then(|found| found.parse::<i64>().ok()).map(|found| found - expected);
        late.is_some_and(|late| (0..=seconds * parts).contains(&late))
    }

    /// The number of messages, including taken and delayed ones, and how many of them can be received.
    pub async fn counts(&self, url: &str) -> (usize, usize) {
        let names = [
            QueueAttributeName::ApproximateNumberOfMessages,
            QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
            QueueAttributeName::ApproximateNumberOfMessagesDelayed,
        ];
        let mut counts = vec![];
        for name in names {
            counts.push(self.attribute(url, name).await.unwrap().parse::<usize>().unwrap());
        }
        (counts.iter().sum(), counts[0])
    }

    pub async fn queue(&self, name: &str, attributes: &[(QueueAttributeName, &str)]) -> String {
        let mut create = self.client.create_queue().queue_name(name);
        for (attribute, value) in attributes {
            create = create.attributes(attribute.clone(), *value);
        }
        create.send().await.unwrap().queue_url.unwrap()
    }

    /// A FIFO queue that deduplicates by content.
    pub async fn fifo(&self, name: &str, more: &[(QueueAttributeName, &str)]) -> String {
        let mut attributes =
            vec![(QueueAttributeName::FifoQueue, "true"), (QueueAttributeName::ContentBasedDeduplication, "true")];
        attributes.extend_from_slice(more);
        self.queue(name, &attributes).await
    }

    /// Two queues, with the dead letters of the first going to the second.
    pub async fn with_dead_letters(&self, receives: u32) -> (String, String) {
        let dead = self.queue("dead", &[]).await;
        let policy = redrive_policy("dead", receives);
        let source = self.queue("source", &[(QueueAttributeName::RedrivePolicy, &policy)]).await;
        (source, dead)
    }

    pub async fn send(&self, url: &str, body: &str) -> String {
        self.client.send_message().queue_url(url).message_body(body).send().await.unwrap().message_id.unwrap()
    }

    pub async fn send_to_group(&self, url: &str, group: &str, body: &str) {
        self.client.send_message().queue_url(url).message_group_id(group).message_body(body).send().await.unwrap();
    }

    /// Receives up to ten messages with all system and message attributes, without waiting.
    pub async fn receive(&self, url: &str) -> Vec<Message> {
        self.receive_at_most(url, 10).await
    }

    pub async fn receive_at_most(&self, url: &str, limit: i32) -> Vec<Message> {
        self.client
            .receive_message()
            .queue_url(url)
            .max_number_of_messages(limit)
            .message_system_attribute_names(MessageSystemAttributeName::All)
            .message_attribute_names("All")
            .send()
            .await
            .unwrap()
            .messages
            .unwrap_or_default()
    }

    pub async fn bodies(&self, url: &str) -> Vec<String> {
        self.receive(url).await.iter().map(|message| message.body().unwrap().to_owned()).collect()
    }

    pub async fn delete(&self, url: &str, message: &Message) {
        self.client.delete_message().queue_url(url).receipt_handle(handle(message)).send().await.unwrap();
    }

    pub async fn hide_for(&self, url: &str, message: &Message, seconds: i32) {
        self.client
            .change_message_visibility()
            .queue_url(url)
            .receipt_handle(handle(message))
            .visibility_timeout(seconds)
            .send()
            .await
            .unwrap();
    }

    pub async fn attribute(&self, url: &str, name: QueueAttributeName) -> Option<String> {
        let shown = self
            .client
            .get_queue_attributes()
            .queue_url(url)
            .attribute_names(QueueAttributeName::All)
            .send()
            .await
            .unwrap();
        shown.attributes.unwrap_or_default().remove(&name)
    }
}

fn clock_file() -> Option<std::path::PathBuf> {
    std::env::var_os("TRADEWIND_CLOCK").map(Into::into)
}

/// Moves another emulator's clock.
fn move_to(milliseconds: i64) {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    if let Some(file) = clock_file() {
        std::fs::write(file, (milliseconds - i64::try_from(now.as_millis()).unwrap()).to_string()).unwrap();
    }
}

fn wait_elsewhere(seconds: i64) {
    match clock_file() {
        Some(file) => {
            let ahead: i64 = std::fs::read_to_string(&file).unwrap().trim().parse().unwrap();
            std::fs::write(file, (ahead + seconds * 1000).to_string()).unwrap();
        }
        None => std::thread::sleep(std::time::Duration::from_secs(seconds.try_into().unwrap())),
    }
}

pub fn arn(name: &str) -> String {
    format!("arn:aws:sqs:us-east-1:000000000000:{name}")
}

pub fn redrive_policy(target: &str, receives: u32) -> String {
    format!(r#"{{"deadLetterTargetArn":"{}","maxReceiveCount":{receives}}}"#, arn(target))
}

pub fn handle(message: &Message) -> &str {
    message.receipt_handle().unwrap()
}

pub fn system(message: &Message, name: MessageSystemAttributeName) -> Option<&str> {
    message.attributes().and_then(|all| all.get(&name)).map(String::as_str)
}

/// The error code as SDKs match on it.
pub fn code<E: ProvideErrorMetadata + std::fmt::Debug, R: std::fmt::Debug>(error: SdkError<E, R>) -> String {
    error.as_service_error().unwrap_or_else(|| panic!("{error:?}")).code().unwrap().to_owned()
}
