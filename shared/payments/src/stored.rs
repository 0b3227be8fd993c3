//! How each entity of this noun is stored: under which key, in which lists, in which shape.

use crate::{
    Payment, ProviderEvent,
    entities::PaymentSummary,
    keys,
    provider::{BalanceTransaction, PayoutAccount, ProviderLink, ProviderOwner},
};
use tradewind_storage::{by_time, entity, kinds, shard};

entity!(Payment, |self, tenant| keys::payment(tenant, &self.id),
    gsi1 => {
        let shard = shard(self.id.as_str(), keys::LIST_SHARDS);
        keys::payments(tenant, shard).at(by_time(self.created_at, &self.id))
    },
    gsi2 => self.number.and_then(|number| keys::order_numbers(tenant, number.shard()).at(keys::by_number(number))),
    summary => serde_json::to_value(PaymentSummary {
        id: self.id.clone(),
        buyer: self.buyer.clone(),
        orders: self.orders.clone(),
        number: self.number,
        amount: self.amount,
        created_at: self.created_at,
    }).ok();
    version);
entity!(ProviderEvent, |self, tenant| keys::provider_event(tenant, &self.provider, &self.id));
entity!(ProviderLink, |self, tenant| keys::provider_link(tenant, &self.subject));
entity!(ProviderOwner, |self, _tenant| keys::provider_owner(self.provider, &self.id));
entity!(PayoutAccount, |self, tenant| keys::payout_account(tenant, &self.seller); version);
entity!(BalanceTransaction, |self, tenant| keys::sandbox_movement(tenant, &self.id),
    gsi1 => keys::sandbox_movements(tenant).at(by_time(self.created_at, &self.id)),
    summary => serde_json::to_value(self).ok());

kinds! {
    whole {
        BalanceTransaction, "sandbox_movement.v1", "sandbox" / "movement";
        Payment, "payment.v1", "payment" / "payment";
        PayoutAccount, "payout_account.v1", "seller" / "payout_account";
        ProviderEvent, "provider_event.v1", "provider" / "event";
        ProviderLink, "provider_link.v1", "link" / "link";
        ProviderOwner, "provider_owner.v1", "owner" / "owner";
    }
    counted {
    }
}
