//! The binary format of `numeric`: digits to the base of 10,000, most significant first.
//!
//! `ndigits: u16, weight: i16, sign: u16, dscale: u16`, then the digits; a digit at index `i` counts
//! `10000^(weight - i)`. Described in the server's `src/backend/utils/adt/numeric.c` (`numeric_send`).

use crate::driver::Mismatch;

const NEGATIVE: u16 = 0x4000;
const NAN: u16 = 0xC000;
const INFINITY: u16 = 0xD000;
const NEGATIVE_INFINITY: u16 = 0xF000;

/// Digits to the base of 10,000 in a `u128`.
const MAX_DIGITS: usize = 10;

/// Writes `magnitude / 10^scale`, negated if so.
///
/// Three digits must be free above the magnitude (it is below 2^116): those of `u64` and of `Decimal` are.
pub(super) fn write(out: &mut Vec<u8>, negative: bool, magnitude: u128, scale: u16) {
    let to_group = (4 - scale % 4) % 4;
    let mut rest = magnitude.saturating_mul(10_u128.pow(u32::from(to_group)));
    let behind_point = i32::from((scale + to_group) / 4);

    // From the least significant group; groups of zeros at that end are left out.
    let mut groups = [0_u16; MAX_DIGITS];
    let mut count = 0_u16;
    let mut dropped = 0_i32;
    for group in &mut groups {
        while count == 0 && rest != 0 && rest.is_multiple_of(10_000) {
            rest /= 10_000;
            dropped += 1;
        }
        if rest == 0 {
            break;
        }
        *group = u16::try_from(rest % 10_000).unwrap_or(0);
        rest /= 10_000;
        count += 1;
    }

    let weight = if count == 0 { 0 } else { i32::from(count) + dropped - behind_point - 1 };
    let sign = if negative && count > 0 { NEGATIVE } else { 0 };
    out.extend_from_slice(&count.to_be_bytes());
    out.extend_from_slice(&i16::try_from(weight).unwrap_or(0).to_be_bytes());
    out.extend_from_slice(&sign.to_be_bytes());
    out.extend_from_slice(&scale.to_be_bytes());
    for group in groups.iter().take(usize::from(count)).rev() {
        out.extend_from_slice(&group.to_be_bytes());
    }
}

/// A number as it was sent.
#[derive(Debug)]
pub(super) struct Numeric<'a> {
    digits: &'a [[u8; 2]],
    /// The power of 10,000 of the first digit.
    weight: i32,
    sign: u16,
    /// Digits behind the point that the server would show.
    #[cfg_attr(not(feature = "decimal"), expect(dead_code, reason = "only integers are read"))]
    scale: u16,
}

