//! The story in which functions crash: every way in which money moves, each once. The people repeat a request until it is answered, and
//! read until what they wait for has happened.

use hyper::Method;
use serde_json::{Value, json};
use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};
use tradewind_tests::{
    Answer,
    proof::{Member, Proof, Sender, Venue},
};

type Notified<T> = Result<T, String>;

pub struct Story<'a> {
    proof: &'a Proof,
    venue: &'a Venue,
    sender: Sender,
    steps: AtomicU64,
}

impl<'a> Story<'a> {
    pub fn new(proof: &'a Proof, venue: &'a Venue, number: u64) -> Self {
        Self { proof, venue, sender: Sender::new(number).with_crashes(), steps: AtomicU64::new(0) }
    }

    /// Plays the story, and returns how every order must end.
    pub async fn tell(&self) -> Notified<Vec<(String, &'static str)>> {
        let (bob, ben) = (&self.venue.buyers[0], &self.venue.buyers[1]);
        let (sue, sam) = (&self.venue.sellers[0], &self.venue.sellers[1]);
        // Bob buys from both. His provider reports the payment twice, before anybody reads it.
        let both = self.buy(bob, &[(0, 2), (2, 1)], "both").await?;
        let (of_sue, of_sam) = (order_of(&both, sue)?, order_of(&both, sam)?);
        self.pay(bob, &both, "both").await?;
        self.until(bob, &of_sue, "paid").await?;
        // Ben waits too long before he pays.
        let late = self.buy(ben, &[(1, 1)], "late").await?;
        // Sue delivers, Bob receives it and confirms that. He cancels what he bought from Sam.
        self.take(sue, &of_sue, json!({ "transition": "ship", "shipment": parcel() })).await?;
        self.take(bob, &of_sue, json!({ "transition": "complete" })).await?;
        self.take(bob, &of_sam, json!({ "transition": "cancel" })).await?;
        // One of the two things from Sue was broken, and she had already received her share.
        let broken = json!({ "lines": [{ "line": 0, "quantity": 1, "restock": 1 }] });
        self.post(&self.venue.admin, "broken", &format!("/v1/orders/{of_sue}/refunds"), broken, 201).await?;
        // Bob buys from Sam again, and never confirms that it arrived.
        let silent = self.buy(bob, &[(3, 2)], "silent").await?;
        let of_silent = order_of(&silent, sam)?;
        self.pay(bob, &silent, "silent").await?;
        self.until(bob, &of_silent, "paid").await?;
        self.take(sam, &of_silent, json!({ "transition": "ship", "shipment": parcel() })).await?;
        // Ben cancels an order that he has not paid.
        let never = self.buy(ben, &[(0, 1)], "never").await?;
        let of_never = order_of(&never, sue)?;
        self.take(ben, &of_never, json!({ "transition": "cancel" })).await?;

        self.proof.advance(Duration::from_secs(16 * 60)).await;
        let of_late = order_of(&late, sue)?;
        self.swept(ben, &of_late, "expired").await?;
        // Only now does the provider have Ben's money.
        self.report("evt_late", captured(&late)).await?;
        self.payout("first").await?;
        self.newest(sue, "paid").await?;
        self.proof.advance(Duration::from_secs(15 * 24 * 60 * 60)).await;
        self.swept(bob, &of_silent, "delivered").await?;
        self.proof.advance(Duration::from_secs(4 * 24 * 60 * 60)).await;
        self.swept(bob, &of_silent, "completed").await?;
        // Sue's bank sends the money back; the next run pays her again, and Sam.
        let sent = self.newest(sue, "paid").await?;
        self.report("evt_back", json!({ "type": "payout.failed", "payout": sent, "reason": "account_closed" })).await?;
        self.newest(sue, "failed").await?;
        self.payout("second").await?;
        self.newest(sue, "paid").await?;
        self.newest(sam, "paid").await?;
        Ok(vec![
            (of_sue, "completed"),
            (of_sam, "cancelled"),
            (of_late, "expired"),
            (of_silent, "completed"),
            (of_never, "cancelled"),
        ])
    }

    fn step(&self) -> u64 {
        self.steps.fetch_add(1, Ordering::Relaxed)
    }

