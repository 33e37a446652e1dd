//! Quantisation: rounds coefficients to multiples of the steps of a quality.

use super::lanes::Lanes;

/// Steps of luma for quality 50; ITU-T T.81, table K.1.
const LUMA: [[u16; 8]; 8] = [
    [16, 11, 10, 16, 24, 40, 51, 61],
    [12, 12, 14, 19, 26, 58, 60, 55],
    [14, 13, 16, 24, 40, 57, 69, 56],
    [14, 17, 22, 29, 51, 87, 80, 62],
    [18, 22, 37, 56, 68, 109, 103, 77],
    [24, 35, 55, 64, 81, 104, 113, 92],
    [49, 64, 78, 87, 103, 121, 120, 101],
    [72, 92, 95, 98, 112, 100, 103, 99],
];
/// Steps of the two colour differences for quality 50; table K.2.
const CHROMA: [[u16; 8]; 8] = [
    [17, 18, 24, 47, 99, 99, 99, 99],
    [18, 21, 26, 66, 99, 99, 99, 99],
    [24, 26, 56, 99, 99, 99, 99, 99],
    [47, 66, 99, 99, 99, 99, 99, 99],
    [99, 99, 99, 99, 99, 99, 99, 99],
    [99, 99, 99, 99, 99, 99, 99, 99],
    [99, 99, 99, 99, 99, 99, 99, 99],
    [99, 99, 99, 99, 99, 99, 99, 99],
];
/// The forward transform's coefficients are this many times those of the inverse one.
const GAIN: i32 = 8;

/// The steps of one channel at a quality, by frequency along y, then x.
#[derive(Debug, Clone)]
pub(super) struct Quantization {
    rows: [Steps; 8],
}

#[derive(Debug, Clone, Copy)]
struct Steps {
    step: [i32; 8],
    /// One over the steps, for coefficients before their gain is taken off.
    inverse: [f32; 8],
}

impl Quantization {
    pub(super) fn luma(quality: u8) -> Self {
        Self::scaled(&LUMA, quality)
    }

    pub(super) fn chroma(quality: u8) -> Self {
        Self::scaled(&CHROMA, quality)
    }

    fn scaled(table: &[[u16; 8]; 8], quality: u8) -> Self {
        let rows = table.map(|row| {
            let step = row.map(|step| scaled(step, quality));
            Steps { step, inverse: step.map(|step| 1.0 / (GAIN * step) as f32) }
        });
        Self { rows }
    }

    /// Takes the gain off coefficients and rounds them to the nearest multiples of the steps, halves away from zero.
    pub(super) fn round(&self, coefficients: &mut [Lanes; 8]) {
        for (coefficients, steps) in coefficients.iter_mut().zip(&self.rows) {
            for ((value, step), inverse) in coefficients.0.iter_mut().zip(steps.step).zip(steps.inverse) {
                *value = nearest_multiple(*value, step, inverse);
            }
        }
    }
}

/// The step at a quality, as `jpeg_set_quality` scales it, limited to what every decoder accepts.
fn scaled(step: u16, quality: u8) -> i32 {
    let quality = i32::from(quality);
    let percent = if quality < 50 { 5000 / quality } else { 200 - 2 * quality };
    ((i32::from(step) * percent + 50) / 100).clamp(1, 255)
}

/// The nearest multiple of the step. This is exact: adding one half to the integer dividend keeps the quotient at least
/// half of the divisor's inverse away from the next integer, which is more than the error of f32 for dividends under
/// 2^15.
fn nearest_multiple(value: i32, step: i32, inverse: f32) -> i32 {
    let magnitude = value.abs() + GAIN / 2 * step;
    let quotient = ((magnitude as f32 + 0.5) * inverse) as i32;
    let multiple = quotient * step;
    if value < 0 { -multiple } else { multiple }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quality_scales_the_tables() {
        let first = |quality| Quantization::luma(quality).rows[0].step[0];
        assert_eq!([1, 25, 50, 75, 90, 92, 95, 100].map(first), [255, 32, 16, 8, 3, 3, 2, 1]);
        assert_eq!(Quantization::chroma(95).rows[7].step[7], 10);
    }

    #[test]
    fn every_coefficient_goes_to_its_nearest_multiple() {
        for step in 1..=255 {
            let (divisor, inverse) = (GAIN * step, 1.0 / (GAIN * step) as f32);
            for value in 0..=16_384 {
                let exact = (value + divisor / 2) / divisor * step;
                assert_eq!(nearest_multiple(value, step, inverse), exact, "{value} in steps of {step}");
                assert_eq!(nearest_multiple(-value, step, inverse), -exact);
            }
        }
    }
}
