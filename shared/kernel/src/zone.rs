//! Time zones, which decide when a marketplace's days begin.

use crate::{Time, period::Day};
use jiff::{Timestamp, tz::TimeZone};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{borrow::Cow, fmt};

/// A time zone of the IANA's database, such as `Europe/Berlin`. The database is compiled in: a zone means the same everywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    /// Coordinated Universal Time.
    pub const UTC: Self = Self(TimeZone::UTC);

    /// Reads the name of a zone, in upper or lower case.
    pub fn parse(name: &str) -> Option<Self> {
        if name.eq_ignore_ascii_case("UTC") {
            return Some(Self::UTC);
        }
        // Besides zones, jiff reads "local" and offsets from some texts; a zone of the database has a name.
        jiff::tz::db().get(name).ok().filter(|zone| zone.iana_name().is_some()).map(Self)
    }

    /// The calendar day of a moment in this zone.
    pub fn day(&self, at: Time) -> Day {
        let moment = Timestamp::from_millisecond(at.millis()).unwrap_or(Timestamp::UNIX_EPOCH);
        Day::from(self.0.to_datetime(moment).date())
    }

    /// The first moment of a day in this zone. Where clocks go forward at midnight, it is the first moment after the gap.
    pub fn start(&self, day: Day) -> Time {
        let moment = self.0.to_ambiguous_timestamp(day.date().at(0, 0, 0, 0)).compatible();
        Time::from_millis(moment.map_or(0, Timestamp::as_millisecond))
    }

    fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self::UTC
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = Cow::<'de, str>::deserialize(deserializer)?;
        let wanted = "expected a time zone of the IANA's data base, like Europe/Berlin or UTC";
        Self::parse(&name).ok_or_else(|| serde::de::Error::custom(wanted))
    }
}

impl JsonSchema for Zone {
    fn schema_name() -> Cow<'static, str> {
        "Zone".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A time zone of the IANA's data base, like `Europe/Berlin`.",
            "pattern": "^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}$",
            "maxLength": 40,
            "examples": ["Europe/Berlin", "UTC"]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Time {
        let moment: Timestamp = text.parse().unwrap();
        Time::from_millis(moment.as_millisecond())
    }

    #[test]
    fn a_day_begins_when_it_begins_there() {
        let berlin = Zone::parse("Europe/Berlin").unwrap();
        let start = |day: &str| berlin.start(Day::parse(day).unwrap());
        assert_eq!(start("2026-01-31"), time("2026-01-30T23:00:00Z"));
        assert_eq!(start("2026-07-01"), time("2026-06-30T22:00:00Z"));
        // The days on which clocks change have 23 and 25 hours.
        let hours = |day: &str| {
            let day = Day::parse(day).unwrap();
            (berlin.start(day.next()).millis() - berlin.start(day).millis()) / 3_600_000
        };
        assert_eq!((hours("2026-03-29"), hours("2026-10-25"), hours("2026-10-26")), (23, 25, 24));
        // In Beirut clocks go forward at midnight: the day begins at one.
        let beirut = Zone::parse("Asia/Beirut").unwrap();
        let day = Day::parse("2026-03-29").unwrap();
        assert_eq!(beirut.start(day), time("2026-03-28T22:00:00Z"));
        assert_eq!(beirut.day(beirut.start(day)), day);
    }

    #[test]
    fn every_moment_lies_in_its_day() {
        for name in ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "America/St_Johns"] {
            let zone = Zone::parse(name).unwrap();
            for hour in 0..9_000_i64 {
                let at = Time::from_millis(1_790_000_000_000 + hour * 3_600_000 + 123);
                let day = zone.day(at);
                assert!(zone.start(day) <= at && at < zone.start(day.next()), "{name} {at}");
            }
        }
    }

    #[test]
    fn what_is_no_zone_is_refused() {
        assert_eq!(Zone::parse("europe/berlin").map(|zone| zone.to_string()), Some("Europe/Berlin".into()));
        for name in ["", "Berlin", "Europe/Nowhere", "+01:00", "local", "CET+1", "/etc/passwd", "../x"] {
            assert_eq!(Zone::parse(name), None, "{name}");
        }
    }
}