    async fn post(&self, who: &Member, key: &str, path: &str, body: Value, status: u16) -> Notified<Answer> {
        let answer = self.sender.post(self.step(), &who.client, key, path, &body).await.map_err(|e| e.0)?;
        if answer.status == status { Ok(answer) } else { Err(format!("{path}: {} {}", answer.status, answer.text)) }
    }

    async fn buy(&self, who: &Member, lines: &[(usize, u32)], key: &str) -> Notified<Value> {
        let line = |(listing, quantity): &(usize, u32)| {
            let listing = &self.venue.listings[*listing];
            json!({ "listing": listing.id, "variant": listing.variant, "quantity": quantity })
        };
        let cart = json!({ "lines": lines.iter().map(line).collect::<Vec<_>>() });
        let filled = self.sender.put(self.step(), &who.client, "/v1/cart", &cart).await.map_err(|e| e.0)?;
        if filled.status != 200 {
            return Err(filled.text);
        }
        self.post(who, key, "/v1/checkouts", json!({}), 201).await.map(|answer| answer.json)
    }

    async fn pay(&self, who: &Member, checkout: &Value, key: &str) -> Notified<()> {
        let path = format!("/v1/payments/{}/confirm", text(&checkout["payment"]["id"]));
        let body = json!({ "card": "4242424242424242", "deliveries": 2 });
        self.post(who, &format!("pay-{key}"), &path, body, 202).await.map(drop)
    }

    async fn take(&self, who: &Member, order: &str, body: Value) -> Notified<()> {
        let (key, path) =
            (format!("take-{order}-{}", text(&body["transition"])), format!("/v1/orders/{order}/transitions"));
        self.post(who, &key, &path, body, 200).await.map(drop)
    }

    async fn payout(&self, key: &str) -> Notified<()> {
        self.post(&self.venue.admin, key, "/v1/payout-runs", json!({}), 202).await.map(drop)
    }

    async fn report(&self, event: &str, report: Value) -> Notified<()> {
        let answer = self.proof.report(&self.sender, self.step(), self.venue, event, &report).await.map_err(|e| e.0)?;
        if answer.status == 200 { Ok(()) } else { Err(answer.text) }
    }

    async fn read(&self, who: &Member, path: &str) -> Notified<Value> {
        let sent = self.sender.insist(self.step(), &who.client, Method::GET, path, &[], "").await;
        sent.map(|answer| answer.json).map_err(|e| e.0)
    }

    async fn until(&self, who: &Member, order: &str, status: &str) -> Notified<()> {
        for _ in 0..300 {
            if self.read(who, &format!("/v1/orders/{order}")).await?["status"] == status {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        Err(format!("{order} was never {status}"))
    }

    /// Runs the sweepers until an order has this status, as the schedule does every minute.
    async fn swept(&self, who: &Member, order: &str, status: &str) -> Notified<()> {
        for _ in 0..5 {
            self.proof.sweep().await;
            if self.read(who, &format!("/v1/orders/{order}")).await?["status"] == status {
                return Ok(());
            }
        }
        Err(format!("{order} was never {status}"))
    }

    /// Waits until a seller's newest payout is in this state, and returns it.
    async fn newest(&self, seller: &Member, status: &str) -> Notified<String> {
        for _ in 0..300 {
            let list = self.read(seller, &format!("/v1/sellers/{}/payouts", seller.seller)).await?;
            if list["data"][0]["status"] == status {
                return Ok(text(&list["data"][0]["id"]).to_owned());
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        Err(format!("the newest payout of {} was never {status}", seller.seller))
    }
}

fn parcel() -> Value {
    json!({ "carrier": "Post", "tracking": "1" })
}

fn captured(checkout: &Value) -> Value {
    let payment = &checkout["payment"];
    json!({ "type": "payment.succeeded", "payment": payment["id"], "amount": payment["amount"] })
}

fn order_of(checkout: &Value, seller: &Member) -> Notified<String> {
    let orders = checkout["orders"].as_array().ok_or("no orders")?;
    let order = orders.iter().find(|order| order["seller"] == seller.seller.as_str());
    Ok(text(&order.ok_or("no order of this seller")?["id"]).to_owned())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
