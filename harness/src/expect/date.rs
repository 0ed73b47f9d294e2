//! A day of the calendar, without time or zone.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// Days from 0000-03-01, on which the years of this reckoning begin, to 1970-01-01.
const DAYS_TO_1970: u64 = 719_468;
/// Days of four hundred years.
const DAYS_OF_ERA: u64 = 146_097;

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: u64,
    month: u64,
    day: u64,
}

/// A text that is no day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no day; a day is written like `2026-12-31`")]
pub struct ParseDateError {
    text: String,
}

impl Date {
    /// The day of a moment, in universal time.
    pub const fn of_unix_time(since_1970: Duration) -> Self {
        // Years that begin in March have their leap day last, so that months have a formula.
        let days = since_1970.as_secs() / 86_400 + DAYS_TO_1970;
        let era = days / DAYS_OF_ERA;
        let of_era = days % DAYS_OF_ERA;
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let after_february = if month <= 2 { 1 } else { 0 };
        Self { year: era * 400 + year + after_february, month, day }
    }
}

impl FromStr for Date {
    type Err = ParseDateError;

    fn from_str(text: &str) -> Result<Self, ParseDateError> {
        let parts: Vec<&str> = text.split('-').collect();
        let number = |text: &str, digits: usize| {
            let right = text.len() == digits && text.bytes().all(|octet| octet.is_ascii_digit());
            text.parse::<u64>().ok().filter(|_| right)
        };
        let date = match parts.as_slice() {
            [year, month, day] => number(year, 4).zip(number(month, 2)).zip(number(day, 2)),
            _ => None,
        };
        date.map(|((year, month), day)| Self { year, month, day })
            .filter(|date| (1..=12).contains(&date.month) && (1..=31).contains(&date.day))
            .ok_or_else(|| ParseDateError { text: text.chars().take(40).collect() })
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(0, "1970-01-01")]
    #[case(951_782_399, "2000-02-28")]
    #[case(951_782_400, "2000-02-29")]
    #[case(1_767_225_599, "2025-12-31")]
    #[case(1_767_225_600, "2026-01-01")]
    #[case(1_772_323_200, "2026-03-01")]
    fn a_moment_has_its_day(#[case] seconds: u64, #[case] day: &str) {
        let date = Date::of_unix_time(Duration::from_secs(seconds));
        assert_eq!(date.to_string(), day);
        assert_eq!(day.parse(), Ok(date));
    }

    #[rstest]
    #[case("2026-13-01")]
    #[case("2026-1-1")]
    #[case("tomorrow")]
    #[case("2026-01-01-01")]
    fn what_is_no_day_is_refused(#[case] text: &str) {
        assert!(text.parse::<Date>().is_err());
    }

    #[test]
    fn days_are_in_order() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert!(day("2025-12-31") < day("2026-01-01"));
    }
}
