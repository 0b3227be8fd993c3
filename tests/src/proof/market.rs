//! Marketplaces for proofs. One is opened over HTTP, with its people and listings; all others are copies of its items under
//! another id, because hashing the passwords of five people takes longer than a whole run.

use super::{Sender, Unanswered, items, plain, put};
use crate::{Answer, Client, Market, World};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::hmac;
use serde_json::{Value, json};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tradewind_auth::{Principal, Signer};
use tradewind_kernel::{Id, MarketplaceId, SellerId, SessionId, Time, UserId};
use tradewind_local::{Faults, Options};

/// The listings of a marketplace with two currencies: the seller (0 or 1), the price, the currency, the number of units and of buckets, and
/// how units are counted. The prices are odd, so that fees are rounded. The units are few, so that they run out, and with two in a bucket
/// three can only be found in several buckets. Each seller sells in both currencies: the even listings are in euros, the odd ones in yen,
/// which have no decimals. Listings that are not counted or are sold beyond zero never run out.
const LISTINGS: [(usize, i64, &str, u32, u8, &str); 7] = [
    (0, 1_999, "EUR", 6, 1, "counted"),
    (0, 55, "JPY", 4, 3, "counted"),
    (1, 3_333, "EUR", 5, 1, "counted"),
    (1, 700, "JPY", 40, 20, "counted"),
    (0, 2_500, "EUR", 100, 1, "counted"),
    (1, 90, "JPY", 2, 3, "beyond_zero"),
    (1, 1_250, "EUR", 0, 1, "not_counted"),
];

/// A local cloud whose functions meet faults, and the means to open marketplaces in it.
pub struct Proof {
    /// The running local cloud.
    pub world: World,
    /// The faults: there are none until a rate is set.
    pub faults: Faults,
    signer: Arc<Signer>,
    sandbox: String,
    slug: String,
    template: Vec<Value>,
    sessions: Vec<Value>,
    original: Venue,
    ahead: Arc<AtomicU64>,
}

/// A user in a marketplace.
#[derive(Debug, Clone)]
pub struct Member {
    /// The user's client.
    pub client: Client,
    /// The id of the account.
    pub user: String,
    /// The id of the user's shop; empty without one.
    pub seller: String,
}

/// A listing with one variant.
#[derive(Debug, Clone)]
pub struct Listing {
    /// The id of the listing.
    pub id: String,
    /// The id of its variant.
    pub variant: String,
    /// The index of its seller.
    pub seller: usize,
    /// The price of one unit, in minor units.
    pub price: i64,
    /// The currency of the price.
    pub currency: &'static str,
    /// The number of units at the beginning.
    pub stock: u32,
    /// Whether it can be sold out.
    pub ends: bool,
}

/// A marketplace of a proof.
#[derive(Debug, Clone)]
pub struct Venue {
    /// The id of the marketplace.
    pub id: String,
    /// The administrator.
    pub admin: Member,
    /// The sellers, with a shop each.
    pub sellers: Vec<Member>,
    /// The buyers.
    pub buyers: Vec<Member>,
    /// The listings, which are for sale.
    pub listings: Vec<Listing>,
}

impl Proof {
    /// Starts a local cloud. `hidden` is how long a message stays hidden after its consumer failed. It must be longer than a consumer takes
    /// under faults, as on AWS; otherwise messages are given up while they are being processed.
    pub async fn start(seed: u64, hidden: Duration, quiet: bool) -> Self {
        Self::with(seed, hidden, quiet, 1).await
    }

