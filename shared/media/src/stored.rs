//! How each entity of this noun is stored: under which key, in which lists, in which shape.

use crate::{Upload, keys};
use tradewind_storage::{entity, kinds};

entity!(Upload, |self, tenant| keys::upload(tenant, &self.id); version);

kinds! {
    whole {
        Upload, "upload.v1", "upload" / "upload";
    }
    counted {
    }
}
