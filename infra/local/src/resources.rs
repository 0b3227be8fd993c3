//! Creates what the templates declare: tables, buckets and queues, each once.

use crate::{Error, aws::Aws, functions::queues};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType,
    ScalarAttributeType, StreamSpecification, StreamViewType, TimeToLiveSpecification,
};
use aws_sdk_s3::types::{
    CorsConfiguration, CorsRule, Event as S3Event, FilterRule, FilterRuleName, NotificationConfiguration,
    NotificationConfigurationFilter, QueueConfiguration, S3KeyFilter,
};
use aws_sdk_sqs::types::QueueAttributeName;
use serde_json::json;
use std::{collections::BTreeMap, time::Duration};
use tradewind_kernel::event::Queue;
use tradewind_media::UploadPurpose;

pub(crate) const TABLE_MAIN: &str = "tradewind-main";
pub(crate) const TABLE_EPHEMERAL: &str = "tradewind-ephemeral";
pub(crate) const BUCKET_UPLOADS: &str = "tradewind-uploads";
pub(crate) const BUCKET_MEDIA: &str = "tradewind-media";

/// The name of a queue.
pub(crate) fn queue_name(queue: Queue) -> String {
    format!("tradewind-{}", queue.name())
}

/// The name of a queue's dead-letter queue.
pub(crate) fn dead_letter_name(queue: Queue) -> String {
    format!("{}-dead", queue_name(queue))
}

/// The URL of each queue.
pub(crate) type QueueUrls = BTreeMap<Queue, String>;

/// The beginning of all queues' URLs, which end with the queues' names.
pub(crate) fn beginning(urls: &QueueUrls) -> String {
    let one = urls.iter().find_map(|(queue, url)| url.strip_suffix(queue.name()));
    one.unwrap_or_default().to_owned()
}

/// Creates what is missing, and returns the URLs of the queues. `hidden` is how long a message stays hidden after it failed.
pub(crate) async fn make(aws: &Aws, hidden: Duration) -> Result<QueueUrls, Error> {
    table(aws, TABLE_MAIN, true).await?;
    table(aws, TABLE_EPHEMERAL, false).await?;
    bucket(aws, BUCKET_UPLOADS).await?;
    bucket(aws, BUCKET_MEDIA).await?;
    let mut urls = QueueUrls::new();
    for queue in queues() {
        let dead = make_queue(aws, &dead_letter_name(queue), BTreeMap::new()).await?;
        let redrive = json!({ "deadLetterTargetArn": arn(aws, &dead).await?, "maxReceiveCount": 5 }).to_string();
        let attributes = BTreeMap::from([
            (QueueAttributeName::RedrivePolicy, redrive),
            (QueueAttributeName::VisibilityTimeout, hidden.as_secs().to_string()),
        ]);
        urls.insert(queue, make_queue(aws, &queue_name(queue), attributes).await?);
    }
    Ok(urls)
}

/// Makes the uploads bucket put each new picture on the queue of `media-process`. The embedded S3 needs no such setting: [`crate::sources`]
/// reads its notifications.
pub(crate) async fn notify(aws: &Aws, queues: &QueueUrls) -> Result<(), Error> {
    let wrong = |cause: String| Error::service("S3", format!("notifications of {BUCKET_UPLOADS}: {cause}"));
    let queue = queues.get(&tradewind_media::UPLOADED).map(String::as_str).unwrap_or_default();
    let prefix = format!("{}/", UploadPurpose::ListingImage.prefix());
    let rule = FilterRule::builder().name(FilterRuleName::Prefix).value(prefix).build();
    let filter = NotificationConfigurationFilter::builder().key(S3KeyFilter::builder().filter_rules(rule).build());
    let send = QueueConfiguration::builder()
        .queue_arn(arn(aws, queue).await?)
        .events(S3Event::from("s3:ObjectCreated:*"))
        .filter(filter.build())
        .build()
        .map_err(|e| wrong(e.to_string()))?;
    let all = NotificationConfiguration::builder().queue_configurations(send).build();
    let put = aws.s3.put_bucket_notification_configuration().bucket(BUCKET_UPLOADS).notification_configuration(all);
    put.send().await.map(|_| ()).map_err(|e| wrong(format!("{:?}", e.into_service_error())))
}

async fn arn(aws: &Aws, queue: &str) -> Result<String, Error> {
    let asked =
        aws.sqs.get_queue_attributes().queue_url(queue).attribute_names(QueueAttributeName::QueueArn).send().await;
    let found = asked.map_err(|e| Error::service("SQS", format!("{:?}", e.into_service_error())))?;
    Ok(found.attributes().and_then(|a| a.get(&QueueAttributeName::QueueArn)).cloned().unwrap_or_default())
}

