use aws_sdk_sqs::types::{
    ListMessageMoveTasksResultEntry, MessageSystemAttributeName as System, QueueAttributeName as Name,
};

use crate::support::{House, arn, code, redrive_policy, system};

/// Receives everything and lets it time out, `times` times.
async fn fail(house: &House, url: &str, times: u32) {
    for _ in 0..times {
        assert!(!house.receive(url).await.is_empty());
        house.wait_s(30);
    }
}

/// The latest task of the dead-letter queue, once it is no longer running.
async fn finished(house: &House) -> ListMessageMoveTasksResultEntry {
    for _ in 0..500 {
        let tasks = house.client.list_message_move_tasks().source_arn(arn("dead")).send().await.unwrap();
        let task = tasks.results.unwrap().remove(0);
        if task.status() != Some("RUNNING") {
            return task;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the move task did not end");
}

// RedrivePolicy: "When the ReceiveCount for a message exceeds the maxReceiveCount, Amazon SQS moves the message to the
// dead-letter queue", with DeadLetterQueueSourceArn, the same id, and for standard queues the same send time.
#[tokio::test]
async fn a_message_received_too_often_becomes_a_dead_letter() {
    let house = House::open().await;
    let (source, dead) = house.with_dead_letters(2).await;
    let id = house.send(&source, "poison").await;
    house.wait_s(1);
    fail(&house, &source, 2).await;
    assert!(house.receive(&dead).await.is_empty());
    assert!(house.receive(&source).await.is_empty());
    if let Some(sqs) = house.sqs() {
        let peeked = sqs.peek("dead", 10).unwrap().remove(0);
        assert_eq!((peeked.id.as_str(), peeked.body.as_str(), peeked.receive_count), (id.as_str(), "poison", 2));
        assert_eq!(peeked.source_arn, Some(arn("source")));
    }
    let letter = house.receive(&dead).await.remove(0);
    assert_eq!(letter.message_id(), Some(id.as_str()));
    assert_eq!(system(&letter, System::DeadLetterQueueSourceArn), Some(arn("source").as_str()));
    assert!(house.says(system(&letter, System::SentTimestamp), crate::support::START_MS, 1000), "{letter:?}");
}

// A poison message does not take the place of a good one after it.
#[tokio::test]
async fn good_messages_are_received_past_the_dead_ones() {
    let house = House::open().await;
    let (source, dead) = house.with_dead_letters(1).await;
    for index in 0..10 {
        house.send(&source, &format!("poison {index}")).await;
    }
    fail(&house, &source, 1).await;
    house.send(&source, "good").await;
    assert_eq!(house.bodies(&source).await, ["good"]);
    assert_eq!(house.counts(&dead).await.0, 10);
}

// FIFO: a dead letter leaves its group, which continues with the next message. The dead-letter queue is FIFO too.
#[tokio::test]
async fn a_fifo_group_goes_on_without_its_dead_letter() {
    let house = House::open().await;
    let dead = house.fifo("dead.fifo", &[]).await;
    let policy = redrive_policy("dead.fifo", 1);
    let source = house.fifo("source.fifo", &[(Name::RedrivePolicy, &policy)]).await;
    house.send_to_group(&source, "g", "1").await;
    house.send_to_group(&source, "g", "2").await;
    house.receive_at_most(&source, 1).await;
    house.wait_s(30);
    assert_eq!(house.bodies(&source).await, ["2"]);
    assert_eq!(house.bodies(&dead).await, ["1"]);
}

// RedrivePolicy: the target exists and is of the same type; maxReceiveCount is 1 to 1000, as number or text.
#[tokio::test]
async fn a_redrive_policy_is_checked() {
    let house = House::open().await;
    house.queue("dead", &[]).await;
    house.fifo("dead.fifo", &[]).await;
    let source = house.queue("source", &[]).await;
    let set = |policy: String| {
        house.client.set_queue_attributes().queue_url(&source).attributes(Name::RedrivePolicy, policy).send()
    };
    for policy in [
        redrive_policy("nobody", 3),
        redrive_policy("dead.fifo", 3),
        redrive_policy("dead", 0),
        redrive_policy("dead", 1001),
        "{}".to_owned(),
        "no json".to_owned(),
    ] {
        assert_eq!(code(set(policy.clone()).await.unwrap_err()), "InvalidParameterValue", "{policy}");
    }
    set(redrive_policy("dead", 3).replace(":3", ":\"3\"")).await.unwrap();
    set(String::new()).await.unwrap();
    assert_eq!(house.attribute(&source, Name::RedrivePolicy).await, None);
}

// RedriveAllowPolicy: denyAll and byQueue decide who may name a queue as its dead-letter queue.
#[tokio::test]
async fn a_dead_letter_queue_chooses_its_sources() {
    let house = House::open().await;
    let by_queue = format!(r#"{{"redrivePermission":"byQueue","sourceQueueArns":["{}"]}}"#, arn("friend"));
    house.queue("dead", &[(Name::RedriveAllowPolicy, &by_queue)]).await;
    house.queue("closed", &[(Name::RedriveAllowPolicy, r#"{"redrivePermission":"denyAll"}"#)]).await;
    house.queue("friend", &[(Name::RedrivePolicy, &redrive_policy("dead", 3))]).await;
    for target in ["dead", "closed"] {
        let create = house.client.create_queue().queue_name("stranger");
        let create = create.attributes(Name::RedrivePolicy, redrive_policy(target, 3));
        assert_eq!(code(create.send().await.unwrap_err()), "InvalidParameterValue", "{target}");
    }
}

// ListDeadLetterSourceQueues.
#[tokio::test]
async fn the_sources_of_a_dead_letter_queue_are_listed() {
    let house = House::open().await;
    let (source, dead) = house.with_dead_letters(3).await;
    let listed = house.client.list_dead_letter_source_queues().queue_url(&dead).send().await.unwrap();
    assert_eq!(listed.queue_urls(), [source]);
}

// StartMessageMoveTask without a destination: "the messages will be redriven back to their respective original source
// queues"; "redriven messages are considered new messages with a new messageID and enqueueTime".
#[tokio::test]
async fn dead_letters_move_back_to_where_they_came_from() {
    let house = House::open().await;
    let (source, dead) = house.with_dead_letters(1).await;
    let mut old = vec![];
    for index in 0..250 {
        old.push(house.send(&source, &index.to_string()).await);
    }
    for _ in 0..25 {
        house.receive(&source).await;
    }
    house.wait_s(30);
    assert!(house.receive(&source).await.is_empty());
    assert_eq!(house.counts(&dead).await.0, 250);

    house.client.start_message_move_task().source_arn(arn("dead")).send().await.unwrap().task_handle.unwrap();
    let task = finished(&house).await;
    assert_eq!((task.status(), task.approximate_number_of_messages_moved()), (Some("COMPLETED"), 250), "{task:?}");
    assert_eq!(task.task_handle(), None);
    assert_eq!(house.counts(&dead).await.0, 0);
    let back = house.receive(&source).await.remove(0);
    assert_eq!(system(&back, System::ApproximateReceiveCount), Some("1"));
    assert_eq!(system(&back, System::DeadLetterQueueSourceArn), None);
    assert!(old.iter().all(|id| Some(id.as_str()) != back.message_id()));
}

// StartMessageMoveTask with DestinationArn; FIFO order is kept.
#[tokio::test]
async fn dead_letters_can_move_elsewhere_in_order() {
    let house = House::open().await;
    let dead = house.fifo("dead.fifo", &[]).await;
    house.fifo("source.fifo", &[(Name::RedrivePolicy, &redrive_policy("dead.fifo", 1))]).await;
    let rescue = house.fifo("rescue.fifo", &[]).await;
    for body in ["1", "2", "3"] {
        house.send_to_group(&dead, "g", body).await;
    }
    let start = house.client.start_message_move_task().source_arn(arn("dead.fifo"));
    start.destination_arn(arn("rescue.fifo")).send().await.unwrap();
    let receive = house.client.receive_message().queue_url(&rescue).wait_time_seconds(5);
    assert_eq!(receive.send().await.unwrap().messages()[0].body(), Some("1"));
    house.wait_s(30);
    for _ in 0..500 {
        if house.counts(&rescue).await.0 == 3 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(house.bodies(&rescue).await, ["1", "2", "3"]);
}

// A message sent straight to the dead-letter queue has no source: without a destination the task fails and says why.
#[tokio::test]
async fn a_letter_without_a_source_fails_the_task_and_stays() {
    let house = House::open().await;
    let (_, dead) = house.with_dead_letters(1).await;
    house.send(&dead, "orphan").await;
    house.client.start_message_move_task().source_arn(arn("dead")).send().await.unwrap();
    let task = finished(&house).await;
    assert_eq!(task.status(), Some("FAILED"));
    assert_eq!(task.failure_reason(), Some("AWS.SimpleQueueService.CouldNotDetermineMessageSource"));
    assert_eq!(house.counts(&dead).await.0, 1);
}

// One active task for a source; CancelMessageMoveTask stops it; MaxNumberOfMessagesPerSecond bounds its pace.
#[tokio::test]
async fn a_task_keeps_its_rate_and_can_be_cancelled() {
    let house = House::open().await;
    let (_, dead) = house.with_dead_letters(1).await;
    house.queue("rescue", &[]).await;
    for index in 0..5 {
        house.send(&dead, &index.to_string()).await;
    }
    let start = || {
        let start = house.client.start_message_move_task().source_arn(arn("dead")).destination_arn(arn("rescue"));
        start.max_number_of_messages_per_second(1).send()
    };
    let handle = start().await.unwrap().task_handle.unwrap();
    assert_eq!(code(start().await.unwrap_err()), "InvalidParameterValue");
    let cancelled = house.client.cancel_message_move_task().task_handle(&handle).send().await.unwrap();
    assert!(cancelled.approximate_number_of_messages_moved() <= 2, "{cancelled:?}");
    assert_eq!(finished(&house).await.status(), Some("CANCELLED"));
    let error = house.client.cancel_message_move_task().task_handle(&handle).send().await.unwrap_err();
    assert!(error.into_service_error().is_resource_not_found_exception());
    assert!(house.counts(&dead).await.0 >= 3);
}

// "Currently, only ARNs of dead-letter queues whose sources are other Amazon SQS queues are accepted."
#[tokio::test]
async fn only_a_dead_letter_queue_can_be_moved_from() {
    let house = House::open().await;
    house.queue("plain", &[]).await;
    let start = |name: &str| house.client.start_message_move_task().source_arn(arn(name)).send();
    assert_eq!(code(start("plain").await.unwrap_err()), "InvalidParameterValue");
    assert!(start("nobody").await.unwrap_err().into_service_error().is_resource_not_found_exception());
}