impl<'a> Numeric<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Mismatch> {
        let ([count, weight, sign, scale, digits @ ..], []) = bytes.as_chunks::<2>() else {
            return Err("a malformed numeric".into());
        };
        let number = Self {
            digits,
            weight: i32::from(i16::from_be_bytes(*weight)),
            sign: u16::from_be_bytes(*sign),
            scale: u16::from_be_bytes(*scale),
        };
        if usize::from(u16::from_be_bytes(*count)) != digits.len()
            || number.groups().any(|digit| digit >= 10_000)
        {
            return Err("a malformed numeric".into());
        }
        Ok(number)
    }

    fn groups(&self) -> impl Iterator<Item = u16> + '_ {
        self.digits.iter().map(|digit| u16::from_be_bytes(*digit))
    }

    /// The power of 10,000 of the last digit.
    fn last_weight(&self) -> i32 {
        self.weight + 1 - i32::try_from(self.digits.len()).unwrap_or(i32::MAX)
    }

    fn special(&self) -> Option<&'static str> {
        match self.sign {
            NAN => Some("NaN"),
            INFINITY | NEGATIVE_INFINITY => Some("an infinite number"),
            0 | NEGATIVE => None,
            _ => Some("a malformed numeric"),
        }
    }

    /// The number as an integer, if it is one.
    fn integer(&self) -> Result<i128, Mismatch> {
        if let Some(found) = self.special() {
            return Err(found.into());
        }
        let out_of_range = || Mismatch::from("an integer out of range");
        let mut value = 0_i128;
        let mut power = self.weight;
        for digit in self.groups() {
            if power < 0 {
                if digit != 0 {
                    return Err("a number with digits behind the point".into());
                }
            } else {
                value = value
                    .checked_mul(10_000)
                    .and_then(|value| value.checked_add(i128::from(digit)))
                    .ok_or_else(out_of_range)?;
            }
            power -= 1;
        }
        // Groups of zeros before the point are not sent.
        if value != 0 && power >= 0 {
            let zeros = u32::try_from(power).unwrap_or(u32::MAX).saturating_add(1);
            value = 10_000_i128
                .checked_pow(zeros)
                .and_then(|factor| value.checked_mul(factor))
                .ok_or_else(out_of_range)?;
        }
        Ok(if self.sign == NEGATIVE { -value } else { value })
    }

    pub(super) fn to_i64(&self) -> Result<i64, Mismatch> {
        i64::try_from(self.integer()?).map_err(|_| "an integer out of range".into())
    }

    pub(super) fn to_u64(&self) -> Result<u64, Mismatch> {
        u64::try_from(self.integer()?).map_err(|_| "an integer out of range".into())
    }

    /// The nearest number of double precision.
    pub(super) fn to_f64(&self) -> Result<f64, Mismatch> {
        use std::fmt::Write as _;

        match self.sign {
            NAN => return Ok(f64::NAN),
            INFINITY => return Ok(f64::INFINITY),
            NEGATIVE_INFINITY => return Ok(f64::NEG_INFINITY),
            _ => {}
        }
        // Rounding is right only if it is done once, from all digits: what `parse` does.
        let mut text = String::with_capacity(self.digits.len() * 4 + 8);
        if self.sign == NEGATIVE {
            text.push('-');
        }
        text.push('0');
        for digit in self.groups() {
            let _ = write!(text, "{digit:04}");
        }
        let _ = write!(text, "e{}", self.last_weight().saturating_mul(4));
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(value),
            _ => Err("a number out of range".into()),
        }
    }

    /// The very number, with the digits behind the point that the server would show.
    #[cfg(feature = "decimal")]
    pub(super) fn to_decimal(&self) -> Result<rust_decimal::Decimal, Mismatch> {
        if let Some(found) = self.special() {
            return Err(found.into());
        }
        let too_long = || Mismatch::from("a decimal number with too many digits");
        let mut magnitude = 0_u128;
        for digit in self.groups() {
            magnitude = magnitude
                .checked_mul(10_000)
                .and_then(|value| value.checked_add(u128::from(digit)))
                .ok_or_else(too_long)?;
        }
        // Now it is magnitude / 10^behind; `behind` may be negative or not the scale.
        let mut behind = self.last_weight().saturating_mul(-4);
        let scale = i32::from(self.scale);
        if magnitude == 0 {
            behind = scale.min(28);
        }
        while behind < scale.min(28) {
            match magnitude.checked_mul(10) {
                Some(more) if i128::try_from(more).is_ok_and(fits) => magnitude = more,
                _ if behind >= 0 => break,
                _ => return Err(too_long()),
            }
            behind += 1;
        }
        // Zeros at the end may go: those of the last group, and those of a scale beyond what fits.
        while behind > scale || behind > 28 || !i128::try_from(magnitude).is_ok_and(fits) {
            if !magnitude.is_multiple_of(10) || behind <= 0 {
                return Err(too_long());
            }
            magnitude /= 10;
            behind -= 1;
        }
        let magnitude = i128::try_from(magnitude).map_err(|_| too_long())?;
        let number = if self.sign == NEGATIVE { -magnitude } else { magnitude };
        let behind = u32::try_from(behind).map_err(|_| too_long())?;
        rust_decimal::Decimal::try_from_i128_with_scale(number, behind).map_err(|_| too_long())
    }
}