async fn make_queue(aws: &Aws, name: &str, attributes: BTreeMap<QueueAttributeName, String>) -> Result<String, Error> {
    let wrong = |cause: String| Error::service("SQS", format!("{name}: {cause}"));
    if let Ok(found) = aws.sqs.get_queue_url().queue_name(name).send().await {
        let url = found.queue_url().unwrap_or_default().to_owned();
        if !attributes.is_empty() {
            let set =
                aws.sqs.set_queue_attributes().queue_url(&url).set_attributes(Some(attributes.into_iter().collect()));
            set.send().await.map_err(|e| wrong(format!("{:?}", e.into_service_error())))?;
        }
        return Ok(url);
    }
    let made =
        aws.sqs.create_queue().queue_name(name).set_attributes(Some(attributes.into_iter().collect())).send().await;
    let made = made.map_err(|e| wrong(format!("{:?}", e.into_service_error())))?;
    Ok(made.queue_url().unwrap_or_default().to_owned())
}

async fn bucket(aws: &Aws, name: &str) -> Result<(), Error> {
    let wrong = |cause: String| Error::service("S3", format!("{name}: {cause}"));
    if aws.s3.head_bucket().bucket(name).send().await.is_err() {
        aws.s3.create_bucket().bucket(name).send().await.map_err(|e| wrong(format!("{:?}", e.into_service_error())))?;
    }
    let rule = CorsRule::builder()
        .allowed_origins("*")
        .allowed_methods("GET")
        .allowed_methods("POST")
        .allowed_headers("*")
        .expose_headers("ETag")
        .max_age_seconds(3600)
        .build()
        .map_err(|e| wrong(e.to_string()))?;
    let cors = CorsConfiguration::builder().cors_rules(rule).build().map_err(|e| wrong(e.to_string()))?;
    let put = aws.s3.put_bucket_cors().bucket(name).cors_configuration(cors).send().await;
    put.map(|_| ()).map_err(|e| wrong(format!("{:?}", e.into_service_error())))
}

async fn table(aws: &Aws, name: &str, main: bool) -> Result<(), Error> {
    let wrong = |cause: String| Error::service("DynamoDB", format!("{name}: {cause}"));
    if aws.dynamodb.describe_table().table_name(name).send().await.is_ok() {
        return Ok(());
    }
    let key = |name: &str, kind: KeyType| KeySchemaElement::builder().attribute_name(name).key_type(kind).build();
    let text =
        |name: &str| AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S).build();
    let build = || -> Result<_, aws_sdk_dynamodb::error::BuildError> {
        let mut create = aws
            .dynamodb
            .create_table()
            .table_name(name)
            .billing_mode(BillingMode::PayPerRequest)
            .key_schema(key("pk", KeyType::Hash)?)
            .key_schema(key("sk", KeyType::Range)?)
            .attribute_definitions(text("pk")?)
            .attribute_definitions(text("sk")?);
        if main {
            for index in ["gsi1", "gsi2"] {
                let (pk, sk) = (format!("{index}pk"), format!("{index}sk"));
                let card =
                    Projection::builder().projection_type(ProjectionType::Include).non_key_attributes("card").build();
                let schema = [key(&pk, KeyType::Hash)?, key(&sk, KeyType::Range)?];
                create = create
                    .attribute_definitions(text(&pk)?)
                    .attribute_definitions(text(&sk)?)
                    .global_secondary_indexes(
                        GlobalSecondaryIndex::builder()
                            .index_name(index)
                            .set_key_schema(Some(schema.to_vec()))
                            .projection(card)
                            .build()?,
                    );
            }
            let stream = StreamSpecification::builder().stream_enabled(true).stream_view_type(StreamViewType::NewImage);
            create = create.stream_specification(stream.build()?);
        }
        Ok(create)
    };
    let create = build().map_err(|e| wrong(e.to_string()))?;
    create.send().await.map_err(|e| wrong(format!("{:?}", e.into_service_error())))?;
    let ttl = TimeToLiveSpecification::builder().enabled(true).attribute_name("ttl").build();
    let ttl = ttl.map_err(|e| wrong(e.to_string()))?;
    let set = aws.dynamodb.update_time_to_live().table_name(name).time_to_live_specification(ttl).send().await;
    set.map(|_| ()).map_err(|e| wrong(format!("{:?}", e.into_service_error())))
}
