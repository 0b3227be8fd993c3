//! The schedules of jobs.

use super::{Context, wait};
use crate::Error;
use serde_json::json;
use std::time::Duration;
use tradewind_lambda::Function;

pub(super) async fn run(context: Context, function: Function, schedule: &'static str) -> Result<(), Error> {
    let every = period(schedule).ok_or_else(|| Error::service("schedule", format!("{schedule} is not understood")))?;
    let mut stop = context.stop.clone();
    while wait(&mut stop, every).await {
        // A run that failed is followed by the next scheduled one; the failure is in the log.
        drop(context.host.invoke(&function, event()).await);
    }
    Ok(())
}

/// The event that a schedule sends.
pub(crate) fn event() -> serde_json::Value {
    json!({ "version": "0", "source": "aws.scheduler", "detail-type": "Scheduled Event", "detail": {} })
}

/// The time between two runs: `rate(5 minutes)`, or a day for `cron(30 2 * * ? *)`, whatever the hour is.
fn period(schedule: &str) -> Option<Duration> {
    if let Some(fields) = schedule.strip_prefix("cron(").and_then(|rest| rest.strip_suffix(" * * ? *)")) {
        let (minute, hour) = fields.split_once(' ')?;
        let daily = minute.parse::<u8>().is_ok() && hour.parse::<u8>().is_ok();
        return daily.then_some(Duration::from_secs(86_400));
    }
    let (number, unit) = schedule.strip_prefix("rate(")?.strip_suffix(')')?.split_once(' ')?;
    let seconds = match unit.trim_end_matches('s') {
        "minute" => 60,
        "hour" => 3_600,
        "day" => 86_400,
        _ => return None,
    };
    Some(Duration::from_secs(number.parse::<u64>().ok()?.checked_mul(seconds)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read() {
        assert_eq!(period("rate(1 minute)"), Some(Duration::from_secs(60)));
        assert_eq!(period("rate(2 hours)"), Some(Duration::from_secs(7_200)));
        assert_eq!(period("cron(30 2 * * ? *)"), Some(Duration::from_secs(86_400)));
        assert_eq!(period("cron(0/5 1 ? * MON *)"), None);
    }
}
