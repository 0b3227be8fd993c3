//! How each entity of this noun is stored: under which key, in which lists, in which shape.

use crate::{
    entities::{Migration, Segment},
    keys,
};
use tradewind_storage::{entity, kinds};

entity!(Migration, |self, _tenant| keys::migration(&self.id));
entity!(Segment, |self, _tenant| keys::migration_segment(&self.migration, self.number); version);

kinds! {
    whole {
        Migration, "migration.v1", "migration" / "migration";
        Segment, "migration_segment.v1", "migration" / "segment#";
    }
    counted {
    }
}
