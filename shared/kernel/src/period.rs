//! Days and months, the periods of accounting reports. A day itself has no time zone; when it begins is decided by the marketplace's
//! [`crate::zone::Zone`].

use crate::Time;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{borrow::Cow, fmt};

/// A calendar day, without a time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

/// A calendar month, without a time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(Day);

impl Day {
    /// Reads `2026-01-31`.
    pub fn parse(text: &str) -> Option<Self> {
        // Times reach from the year 1 to 9999 and have four digits there, so that their text sorts.
        text.parse::<Date>().ok().filter(|date| (2000..=9998).contains(&date.year())).map(Self)
    }

    /// The day of a moment in UTC.
    pub fn of(at: Time) -> Self {
        let moment = Timestamp::from_millisecond(at.millis()).unwrap_or(Timestamp::UNIX_EPOCH);
        Self(TimeZone::UTC.to_datetime(moment).date())
    }

    /// The first moment of this day in UTC.
    pub fn start(self) -> Time {
        let moment = TimeZone::UTC.to_timestamp(self.0.at(0, 0, 0, 0));
        Time::from_millis(moment.map_or(0, Timestamp::as_millisecond))
    }

    /// The underlying calendar date.
    pub(crate) fn date(self) -> Date {
        self.0
    }

    /// The day after this one.
    pub fn next(self) -> Self {
        Self(self.0.tomorrow().unwrap_or(self.0))
    }

    /// The day before this one.
    pub fn previous(self) -> Self {
        Self(self.0.yesterday().unwrap_or(self.0))
    }

    /// The weekday, from 1 for Monday to 7 for Sunday (ISO 8601).
    pub fn weekday(self) -> u8 {
        u8::try_from(self.0.weekday().to_monday_one_offset()).unwrap_or_default()
    }

    /// The month that contains this day.
    pub fn month(self) -> Month {
        Month(Self(self.0.first_of_month()))
    }

    /// The number of days from this one to `last`, both included; zero if `last` is earlier.
    pub fn days_to(self, last: Day) -> u32 {
        let days = last.start().millis().saturating_sub(self.start().millis()).checked_div(86_400_000).unwrap_or(0);
        u32::try_from(days.saturating_add(1)).unwrap_or(0)
    }
}

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        Self(date)
    }
}

impl Month {
    /// The month of a moment in UTC.
    pub fn of(at: Time) -> Self {
        Day::of(at).month()
    }

    /// The first day of this month.
    pub fn first_day(self) -> Day {
        self.0
    }

    /// The month after this one.
    pub fn next(self) -> Self {
        Day(self.0.0.last_of_month()).next().month()
    }

    /// Reads `2026-01`.
    pub fn parse(text: &str) -> Option<Self> {
        Day::parse(&format!("{text}-01")).map(Self)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.0.year(), self.0.0.month())
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("expected a day, like 2026-01-31"))
    }
}

/// The days that can be read: from 2000-01-01 to 9998-12-31.
const DAYS: &str = "^([2-8][0-9]{3}|9[0-8][0-9]{2}|99[0-8][0-9]|999[0-8])-[0-9]{2}-[0-9]{2}$";

impl JsonSchema for Day {
    fn schema_name() -> Cow<'static, str> {
        "Day".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string", "format": "date", "pattern": DAYS, "maxLength": 10,
            "examples": ["2026-01-31"], "description": "A day, like 2026-01-31.",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_and_ends_where_the_next_begins() {
        let day = Day::parse("2028-02-28").unwrap();
        assert_eq!(day.start().to_string(), "2028-02-28T00:00:00.000Z");
        assert_eq!((day.next().to_string(), day.next().next().to_string()), ("2028-02-29".into(), "2028-03-01".into()));
        assert_eq!((Day::of(day.start()), Day::of(Time::from_millis(day.start().millis() - 1))), (day, day.previous()));
        assert_eq!((day.days_to(day), day.days_to(day.next()), day.days_to(day.previous())), (1, 2, 0));
    }

    #[test]
    fn months_follow_each_other_over_the_year() {
        let month = Month::of(Day::parse("2026-12-31").unwrap().start());
        assert_eq!((month.to_string(), month.next().to_string()), ("2026-12".into(), "2027-01".into()));
        assert_eq!(Month::parse("2026-12"), Some(month));
        assert_eq!(month.next().first_day().to_string(), "2027-01-01");
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in ["", "2026-02-30", "2026-1-1", "26-01-01", "1999-12-31", "2026-01-01T00:00:00Z"] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
    }
}
