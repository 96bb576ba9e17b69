//! Push: where a person is told of things while no page of ours is open to them, and when not.

use serde::{Deserialize, Serialize};

use super::Timestamp;

/// So many places a person is pushed to at most; the one set longest ago makes room.
pub const MOST_SUBSCRIPTIONS: i64 = 10;

/// The minutes of a day.
const DAY: i64 = 24 * 60;

/// The most minutes that a place on earth is ahead of, or behind, UTC.
const MOST_OFFSET: i64 = 14 * 60;

/// A browser's place at a push service, made by it for us alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// Where the service takes what is meant for that browser.
    pub endpoint: String,
    /// The browser's public key, an uncompressed point of P-256: 65 bytes.
    pub p256dh: Vec<u8>,
    /// What it shares with us alone: 16 bytes.
    pub auth: Vec<u8>,
    /// When nothing may sound or pop up there.
    pub quiet: Quiet,
}

/// When a device wants to be left alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quiet {
    /// Every day.
    pub hours: Option<QuietHours>,
    /// For now, until this moment.
    pub until: Option<Timestamp>,
}

/// A part of each day, over midnight too, in minutes after midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuietHours {
    /// From here.
    pub from: i64,
    /// Until before here.
    pub to: i64,
    /// How many minutes the device's clock is ahead of UTC.
    pub offset: i64,
}

impl QuietHours {
    /// From two times of the day (`22:00`) and how many minutes their clock is ahead of UTC.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn parse(from: &str, to: &str, offset: i64) -> Result<Self, &'static str> {
        let (Some(from), Some(to)) = (minutes(from), minutes(to)) else {
            return Err("must have times like 22:00");
        };
        if !(-MOST_OFFSET..=MOST_OFFSET).contains(&offset) {
            return Err("must have an offset of -840 to 840 minutes");
        }
        Ok(Self { from, to, offset })
    }

    fn hold(&self, at: Timestamp) -> bool {
        let minute = (at.0.div_euclid(60_000) + self.offset).rem_euclid(DAY);
        if self.from <= self.to {
            (self.from..self.to).contains(&minute)
        } else {
            minute >= self.from || minute < self.to
        }
    }
}

impl Quiet {
    /// Whether it is quiet at a moment.
    #[must_use]
    pub fn holds(&self, at: Timestamp) -> bool {
        self.until.is_some_and(|until| at < until) || self.hours.is_some_and(|hours| hours.hold(at))
    }
}

fn minutes(time: &str) -> Option<i64> {
    let (hours, minutes) = time.split_once(':')?;
    let number = |text: &str, most| {
        let two = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<i64>().ok().filter(|number| two && *number <= most)
    };
    Some(number(hours, 23)? * 60 + number(minutes, 59)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_hours_are_those_of_the_device() {
        let at = |hour: i64, minute: i64| Timestamp((hour * 60 + minute) * 60_000);
        let night = QuietHours::parse("22:00", "07:30", 120).expect("times");
        let quiet = Quiet { hours: Some(night), until: None };
        // two hours ahead of UTC
        assert!(quiet.holds(at(20, 0)) && quiet.holds(at(5, 29)) && quiet.holds(at(23, 0)));
        assert!(!quiet.holds(at(19, 59)) && !quiet.holds(at(5, 30)) && !quiet.holds(at(12, 0)));
        let noon = QuietHours::parse("12:00", "14:00", -60).expect("times");
        let quiet = Quiet { hours: Some(noon), until: Some(at(3, 0)) };
        assert!(quiet.holds(at(2, 59)) && !quiet.holds(at(3, 0)));
        assert!(quiet.holds(at(13, 0)) && !quiet.holds(at(15, 0)));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for (from, to, offset) in [
            ("24:00", "07:00", 0),
            ("7:00", "08:00", 0),
            ("+1:00", "08:00", 0),
            ("22:00", "07:00", 900),
        ] {
            assert!(QuietHours::parse(from, to, offset).is_err(), "{from} {to} {offset}");
        }
    }
}
