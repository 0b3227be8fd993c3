//! The main table's stream and its reader: records are delivered in order, and a batch is repeated until it succeeds.

use super::{Context, wait};
use crate::{Error, aws::Aws, cloud::Embedded, recent, resources::TABLE_MAIN};
use aws_sdk_dynamodbstreams::types::{Record, ShardIteratorType};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::atomic::Ordering,
    time::{Duration, Instant},
};
use tradewind_lambda::{Function, Stream};
use tradewind_local_dynamodb::StreamFilter;

/// How long records may gather before they are read together: reading and trimming after each single write would cost more than the writes.
const GATHER: Duration = Duration::from_millis(5);
const RETRY: Duration = Duration::from_millis(300);
/// How often delivered records are deleted: this is a write, which makes the database's connections drop their caches.
const TRIM: Duration = Duration::from_secs(1);

pub(super) async fn run(context: Context, function: Function, stream: Stream) -> Result<(), Error> {
    let filter = StreamFilter::parse(stream.filter).map_err(|e| Error::service("stream", e))?;
    match context.embedded.clone() {
        Some(embedded) => embedded_stream(context, function, stream, filter, embedded).await,
        None => remote_stream(context, function, stream, filter).await,
    }
}

async fn embedded_stream(
    context: Context,
    function: Function,
    stream: Stream,
    filter: StreamFilter,
    embedded: Embedded,
) -> Result<(), Error> {
    let database = embedded.dynamodb;
    let mut stop = context.stop.clone();
    let mut written = database.subscribe();
    // How far records were delivered, and how far they were deleted. Records between the two are delivered again after a crash.
    let (mut delivered, mut trimmed, mut last_trim) = (0, 0, Instant::now());
    loop {
        if delivered > trimmed && (last_trim.elapsed() >= TRIM || *stop.borrow()) {
            database.trim_stream(TABLE_MAIN, delivered).map_err(|e| Error::service("stream", e))?;
            (trimmed, last_trim) = (delivered, Instant::now());
        }
        if *stop.borrow() {
            return Ok(());
        }
        written.borrow_and_update();
        let batch = database.stream_records(TABLE_MAIN, delivered, usize::from(stream.batch), Some(&filter));
        let batch = batch.map_err(|e| Error::service("stream", e))?;
        let Some(through) = batch.through else {
            let woken = tokio::select! {
                _ = written.changed() => true,
                () = tokio::time::sleep(TRIM), if delivered > trimmed => false,
                _ = stop.wait_for(|stop| *stop) => false,
            };
            if woken {
                tokio::time::sleep(GATHER).await;
            }
            continue;
        };
        let records: Vec<_> = batch.records.into_iter().map(|record| record.event).collect();
        if deliver(&context, &function, records).await {
            delivered = through;
            embedded.delivered.store(through, Ordering::Release);
        } else {
            wait(&mut stop, RETRY).await;
        }
    }
}

async fn deliver(context: &Context, function: &Function, records: Vec<Value>) -> bool {
    if records.is_empty() {
        return true;
    }
    let events = recent::bodies(&records);
    let delivered = context.host.invoke(function, json!({ "Records": records })).await.is_ok();
    if delivered {
        context.recent.add(events);
    }
    delivered
}

/// Another emulator's stream, read through the DynamoDB Streams API from the oldest record on.
async fn remote_stream(
    context: Context,
    function: Function,
    stream: Stream,
    filter: StreamFilter,
) -> Result<(), Error> {
    let mut stop = context.stop.clone();
    // The last record of each shard that was delivered. Iterators are created anew each time: they expire, and in some emulators they lose
    // track of a table after a cancelled transaction was rolled back.
    let mut delivered: HashMap<String, String> = HashMap::new();
    loop {
        // A shard that cannot be read now is read the next time.
        for (arn, shard) in shards(&context.aws).await.unwrap_or_default() {
            let read = read(&context.aws, arn, &shard, delivered.get(&shard), stream.batch).await;
            let read = read.unwrap_or_default();
            let last = read.last().and_then(|record| record.dynamodb()?.sequence_number().map(str::to_owned));
            let records: Vec<_> = read.iter().map(record).filter(|r| filter.lets_through(r)).collect();
            if deliver(&context, &function, records).await
                && let Some(last) = last
            {
                delivered.insert(shard, last);
            }
        }
        if !wait(&mut stop, RETRY).await {
            return Ok(());
        }
    }
}

/// The records of a shard after a sequence number; `None` if the emulator refuses.
async fn read(aws: &Aws, arn: String, shard: &str, after: Option<&String>, limit: u16) -> Option<Vec<Record>> {
    let from = if after.is_some() { ShardIteratorType::AfterSequenceNumber } else { ShardIteratorType::TrimHorizon };
    let iterator = aws.streams.get_shard_iterator().stream_arn(arn).shard_id(shard).shard_iterator_type(from);
    let iterator = iterator.set_sequence_number(after.cloned()).send().await.ok()?.shard_iterator?;
    aws.streams.get_records().shard_iterator(iterator).limit(i32::from(limit)).send().await.ok()?.records
}

async fn shards(aws: &Aws) -> Result<Vec<(String, String)>, Error> {
    let wrong = |e: &dyn std::fmt::Debug| Error::service("stream", format!("{e:?}"));
    let streams =
        aws.streams.list_streams().table_name(TABLE_MAIN).send().await.map_err(|e| wrong(&e.into_service_error()))?;
    let mut shards = vec![];
    for arn in streams.streams().iter().filter_map(|s| s.stream_arn()) {
        let described =
            aws.streams.describe_stream().stream_arn(arn).send().await.map_err(|e| wrong(&e.into_service_error()))?;
        let description = described.stream_description();
        let ids = description.map(|d| d.shards()).unwrap_or_default().iter().filter_map(|s| s.shard_id());
        shards.extend(ids.map(|id| (arn.to_owned(), id.to_owned())));
    }
    Ok(shards)
}

/// Converts a stream record, with the text attributes that the outbox uses.
fn record(record: &Record) -> Value {
    let image = record.dynamodb().and_then(|d| d.new_image()).cloned().unwrap_or_default();
    let image: serde_json::Map<_, _> =
        image.iter().filter_map(|(name, value)| Some((name.clone(), json!({ "S": value.as_s().ok()? })))).collect();
    json!({
        "eventID": record.event_id(),
        "eventName": record.event_name().map(|name| name.as_str()),
        "eventSource": "aws:dynamodb",
        "dynamodb": { "NewImage": image, "SequenceNumber": record.dynamodb().and_then(|d| d.sequence_number()) },
    })
}
