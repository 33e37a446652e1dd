//! The quantile of the standard normal distribution, in exact arithmetic only.

#![expect(clippy::excessive_precision, reason = "coefficients as published")]

use std::f64::consts::{LN_2, SQRT_2};

/// Coefficients of the numerators and denominators, from the highest power: |u - 1/2| up to 0.425, the tails, the far tails.
const CENTRE: Ratio = Ratio {
    above: [
        2.509_080_928_730_122_672_7e3,
        3.343_057_558_358_812_810_5e4,
        6.726_577_092_700_870_085_3e4,
        4.592_195_393_154_987_145_7e4,
        1.373_169_376_550_946_112_5e4,
        1.971_590_950_306_551_442_7e3,
        1.331_416_678_917_843_774_5e2,
        3.387_132_872_796_366_608,
    ],
    below: [
        5.226_495_278_852_854_561e3,
        2.872_908_573_572_194_267_4e4,
        3.930_789_580_009_271_061e4,
        2.121_379_430_158_659_586_7e4,
        5.394_196_021_424_751_107_7e3,
        6.871_870_074_920_579_083e2,
        4.231_333_070_160_091_125_2e1,
        1.0,
    ],
};
const TAIL: Ratio = Ratio {
    above: [
        7.745_450_142_783_414_076_4e-4,
        2.272_384_498_926_918_458_33e-2,
        2.417_807_251_774_506_117_7e-1,
        1.270_458_252_452_368_382_58,
        3.647_848_324_763_204_605_04,
        5.769_497_221_460_691_405_5,
        4.630_337_846_156_545_295_9,
        1.423_437_110_749_683_577_34,
    ],
    below: [
        1.050_750_071_644_416_843_24e-9,
        5.475_938_084_995_344_946e-4,
        1.519_866_656_361_645_719_66e-2,
        1.481_039_764_274_800_745_9e-1,
        6.897_673_349_851_000_045_5e-1,
        1.676_384_830_183_803_849_4,
        2.053_191_626_637_758_821_87,
        1.0,
    ],
};
const FAR_TAIL: Ratio = Ratio {
    above: [
        2.010_334_399_292_288_132_65e-7,
        2.711_555_568_743_487_578_15e-5,
        1.242_660_947_388_078_438_6e-3,
        2.653_218_952_657_612_309_3e-2,
        2.965_605_718_285_048_912_3e-1,
        1.784_826_539_917_291_335_8,
        5.463_784_911_164_114_369_9,
        6.657_904_643_501_103_777_2,
    ],
    below: [
        2.044_263_103_389_939_785_64e-15,
        1.421_511_758_316_445_888_7e-7,
        1.846_318_317_510_054_681_8e-5,
        7.868_691_311_456_132_591e-4,
        1.487_536_129_085_061_485_25e-2,
        1.369_298_809_227_358_053_1e-1,
        5.998_322_065_558_879_376_9e-1,
        1.0,
    ],
};

/// A ratio of polynomials.
struct Ratio {
    above: [f64; 8],
    below: [f64; 8],
}

impl Ratio {
    fn at(&self, x: f64) -> f64 {
        polynomial(&self.above, x) / polynomial(&self.below, x)
    }
}

fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

/// The value below which a standard normal number lies with probability `share`, above 0 and below 1; to about 1e-15.
///
/// # Source
///
/// Wichura 1988, "Algorithm AS 241: the percentage points of the normal distribution".
pub(super) fn normal_quantile(share: f64) -> f64 {
    let offset = share - 0.5;
    if offset.abs() <= 0.425 {
        return CENTRE.at(0.180_625 - offset * offset) * offset;
    }
    let outside = if offset < 0.0 { share } else { 1.0 - share };
    let depth = (-natural_logarithm(outside)).sqrt();
    let size = if depth <= 5.0 { TAIL.at(depth - 1.6) } else { FAR_TAIL.at(depth - 5.0) };
    if offset < 0.0 { -size } else { size }
}

/// Reciprocals of the odd numbers from 21 down to 1: the series of the inverse hyperbolic tangent.
const ODD_RECIPROCALS: [f64; 11] = [
    1.0 / 21.0,
    1.0 / 19.0,
    1.0 / 17.0,
    1.0 / 15.0,
    1.0 / 13.0,
    1.0 / 11.0,
    1.0 / 9.0,
    1.0 / 7.0,
    1.0 / 5.0,
    1.0 / 3.0,
    1.0,
];

/// The natural logarithm of a positive normal number: its exponent's, and twice the inverse hyperbolic tangent of
/// (m - 1) / (m + 1) for a mantissa m between the root of 1/2 and the root of 2.
fn natural_logarithm(x: f64) -> f64 {
    let bits = x.to_bits();
    let mut exponent = ((bits >> 52) & 0x7ff) as i32 - 1023;
    let mut mantissa = f64::from_bits(bits & ((1 << 52) - 1) | 1023 << 52);
    if mantissa > SQRT_2 {
        mantissa *= 0.5;
        exponent += 1;
    }
    let ratio = (mantissa - 1.0) / (mantissa + 1.0);
    f64::from(exponent) * LN_2 + 2.0 * ratio * polynomial(&ODD_RECIPROCALS, ratio * ratio)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn logarithm_is_the_library_s(x in 1e-300..10.0_f64, power in -300..1) {
            let x = x * 2.0_f64.powi(power).max(1e-5);
            prop_assert!((natural_logarithm(x) - x.ln()).abs() <= 4e-16 * x.ln().abs().max(1.0));
        }

        #[test]
        fn quantiles_rise_and_are_symmetric(share in 1e-12..0.5_f64) {
            prop_assert!(normal_quantile(share) < normal_quantile(share * 1.000_001));
            let mirrored = normal_quantile(1.0 - share);
            prop_assert!((normal_quantile(share) + mirrored).abs() < 1e-4 * mirrored.abs().max(1e-10));
        }
    }

    /// Values of Python's `statistics.NormalDist().inv_cdf`, one for each piece of the approximation.
    #[test]
    fn quantiles_are_the_known_ones() {
        for (share, value) in [
            (0.5, 0.0),
            (0.3, -0.5244005127080407),
            (0.975, 1.9599639845400536),
            (0.001, -3.090232306167813),
            (1e-13, -7.3487961028006765),
        ] {
            assert!((normal_quantile(share) - value).abs() <= 1e-14 * value.abs().max(1.0), "{share}");
        }
    }
}
