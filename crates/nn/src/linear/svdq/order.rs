//! The order in which `SVDQuant`'s files have numbers: that in which the lanes of a GPU's warp load them.
//!
//! Sources: deepcompressor, `backend/nunchaku/utils.py` and `backend/tinychat/utils.py`.

use rayon::prelude::*;

/// Rows that are packed together.
pub(super) const TILE: usize = 128;
/// Columns that share a scale.
pub(super) const GROUP: usize = 64;
/// Side of the squares that low-rank factors are cut into.
pub(super) const SQUARE: usize = 16;
/// Rows that are packed together in eights of words.
pub(super) const ROWS: usize = 4;

/// The digits of a number in a system of these bases, the last one running fastest.
#[inline]
fn digits<const COUNT: usize>(mut number: usize, bases: [usize; COUNT]) -> [usize; COUNT] {
    let mut digits = [0; COUNT];
    for (digit, base) in digits.iter_mut().zip(bases).rev() {
        (*digit, number) = (number % base, number / base);
    }
    digits
}

/// Signed codes of `rows` x `columns`, two to a byte in row order, the first of a pair in the high half.
pub(super) fn codes(packed: &[u8], rows: usize, columns: usize) -> Vec<u8> {
    let mut codes = vec![0; rows * columns / 2];
    // Tiles of rows follow each other in both orders.
    let tile = TILE * columns / 2;
    codes.par_chunks_mut(tile.max(1)).zip(packed.par_chunks(tile.max(1))).for_each(|(codes, packed)| {
        for (group, packed) in packed.chunks_exact(TILE * GROUP / 2).enumerate() {
            for (at, word) in packed.chunks_exact(4).enumerate() {
                let [pack, lane, column, row_half, column_half] = digits(at, [8, 8, 4, 2, 2]);
                let row = pack * 16 + row_half * 8 + lane;
                let to = (row * columns + group * GROUP + column_half * 32 + column * 8) / 2;
                for (code, byte) in codes[to..to + 4].iter_mut().zip(word) {
                    *code = byte.rotate_left(4);
                }
            }
        }
    });
    codes
}

/// The place in its tile of the number that is at `at` of a tile.
fn of_tile(at: usize) -> usize {
    let [eighth, pair, half, one] = digits(at, [8, 4, 2, 2]);
    eighth * 16 + half * 8 + pair * 2 + one
}

/// A number for each row.
pub(super) fn vector(packed: &[f32]) -> Vec<f32> {
    let mut values = vec![0.0; packed.len()];
    for (at, value) in packed.iter().enumerate() {
        values[at / TILE * TILE + of_tile(at % TILE)] = *value;
    }
    values
}

/// A number for each group of columns of each row, in row order.
pub(super) fn scales<T: Copy + Default>(packed: &[T], groups: usize) -> Vec<T> {
    let mut scales = vec![T::default(); packed.len()];
    for (at, scale) in packed.iter().enumerate() {
        let [tile, group, place] = digits(at, [packed.len() / (groups * TILE).max(1), groups, TILE]);
        scales[(tile * TILE + of_tile(place)) * groups + group] = *scale;
    }
    scales
}

/// A factor of low rank: `channels` x `rank` of the file as (channels, rank), or as (rank, channels) if it is the `lower` one.
pub(super) fn factor(packed: &[f32], channels: usize, rank: usize, lower: bool) -> Vec<f32> {
    let mut factor = vec![0.0; packed.len()];
    let bases = [channels / SQUARE, rank / SQUARE, 8, 4, 2, 2, 2];
    for (at, value) in packed.iter().enumerate() {
        let [along, across, lane, pair, row_half, column_half, one] = digits(at, bases);
        let (row, column) = (row_half * 8 + lane, column_half * 8 + pair * 2 + one);
        let to = if lower {
            (across * SQUARE + row) * channels + along * SQUARE + column
        } else {
            (along * SQUARE + row) * rank + across * SQUARE + column
        };
        factor[to] = *value;
    }
    factor
}

/// Codes from 0 of `rows` x `columns` in words of four, as [`codes`] gives them; `place` says where a row of the file goes.
pub(super) fn words(packed: &[u8], rows: usize, columns: usize, place: impl Fn(usize) -> usize) -> Vec<u8> {
    let mut codes = vec![0; rows * columns / 2];
    let bases = [rows / ROWS, columns / GROUP, ROWS, 2, 8];
    for (at, word) in packed.chunks_exact(2).enumerate() {
        let [four, group, row, half, first] = digits(at, bases);
        let start = place(four * ROWS + row) * columns + group * GROUP + half * 32 + first;
        let word = u16::from_le_bytes([word[0], word[1]]);
        for nibble in 0..4 {
            let (to, code) = (start + 8 * nibble, (word >> (4 * nibble) & 15) as u8);
            codes[to / 2] |= if to.is_multiple_of(2) { code << 4 } else { code };
        }
    }
    codes
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Every number has one place.
    #[test]
    fn orders_are_permutations() {
        let numbers: Vec<f32> = (0..256 * 32).map(|at| at as f32).collect();
        let distinct = |values: Vec<f32>| values.iter().map(|value| *value as usize).collect::<BTreeSet<_>>().len();
        assert_eq!(distinct(vector(&numbers)), numbers.len());
        assert_eq!(distinct(scales(&numbers, 4)), numbers.len());
        for lower in [false, true] {
            assert_eq!(distinct(factor(&numbers, 256, 32, lower)), numbers.len());
        }
    }

    #[test]
    fn every_nibble_has_one_place() {
        let (rows, columns) = (128, 128);
        for at in [0, 1, 77, rows * columns / 2 - 1] {
            for nibble in [0x10, 0x01] {
                let mut packed = vec![0; rows * columns / 2];
                packed[at] = nibble;
                for codes in [codes(&packed, rows, columns), words(&packed, rows, columns, |row| rows - 1 - row)] {
                    assert_eq!(codes.iter().map(|byte| byte.count_ones()).sum::<u32>(), 1, "{at} {nibble}");
                }
            }
        }
    }
}
