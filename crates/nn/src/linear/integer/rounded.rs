//! The input in blocks of 8 bits.

use half::f16;

use super::BLOCK;

/// Values of a block of input, in fours: the first is in the lowest 8 bits.
pub(super) type Fours = [i32; BLOCK / 4];

/// Rows of input, rounded.
pub(super) struct Rounded {
    values: Vec<Fours>,
    sides: Vec<Side>,
    of_row: usize,
}

/// What goes with a block of input.
#[derive(Clone, Copy)]
pub(super) struct Side {
    /// What a rounded value stands for.
    pub(super) scale: f32,
    /// The sum of the values, in whole numbers.
    pub(super) sum: i32,
}

impl Rounded {
    /// Rounds rows of `of_row` blocks as ggml does: the greatest value of a block becomes 127, halves go away from zero, the scale is kept in
    /// half precision.
    pub(super) fn new(input: &[f32], of_row: usize) -> Self {
        let (values, sides) = input.as_chunks().0.iter().map(round).unzip();
        Self { values, sides, of_row }
    }

    /// Blocks of a row.
    pub(super) fn of_row(&self) -> usize {
        self.of_row
    }

    /// Number of rows.
    pub(super) fn count(&self) -> usize {
        self.values.len() / self.of_row
    }

    /// The blocks of a row.
    pub(super) fn row(&self, row: usize) -> (&[Fours], &[Side]) {
        let blocks = row * self.of_row..(row + 1) * self.of_row;
        (&self.values[blocks.clone()], &self.sides[blocks])
    }
}

fn round(values: &[f32; BLOCK]) -> (Fours, Side) {
    let greatest = values.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
    let inverse = if greatest == 0.0 { 0.0 } else { 127.0 / greatest };
    let rounded = values.map(|value| (value * inverse).round() as i8);
    let sum = rounded.iter().map(|value| i32::from(*value)).sum();
    let (fours, _) = rounded.as_chunks();
    let fours = std::array::from_fn(|at| i32::from_le_bytes(fours[at].map(i8::cast_unsigned)));
    (fours, Side { scale: f16::from_f32(greatest / 127.0).to_f32(), sum })
}
