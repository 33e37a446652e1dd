//! XYB, the colour space of JPEG XL, with the offsets of SSIMULACRA2 that keep it positive; and its derivatives.

/// How much each cone takes of linear red, green and blue.
const ABSORBED: [[f32; 3]; 3] =
    [[0.30, 0.622, 0.078], [0.23, 0.692, 0.078], [0.243_422_69, 0.204_767_45, 0.551_809_87]];
const BIAS: f32 = 0.003_793_073_4;

/// Linear light of each 8-bit sRGB level, 0 to 1.
pub(super) fn linear_levels() -> [f32; 256] {
    std::array::from_fn(|level| {
        let v = level as f64 / 255.0;
        (if v <= 0.04045 { v / 12.92 } else { libm::pow((v + 0.055) / 1.055, 2.4) }) as f32
    })
}

/// Slope of linear light per level at each 8-bit sRGB level.
pub(super) fn linear_slopes() -> [f32; 256] {
    std::array::from_fn(|level| {
        let v = level as f64 / 255.0;
        let slope = if v <= 0.04045 { 1.0 / 12.92 } else { 2.4 / 1.055 * libm::pow((v + 0.055) / 1.055, 1.4) };
        (slope / 255.0) as f32
    })
}

/// Cube roots of what the cones take.
#[inline]
fn roots(linear: [f32; 3]) -> [f32; 3] {
    ABSORBED.map(|[r, g, b]| cube_root((r * linear[0] + g * linear[1] + b * linear[2] + BIAS).max(BIAS)))
}

/// The cube root of a positive normal number, within three units in the last place: a third of the exponent, then two steps by Halley,
/// each of which triples the number of right digits. Without branches, so that pixels are computed side by side.
#[inline]
fn cube_root(x: f32) -> f32 {
    let step = |y: f32| {
        let cube = y * y * y;
        y * (cube + 2.0 * x) / (2.0 * cube + x)
    };
    step(step(f32::from_bits(x.to_bits() / 3 + 0x2a51_37a0)))
}

/// X, Y, B of linear red, green and blue.
pub(super) fn xyb(linear: [f32; 3], bias: f32) -> [f32; 3] {
    let [l, m, s] = roots(linear).map(|root| root - bias);
    let (x, y) = (0.5 * (l - m), 0.5 * (l + m));
    [14.0 * x + 0.42, y + 0.01, s - y + 0.55]
}

/// Cube root of the bias, which [`xyb`] takes off.
pub(super) fn bias_root() -> f32 {
    cube_root(BIAS)
}

/// The slope of something in linear red, green and blue, given its slope in X, Y and B there.
pub(super) fn slope_in_linear(linear: [f32; 3], [x, y, b]: [f32; 3]) -> [f32; 3] {
    let (y, s) = (0.5 * (y - b), b);
    let in_roots = [7.0 * x + y, y - 7.0 * x, s];
    let mut slope = [0.0; 3];
    for ((row, root), in_root) in ABSORBED.iter().zip(roots(linear)).zip(in_roots) {
        let in_cone = in_root / (3.0 * root * root).max(1e-6);
        slope.iter_mut().zip(row).for_each(|(slope, share)| *slope += share * in_cone);
    }
    slope
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cube_roots_are_right_to_the_last_places() {
        let mut x = 1e-6_f32;
        while x < 100.0 {
            let (found, exact) = (cube_root(x), f64::from(x).cbrt());
            assert!((f64::from(found) / exact - 1.0).abs() < 3.0 * f64::from(f32::EPSILON), "{x}: {found} {exact}");
            x *= 1.003;
        }
    }
}