    /// Starts a local cloud that processes this many batches of a queue at once, as AWS does when there are many messages.
    pub async fn with(seed: u64, hidden: Duration, quiet: bool, pollers: u16) -> Self {
        let faults = Faults::new(seed);
        let options = Options { faults: Some(faults.clone()), hidden, quiet, pollers, ..Options::default() };
        let world = World::exactly(options).await;
        let signer = Signer::new(&secret(&world, "signing-key").await).unwrap();
        let sandbox = secret(&world, "sandbox-secret").await;
        let slug = "template";
        let market = Market::open_in(&world, slug, &["EUR", "JPY"], 1_000).await;
        let (sue, sam) = (market.seller("sue").await, market.seller("sam").await);
        let (bob, ben) = (market.buyer("bob").await, market.buyer("ben").await);
        let mut listings = vec![];
        for (seller, price, currency, stock, buckets, counting) in LISTINGS {
            let cost = json!({ "amount": price, "currency": currency });
            let listing = [&sue, &sam][seller].sell_for(&format!("Thing for {price}"), cost, stock).await;
            let id = listing["id"].as_str().unwrap().to_owned();
            let variant = listing["variants"][0]["id"].as_str().unwrap().to_owned();
            if buckets > 1 {
                [&sue, &sam][seller].split(&listing, stock, buckets).await;
            }
            if counting != "counted" {
                let path = format!("/v1/listings/{id}/variants/{variant}/stock");
                [&sue, &sam][seller].client.put(&path, json!({ "counting": counting })).await.expect(200);
            }
            let ends = counting == "counted";
            listings.push(Listing { id, variant, seller, price, currency, stock, ends });
        }
        world.settle().await;
        let member =
            |p: &crate::Person| Member { client: p.client.clone(), user: p.id.clone(), seller: p.seller.clone() };
        let original = Venue {
            id: id_of(&market).await,
            admin: member(&market.admin),
            sellers: vec![member(&sue), member(&sam)],
            buyers: vec![member(&bob), member(&ben)],
            listings,
        };
        let of_template = |item: &Value| item.to_string().contains(&original.id) && item["kind"]["S"] != "event";
        let template = items(&world, "main").await.into_iter().filter(of_template).collect();
        let sessions = sessions(&world, &original).await;
        let (signer, ahead) = (Arc::new(signer), Arc::default());
        Self { world, faults, signer, sandbox, slug: slug.into(), template, sessions, original, ahead }
    }

    /// Opens a marketplace. Within one cloud the number must be unique.
    pub async fn open(&self, number: u64) -> Venue {
        self.open_with(number, 2).await
    }

    /// Opens a marketplace with this many buyers.
    pub async fn open_with(&self, number: u64, buyers: usize) -> Venue {
        let id = format!("mkt_01jd{number:022x}");
        let copy = |item: &Value, replaced: &[(&str, &str)]| {
            let text = replaced.iter().fold(item.to_string(), |text, (from, to)| text.replace(from, to));
            serde_json::from_str::<Value>(&text).unwrap()
        };
        let (slug, own) = (format!("#{}\"", self.slug), format!("#market-{number}\""));
        let named = format!("market-{number}");
        let here = [(self.original.id.as_str(), id.as_str()), (slug.as_str(), own.as_str())];
        let mut copies: Vec<_> = self.template.iter().map(|item| copy(item, &here)).collect();
        for item in &mut copies {
            if item["slug"]["S"] == self.slug.as_str() {
                item["slug"]["S"] = json!(named);
            }
        }
        let bob = self.original.buyers[0].user.clone();
        let mut users: Vec<_> = self.original.buyers.iter().map(|buyer| buyer.user.clone()).collect();
        let mut sessions: Vec<_> = self.sessions.iter().map(|item| copy(item, &here)).collect();
        let his = sessions.iter().find(|session| session["user"]["S"] == bob.as_str()).unwrap().clone();
        let ours: Vec<_> = copies.iter().filter(|i| i["pk"]["S"] == format!("{id}#user#{bob}")).cloned().collect();
        for n in users.len()..buyers {
            let user = format!("usr_01je{n:022x}");
            copies.extend(ours.iter().map(|item| copy(item, &[(&bob, &user)])));
            sessions.push(copy(&his, &[(&bob, &user)]));
            users.push(user);
        }
        put(&self.world, "main", &copies).await;
        put(&self.world, "ephemeral", &sessions).await;
        let member = |original: &Member, user: &str, admin: bool| {
            let seller = Some(original.seller.as_str()).filter(|s| !s.is_empty());
            Member {
                client: self.client(&id, user, seller, admin),
                user: user.to_owned(),
                seller: original.seller.clone(),
            }
        };
        let Venue { admin, sellers, buyers, listings, .. } = &self.original;
        Venue {
            admin: member(admin, &admin.user, true),
            sellers: sellers.iter().map(|seller| member(seller, &seller.user, false)).collect(),
            buyers: users.iter().map(|user| member(&buyers[0], user, false)).collect(),
            listings: listings.clone(),
            id,
        }
    }

    /// A client with an access token of the moment at which it sends a request, however far the clock is moved.
    fn client(&self, marketplace: &str, user: &str, seller: Option<&str>, admin: bool) -> Client {
        let principal = Principal::User {
            guest: false,
            marketplace: MarketplaceId::parse(marketplace).unwrap(),
            user: UserId::parse(user).unwrap(),
            session: SessionId::parse(SESSION).unwrap(),
            seller: seller.map(|seller| SellerId::parse(seller).unwrap()),
            admin,
        };
        let (signer, ahead) = (self.signer.clone(), self.ahead.clone());
        self.world.anybody().at(marketplace).bearing(move || {
            let now = machine().as_secs() + ahead.load(Ordering::Relaxed);
            // The same one for five minutes, as a client has it, so that the gateway knows it.
            let now = Time::from_millis((now - now % 300) as i64 * 1_000);
            signer.sign(principal.clone(), now).unwrap()
        })
    }

