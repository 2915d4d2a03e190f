//! Dates and times as text of fixed width, which sorts as time does: `YYYY-MM-DD`, `HH:MM:SS.ffffff`, and both
//! with a space between.
//!
//! What is written is always of this form; what is read may have a `T`, and any or no fraction.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};

use crate::driver::check;
use crate::error::Result;

const DATE: usize = 10;
const TIME: usize = 15;
const DATETIME: usize = DATE + 1 + TIME;

/// # Errors
///
/// [`ErrorKind::InvalidValue`] for a year that does not have four digits on every backend.
pub(super) fn write_date(value: NaiveDate) -> Result<[u8; DATE]> {
    let value = check::date(value)?;
    let year = value.year().unsigned_abs();
    let [y1, y2, y3, y4] = digits(year);
    let [m1, m2] = digits(value.month());
    let [d1, d2] = digits(value.day());
    Ok([y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2])
}

/// Cuts what is finer than a microsecond: towards the past, as the fraction is never negative. A leap second
/// becomes the last microsecond before it, as on the servers.
pub(super) fn write_time(value: NaiveTime) -> [u8; TIME] {
    let [h1, h2] = digits(value.hour());
    let [m1, m2] = digits(value.minute());
    let [s1, s2] = digits(value.second());
    let [f1, f2, f3, f4, f5, f6] = digits((value.nanosecond() / 1_000).min(999_999));
    [h1, h2, b':', m1, m2, b':', s1, s2, b'.', f1, f2, f3, f4, f5, f6]
}

/// # Errors
///
/// As for [`write_date`].
pub(super) fn write_datetime(value: NaiveDateTime) -> Result<[u8; DATETIME]> {
    let mut text = [b' '; DATETIME];
    let (date, rest) = text.split_at_mut(DATE);
    let (_, time) = rest.split_at_mut(1);
    date.copy_from_slice(&write_date(value.date())?);
    time.copy_from_slice(&write_time(value.time()));
    Ok(text)
}

/// The last `N` decimal digits.
fn digits<const N: usize>(mut number: u32) -> [u8; N] {
    let mut text = [b'0'; N];
    for digit in text.iter_mut().rev() {
        *digit += u8::try_from(number % 10).unwrap_or(0);
        number /= 10;
    }
    text
}

pub(super) fn read_date(text: &[u8]) -> Option<NaiveDate> {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text else { return None };
    let year = number(&[y1, y2, y3, y4]).filter(|year| *year >= 1)?;
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, number(&[m1, m2])?, number(&[d1, d2])?)
}

pub(super) fn read_time(text: &[u8]) -> Option<NaiveTime> {
    let &[h1, h2, b':', m1, m2, b':', s1, s2, ref fraction @ ..] = text else { return None };
    let nanoseconds = match fraction {
        [] => 0,
        [b'.', digits @ ..] if (1..=9).contains(&digits.len()) => {
            // Missing digits are zeros.
            (digits.len()..9).fold(number(digits)?, |nanoseconds, _| nanoseconds * 10)
        }
        _ => return None,
    };
    NaiveTime::from_hms_nano_opt(number(&[h1, h2])?, number(&[m1, m2])?, number(&[s1, s2])?, nanoseconds)
}

pub(super) fn read_datetime(text: &[u8]) -> Option<NaiveDateTime> {
    let (date, rest) = text.split_at_checked(DATE)?;
    let [b' ' | b'T', time @ ..] = rest else { return None };
    Some(read_date(date)?.and_time(read_time(time)?))
}

/// Text without an offset is UTC.
pub(super) fn read_timestamp(text: &[u8]) -> Option<DateTime<Utc>> {
    let text = text.strip_suffix(b"Z").or_else(|| text.strip_suffix(b"+00:00")).unwrap_or(text);
    read_datetime(text).map(|datetime| datetime.and_utc())
}

/// The number that up to nine digits stand for.
fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| match digit {
        b'0'..=b'9' => Some(number * 10 + u32::from(digit - b'0')),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    #[test]
    fn text_is_of_fixed_width() {
        let written = |text| String::from_utf8(write_datetime(at(text)).unwrap().to_vec()).unwrap();
        assert_eq!(written("0001-02-03T04:05:06"), "0001-02-03 04:05:06.000000");
        assert_eq!(written("9999-12-31T23:59:59.123456"), "9999-12-31 23:59:59.123456");
    }

    #[test]
    fn what_is_finer_is_cut_towards_the_past() {
        let before_1970 = write_datetime(at("1969-12-31T23:59:59.999999999")).unwrap();
        assert_eq!(&before_1970, b"1969-12-31 23:59:59.999999");
        let after = write_datetime(at("2024-01-01T00:00:00.000000999")).unwrap();
        assert_eq!(&after, b"2024-01-01 00:00:00.000000");
        let leap = NaiveTime::from_hms_nano_opt(23, 59, 59, 1_500_000_000).unwrap();
        assert_eq!(&write_time(leap), b"23:59:59.999999");
    }

    #[test]
    fn what_no_backend_holds_is_refused() {
        for year in [-1, 0, 10_000] {
            assert!(write_date(NaiveDate::from_ymd_opt(year, 1, 1).unwrap()).is_err());
        }
    }

    #[test]
    fn reading_is_strict() {
        let read = |text: &str| read_datetime(text.as_bytes());
        assert_eq!(read("2024-02-29 01:02:03"), Some(at("2024-02-29T01:02:03")));
        assert_eq!(read("2024-02-29T01:02:03.5"), Some(at("2024-02-29T01:02:03.5")));
        assert_eq!(read("2024-02-29 01:02:03.123456789"), Some(at("2024-02-29T01:02:03.123456789")));
        for wrong in [
            "",
            "2024-02-29",
            "2023-02-29 00:00:00",
            "2024-13-01 00:00:00",
            "0000-01-01 00:00:00",
            "2024-02-29 24:00:00",
            "2024-02-29 00:00:60",
            "2024-02-29 00:00",
            "2024-02-29 00:00:00.",
            "2024-02-29 00:00:00.1234567890",
            "2024-02-29 00:00:00.12a",
            "2024-02-29 00:00:00Z",
            "2024-02-29  00:00:00",
            " 2024-02-29 00:00:00",
            "2024-02-29 00:00:00 ",
            "+024-02-29 00:00:00",
            "2024-2-29 00:00:00",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        let instant = |text: &str| read_timestamp(text.as_bytes());
        let expected = Some(at("2024-02-29T01:02:03").and_utc());
        for right in ["2024-02-29 01:02:03", "2024-02-29T01:02:03Z", "2024-02-29 01:02:03.0+00:00"] {
            assert_eq!(instant(right), expected, "{right}");
        }
        for wrong in ["2024-02-29 01:02:03+01:00", "2024-02-29 01:02:03z", "2024-02-29 01:02:03ZZ"] {
            assert_eq!(instant(wrong), None, "{wrong}");
        }
    }
}
