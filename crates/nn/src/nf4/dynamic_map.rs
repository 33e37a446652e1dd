//! The 256 levels that block scales are stored in.

/// Bits of the exponent of the dynamic type.
const EXPONENT_BITS: usize = 7;

/// The signed 8-bit dynamic map: 256 levels in -0.993..=1, ascending, dense around zero.
///
/// For each power of ten from 1e-6 to 1 there are twice as many levels as for the one before; they are the midpoints of
/// an even division of 0.1..=1 of that power.
///
/// # Source
///
/// Dettmers 2015, "8-Bit Approximations for Parallelism in Deep Learning"; bitsandbytes, `create_dynamic_map`.
#[must_use]
pub fn dynamic_map() -> Box<[f32; 256]> {
    let mut levels = Vec::with_capacity(256);
    for exponent in 0..EXPONENT_BITS {
        let power = 10_f64.powi(exponent as i32 - (EXPONENT_BITS as i32 - 1)) as f32;
        for midpoint in midpoints(1 << exponent) {
            levels.push(power * midpoint);
            levels.push(-power * midpoint);
        }
    }
    levels.push(0.0);
    levels.push(1.0);
    levels.sort_by(f32::total_cmp);
    let mut map = Box::new([0.0; 256]);
    map.copy_from_slice(&levels);
    map
}

/// Midpoints of `parts` equal parts of 0.1..=1.
fn midpoints(parts: usize) -> impl Iterator<Item = f32> {
    let boundary = move |index| boundary(index, parts);
    (0..parts).map(move |index| (boundary(index) + boundary(index + 1)) / 2.0)
}

/// `torch.linspace(0.1, 1, parts + 1)[index]` in f32, which counts from the nearer end.
fn boundary(index: usize, parts: usize) -> f32 {
    let (first, last) = (0.1_f32, 1.0_f32);
    let step = (last - first) / parts as f32;
    if index < parts.div_ceil(2) {
        step.mul_add(index as f32, first)
    } else {
        step.mul_add(-((parts - index) as f32), last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascends_from_almost_minus_one_to_one() {
        let map = dynamic_map();
        assert!(map.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(map[255], 1.0);
        assert!((map[0] + 0.992_968_7).abs() < 1e-6);
    }

    #[test]
    fn is_symmetric_around_its_zero_but_for_one() {
        let map = dynamic_map();
        assert_eq!(map[127], 0.0);
        for distance in 1..=127 {
            assert_eq!(map[127 - distance], -map[127 + distance]);
        }
    }
}