/// Whether the digits of a `Decimal`, 96 bits, can hold it.
#[cfg(feature = "decimal")]
fn fits(magnitude: i128) -> bool {
    magnitude < 1 << 96
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(negative: bool, magnitude: u128, scale: u16) -> Vec<u8> {
        let mut out = Vec::new();
        write(&mut out, negative, magnitude, scale);
        out
    }

    #[test]
    fn broken_bytes_are_refused_not_trusted() {
        for bytes in [
            &[][..],
            &[0, 1],
            &[0, 1, 0, 0, 0, 0, 0],
            &[0, 1, 0, 0, 0, 0, 0, 0],
            &[0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
            &[0, 1, 0, 0, 0, 0, 0, 0, 0xff, 0xff],
        ] {
            assert!(Numeric::read(bytes).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn integers_must_be_integers() {
        let bytes = written(false, 15, 1);
        assert!(Numeric::read(&bytes).and_then(|number| number.to_i64()).is_err());
        let bytes = written(true, 1500, 2);
        assert_eq!(Numeric::read(&bytes).and_then(|number| number.to_i64()).expect("an integer"), -15);
        let bytes = written(true, 1, 0);
        assert!(Numeric::read(&bytes).and_then(|number| number.to_u64()).is_err());
        // NaN
        assert!(Numeric::read(&[0, 0, 0, 0, 0xC0, 0, 0, 0]).and_then(|number| number.to_i64()).is_err());
    }

    #[cfg(feature = "decimal")]
    #[test]
    fn numbers_wider_than_a_decimal_are_refused() {
        // 10^29: one digit with a weight of 7, and a trailing 10.
        let bytes = [0, 1, 0, 7, 0, 0, 0, 0, 0, 10];
        assert!(Numeric::read(&bytes).and_then(|number| number.to_decimal()).is_err());
        // A weight that no memory could spell out.
        let bytes = [0, 1, 0x7f, 0xff, 0, 0, 0, 0, 0, 10];
        let number = Numeric::read(&bytes).expect("well formed");
        assert!(number.to_decimal().is_err() && number.to_i64().is_err() && number.to_f64().is_err());
        // 10^-30 has more digits behind the point than a decimal.
        let bytes = [0, 1, 0xff, 0xf8, 0, 0, 0, 32, 0, 100];
        assert!(Numeric::read(&bytes).and_then(|number| number.to_decimal()).is_err());
    }

    proptest! {
        #[test]
        fn integers_survive(value: u64, small in 0..100_000_u64, zeros in 0..5_u32) {
            for value in [value, small * 10_000_u64.pow(zeros.min(3))] {
                let bytes = written(false, u128::from(value), 0);
                prop_assert_eq!(Numeric::read(&bytes).unwrap().to_u64().unwrap(), value);
            }
        }

        #[cfg(feature = "decimal")]
        #[test]
        fn decimals_survive(magnitude in 0..1_i128 << 96, shift in 0..96_u32, scale in 0..=28_u32, negative: bool) {
            let magnitude = magnitude >> shift;
            let sign = if negative { -1 } else { 1 };
            let value = rust_decimal::Decimal::from_i128_with_scale(sign * magnitude, scale);
            let bytes = written(
                negative,
                value.mantissa().unsigned_abs(),
                u16::try_from(value.scale()).unwrap(),
            );
            let read = Numeric::read(&bytes).unwrap().to_decimal().unwrap();
            prop_assert_eq!((read.mantissa(), read.scale()), (value.mantissa(), value.scale()));
        }

        #[test]
        fn doubles_come_from_all_digits(magnitude in 0..1_u64 << 53, scale in 0..20_u16) {
            let bytes = written(false, u128::from(magnitude), scale);
            let expected: f64 = format!("{magnitude}e-{scale}").parse().unwrap();
            prop_assert_eq!(Numeric::read(&bytes).unwrap().to_f64().unwrap(), expected);
        }

        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            if let Ok(number) = Numeric::read(&bytes) {
                let _ = (number.to_i64(), number.to_u64(), number.to_f64());
                #[cfg(feature = "decimal")]
                let _ = number.to_decimal();
            }
        }
    }
}
