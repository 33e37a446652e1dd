//! Where words and patches are: in the row, and patches also in the picture.

use candle_core::{Device, Result};
use linocut_nn::{Pairs, Rotary};

use super::config::ZImageConfig;

/// Words and patches are filled up to multiples of this.
const MULTIPLE: usize = 32;

/// How many tokens a row of so many becomes.
pub(super) fn filled(tokens: usize) -> usize {
    tokens.next_multiple_of(MULTIPLE)
}

/// Places of words: one after the other, from 1.
pub(super) fn of_words(words: usize) -> Vec<[usize; 3]> {
    (0..filled(words)).map(|at| [1 + at, 0, 0]).collect()
}

/// Places of patches: behind the words, by row and column; those that fill up are at the origin.
pub(super) fn of_patches(words: usize, rows: usize, columns: usize) -> Vec<[usize; 3]> {
    let behind = filled(words) + 1;
    let mut places: Vec<[usize; 3]> = (0..rows * columns).map(|at| [behind, at / columns, at % columns]).collect();
    places.resize(filled(rows * columns), [0; 3]);
    places
}

/// Rotations of tokens at these places.
pub(super) fn rotary(places: &[[usize; 3]], config: &ZImageConfig, device: &Device) -> Result<Rotary> {
    Rotary::of_places(places, &config.axes_dims, config.rope_theta, Pairs::Neighbours, device)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patches_are_behind_the_words_that_were_filled_up() {
        assert_eq!(of_words(5).len(), 32);
        assert_eq!((of_words(5)[0], of_words(5)[31]), ([1, 0, 0], [32, 0, 0]));
        let patches = of_patches(5, 3, 11);
        assert_eq!(patches.len(), 64);
        assert_eq!((patches[0], patches[12], patches[32], patches[33]), ([33, 0, 0], [33, 1, 1], [33, 2, 10], [0; 3]));
    }
}
