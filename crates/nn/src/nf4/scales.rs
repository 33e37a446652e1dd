//! The largest magnitude of every block, in eight bits or as it is.

use half::bf16;

use super::dynamic_map::dynamic_map;

/// Blocks whose scales share one second-order scale.
pub const SCALES_PER_GROUP: usize = 256;

/// What a group's largest scale is at least taken for, so that a group of zeros divides by something.
const SMALLEST: f32 = 1e-38;

/// The largest magnitude of every block of a matrix.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Scales {
    /// As measured, one per block.
    Plain(Vec<f32>),
    /// As a file has them in 16 bits, one per block.
    Half(Vec<bf16>),
    /// Quantised once more: `map[codes[i]] * groups[i / 256] + offset`.
    Nested {
        /// One index into `map` per block.
        codes: Vec<u8>,
        /// One factor per [`SCALES_PER_GROUP`] blocks.
        groups: Vec<f32>,
        /// The levels that `codes` count, ascending.
        map: Box<[f32; 256]>,
        /// The mean of the scales, which was taken off before quantisation.
        offset: f32,
    },
}

impl Scales {
    /// Quantises scales: their mean is taken off, groups of 256 are divided by their largest magnitude, and the nearest
    /// level of [`dynamic_map`](super::dynamic_map()) is kept.
    #[must_use]
    pub fn nested(scales: &[f32]) -> Self {
        let offset = mean(scales);
        let map = dynamic_map();
        let mut codes = Vec::with_capacity(scales.len());
        let mut groups = Vec::with_capacity(scales.len().div_ceil(SCALES_PER_GROUP));
        for group in scales.chunks(SCALES_PER_GROUP) {
            let largest = group.iter().fold(0.0_f32, |largest, scale| largest.max((scale - offset).abs()));
            let inverse = 1.0 / largest.max(SMALLEST);
            codes.extend(group.iter().map(|scale| nearest(&map, (scale - offset) * inverse)));
            groups.push(largest);
        }
        Self::Nested { codes, groups, map, offset }
    }

    /// How many blocks there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Plain(scales) => scales.len(),
            Self::Half(scales) => scales.len(),
            Self::Nested { codes, .. } => codes.len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The scale of a block.
    ///
    /// # Panics
    ///
    /// If there is no such block.
    #[must_use]
    #[inline]
    pub fn get(&self, block: usize) -> f32 {
        match self {
            Self::Plain(scales) => scales[block],
            Self::Half(scales) => scales[block].to_f32(),
            Self::Nested { codes, groups, map, offset } => {
                map[usize::from(codes[block])] * groups[block / SCALES_PER_GROUP] + offset
            }
        }
    }

    /// Bytes kept in memory.
    #[must_use]
    pub fn byte_count(&self) -> usize {
        match self {
            Self::Plain(scales) => scales.len() * 4,
            Self::Half(scales) => scales.len() * 2,
            Self::Nested { codes, groups, .. } => codes.len() + groups.len() * 4 + 256 * 4 + 4,
        }
    }
}

/// The mean, summed in f64 so that it depends on no order of summation.
fn mean(values: &[f32]) -> f32 {
    if values.is_empty() {
        return 0.0;
    }
    (values.iter().map(|&value| f64::from(value)).sum::<f64>() / values.len() as f64) as f32
}

/// Index of the level nearest to `value`; the lower of two that are equally near.
fn nearest(map: &[f32; 256], value: f32) -> u8 {
    let above = map.partition_point(|&level| level < value);
    let index = match above {
        0 => 0,
        256 => 255,
        _ if value > (map[above - 1] + map[above]) / 2.0 => above,
        _ => above - 1,
    };
    index as u8
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn nested_scales_stay_within_half_a_level(scales in proptest::collection::vec(0.0_f32..4.0, 1..600)) {
            let nested = Scales::nested(&scales);
            prop_assert_eq!(nested.len(), scales.len());
            for (block, &scale) in scales.iter().enumerate() {
                prop_assert!((nested.get(block) - scale).abs() <= 4.0 * 0.0071);
            }
        }
    }

    #[test]
    fn equal_scales_come_back_exactly() {
        let nested = Scales::nested(&[0.75; 300]);
        assert!((0..300).all(|block| nested.get(block) == 0.75));
    }

    #[test]
    fn the_nearest_level_is_the_lower_of_two() {
        let map = dynamic_map();
        assert_eq!(nearest(&map, -2.0), 0);
        assert_eq!(nearest(&map, 2.0), 255);
        let between = (map[200] + map[201]) / 2.0;
        assert_eq!(nearest(&map, between), 200);
        assert_eq!(nearest(&map, between.next_up()), 201);
    }
}
