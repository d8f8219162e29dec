//! Numbers with few decimals as whole ones, so that their differences are small.
//!
//! Reads and writes no bytes.

/// The most decimals that are tried: a thousandth of a second of arc, in degrees.
pub(super) const MOST_DIGITS: u8 = 7;

/// Whole numbers up to here are told apart after a division by ten to the [`MOST_DIGITS`], and differ by what a varint
/// holds.
pub(super) const LIMIT: i64 = 1 << 50;

const POWERS: [f64; MOST_DIGITS as usize + 1] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7];

/// The number with so many decimals that is `mantissa` without its point.
pub(super) fn decimal(mantissa: i64, digits: u8) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a mantissa is at most LIMIT")]
    let whole = mantissa as f64;
    // One division of two whole numbers: every language rounds it to the number that was meant.
    whole / power(digits)
}

/// The number without its point, if it has no more decimals than these.
pub(super) fn mantissa(value: f64, digits: u8) -> Option<i64> {
    let whole = (value * power(digits)).round();
    #[expect(clippy::cast_precision_loss, reason = "the limit is a power of two")]
    let fits = whole.abs() <= LIMIT as f64;
    if !fits {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "it is whole, and at most LIMIT")]
    let mantissa = whole as i64;
    (decimal(mantissa, digits).to_bits() == value.to_bits()).then_some(mantissa)
}

/// How many decimals the number has, from `least` on; `None` if they are too many.
pub(super) fn digits(value: f64, least: u8) -> Option<u8> {
    (least..=MOST_DIGITS).find(|&digits| mantissa(value, digits).is_some())
}

fn power(digits: u8) -> f64 {
    POWERS.get(usize::from(digits)).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::*;

    #[test]
    fn decimals_are_counted() {
        let cases = [(5.0, Some(0)), (-0.1, Some(1)), (512.37, Some(2)), (1e-7, Some(7)), (1e-8, None)];
        for (value, expected) in cases {
            assert_eq!(digits(value, 0), expected, "{value}");
        }
        let none = [-0.0, 0.1 + 0.2, 1e300, f64::NAN, f64::INFINITY, f64::from(0.1_f32)];
        assert_eq!(none.map(|value| digits(value, 0)), [None; 6]);
    }

    proptest! {
        #[test]
        fn a_mantissa_is_found_again(whole in -LIMIT..=LIMIT, digits in 0..=MOST_DIGITS) {
            assert_eq!(mantissa(decimal(whole, digits), digits), Some(whole));
        }

        #[test]
        fn whatever_has_a_mantissa_is_its_decimal(value in any::<f64>(), digits in 0..=MOST_DIGITS) {
            if let Some(whole) = mantissa(value, digits) {
                assert_eq!(decimal(whole, digits).to_bits(), value.to_bits());
            }
        }
    }
}
