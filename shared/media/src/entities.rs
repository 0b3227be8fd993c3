//! How it is stored.

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
