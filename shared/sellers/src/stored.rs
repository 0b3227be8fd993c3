//! How each entity of this noun is stored: under which key, in which lists, in which shape.

use crate::{Seller, keys};
use serde_json::json;
use tradewind_storage::{by_name, entity, kinds};

entity!(Seller, |self, tenant| keys::seller(tenant, &self.id),
    gsi1 => keys::sellers(tenant).at(self.id.to_string()),
    gsi2 => keys::shops(tenant).at(by_name(&self.name, &self.id)),
    summary => Some(json!(self.id));
    version);

kinds! {
    whole {
        Seller, "seller.v1", "seller" / "seller";
    }
    counted {
    }
}
