//! Msgpack's timestamps, and the text that JSON has for them.
//!
//! Knows no time zones, no leap seconds, and no clock.

/// The type of msgpack's extension.
pub(super) const EXTENSION: u8 = 0xff;

/// Milliseconds since 1970: 32 bits of seconds; 30 bits of nanoseconds and 34 of seconds; or 32 and 64.
pub(super) fn read(bytes: &[u8]) -> Option<i64> {
    let (seconds, nanoseconds) = match bytes.len() {
        4 => (i64::from(u32::from_be_bytes(bytes.try_into().ok()?)), 0),
        8 => {
            let both = u64::from_be_bytes(bytes.try_into().ok()?);
            (i64::try_from(both & 0x3_ffff_ffff).ok()?, both >> 34)
        }
        12 => {
            let (nanoseconds, seconds) = bytes.split_at_checked(4)?;
            let seconds = i64::from_be_bytes(seconds.try_into().ok()?);
            (seconds, u64::from(u32::from_be_bytes(nanoseconds.try_into().ok()?)))
        }
        _ => return None,
    };
    let milliseconds = i64::try_from(nanoseconds).ok().filter(|part| *part < 1_000_000_000)? / 1_000_000;
    seconds.checked_mul(1_000)?.checked_add(milliseconds)
}

/// As JavaScript writes it, in the years from 0 to 9999.
pub(super) fn text(ms: i64) -> Option<String> {
    let (seconds, milliseconds) = (ms.div_euclid(1_000), ms.rem_euclid(1_000));
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = day(days);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    let in_range = (0..10_000).contains(&year);
    in_range.then(|| format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milliseconds:03}Z"))
}

/// Year, month and day of the Gregorian calendar, so many days after 1 January 1970. Years are counted from 1 March, so that the
/// leap day is their last, in eras of 400 years, which are all of the same length.
fn day(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        let at = |days: i64| text(days * 86_400_000).and_then(|text| text.get(..10).map(str::to_owned));
        let days = [(0, "1970-01-01"), (-1, "1969-12-31"), (11_016, "2000-02-29"), (11_017, "2000-03-01")];
        for (days, expected) in days.into_iter().chain([(-25_509, "1900-02-28"), (-25_508, "1900-03-01")]) {
            assert_eq!(at(days).as_deref(), Some(expected));
        }
        assert_eq!((at(-719_529), at(2_932_897)), (None, None), "the year before 0, and 10,000");
        assert_eq!(text(i64::MAX).or_else(|| text(i64::MIN)), None);
    }
}