    /// Moves the clock forward.
    pub async fn advance(&self, by: Duration) {
        self.ahead.fetch_add(by.as_secs(), Ordering::Relaxed);
        self.world.advance(by).await;
    }

    /// Sends a report as the payment provider does: until it is accepted.
    pub async fn report(
        &self,
        sender: &Sender,
        step: u64,
        to: &Venue,
        event: &str,
        report: &Value,
    ) -> Result<Answer, Unanswered> {
        let body = json!({ "id": event, "report": report }).to_string();
        let seconds = machine().as_secs() + self.ahead.load(Ordering::Relaxed);
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.sandbox.as_bytes());
        let tag = hmac::sign(&key, format!("{seconds}.{}.{body}", to.id).as_bytes());
        let signature = format!("t={seconds},v1={}", URL_SAFE_NO_PAD.encode(tag));
        let (path, client) = (format!("/v1/webhooks/sandbox/{}", to.id), self.world.anybody());
        let headers = [("sandbox-signature", signature.as_str())];
        sender.insist(step, &client, hyper::Method::POST, &path, &headers, &body).await
    }

    /// Runs the sweepers. What fails now is done by the next run, as on AWS.
    pub async fn sweep(&self) {
        for job in ["orders-reservation-expire", "orders-timer"] {
            self.world.anybody().post(&format!("/_local/run/{job}"), Value::Null).await;
        }
    }

    /// Switches faults off, waits until everything has taken effect, and runs everything that is due by time.
    pub async fn converge(&self) {
        self.faults.rate(0);
        self.world.settle().await;
        self.advance(Duration::from_secs(16 * 60)).await;
        for _ in 0..2 {
            self.sweep().await;
            self.world.settle().await;
        }
    }

    /// The items of every marketplace, by its id, as plain JSON.
    pub async fn stored(&self) -> std::collections::BTreeMap<String, Vec<Value>> {
        let mut by_tenant = std::collections::BTreeMap::new();
        for item in items(&self.world, "main").await {
            let item = plain(&item);
            let pk = item["pk"].as_str().unwrap();
            let timer =
                if pk.starts_with("platform#due#") { item["sk"].as_str().unwrap().split('#').nth(1) } else { None };
            let tenant = timer.unwrap_or_else(|| pk.split('#').next().unwrap_or_default()).to_owned();
            by_tenant.entry(tenant).or_insert_with(Vec::new).push(item);
        }
        by_tenant
    }
}

/// The session of every member of every marketplace.
const SESSION: &str = "ses_01jd0000000000000000000000";

/// The sessions of the people in a marketplace, one each, without an end.
async fn sessions(world: &World, venue: &Venue) -> Vec<Value> {
    let found = items(world, "ephemeral").await;
    let members = [&venue.admin].into_iter().chain(&venue.sellers).chain(&venue.buyers);
    let session = |member: &Member| {
        let pk = format!("{}#session#{}", venue.id, member.user);
        let mut session = found.iter().find(|item| item["pk"]["S"] == pk.as_str()).unwrap().clone();
        for (name, value) in [("sk", SESSION), ("id", SESSION), ("expires_at", "2199-12-31T00:00:00.000Z")] {
            session[name]["S"] = json!(value);
        }
        session["ttl"]["N"] = json!("7258118400");
        session
    };
    members.map(session).collect()
}

async fn secret(world: &World, name: &str) -> String {
    let body = json!({ "Names": [format!("/tradewind/local/{name}")], "WithDecryption": true }).to_string();
    let headers = [("x-amz-target", "AmazonSSM.GetParameters"), ("content-type", "application/x-amz-json-1.1")];
    let url = format!("{}/", world.local.endpoints.ssm.clone().unwrap());
    let found = world.anybody().send_raw(hyper::Method::POST, &url, &headers, body.into()).await.json;
    found["Parameters"][0]["Value"].as_str().unwrap().to_owned()
}

async fn id_of(market: &Market) -> String {
    market.anybody().get("/v1/marketplace").await.expect(200).json["id"].as_str().unwrap().to_owned()
}

/// The machine's clock, which the provider and the tokens use.
#[allow(clippy::disallowed_methods, reason = "the provider has a clock of its own")]
fn machine() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap()
}
