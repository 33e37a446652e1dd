//! numpy's legacy random generator, `numpy.random.RandomState`.

use std::fmt;

use thiserror::Error;

/// Words of state.
const WORDS: usize = 624;
/// Distance between the two words that are combined.
const MIDDLE: usize = 397;
/// The upper bit of one word and the lower bits of the next make the word that is twisted.
const UPPER: u32 = 1 << 31;
/// The twist of words that end in one.
const TWIST: u32 = 0x9908_b0df;
/// Multiplier of the seeding recurrence.
const SEEDING: u32 = 1_812_433_253;

/// `numpy.random.RandomState(seed)`: the Mersenne Twister MT19937, and integers from it by masked rejection.
///
/// ```
/// let mut random = linocut_score::contest::defence::RandomState::new(0);
/// assert_eq!(random.randint(0, 2_147_483_647)?, 209_652_396);
/// assert!(random.randint(3, 3).is_err());
/// # Ok::<(), linocut_score::contest::defence::RandintError>(())
/// ```
///
/// # Source
///
/// Matsumoto and Nishimura 1998, "Mersenne Twister"; numpy's `RandomState`, whose stream numpy has frozen. Equal draw for
/// draw on the goldens.
#[derive(Clone)]
pub struct RandomState {
    words: [u32; WORDS],
    /// Index of the next word; `WORDS` if all are used up.
    next: usize,
}

impl RandomState {
    /// Seeds as numpy does for one integer. Every `u32` is a seed; numpy takes no larger ones either.
    #[must_use]
    pub fn new(seed: u32) -> Self {
        let mut words = [seed; WORDS];
        for at in 1..WORDS {
            let before = words[at - 1];
            words[at] = SEEDING.wrapping_mul(before ^ (before >> 30)).wrapping_add(at as u32);
        }
        Self { words, next: WORDS }
    }

    /// A uniformly distributed integer of `low..high`: `randint(low, high)`.
    ///
    /// Draws words of 32 bits, or pairs of them where the range has over 2^32 integers, until one under the next power
    /// of two lies inside. A range of one integer draws nothing.
    ///
    /// # Errors
    ///
    /// [`RandintError`] if the range is empty; then nothing is drawn.
    pub fn randint(&mut self, low: i64, high: i64) -> Result<i64, RandintError> {
        if low >= high {
            return Err(RandintError { low, high });
        }
        let most = high.wrapping_sub(low).wrapping_sub(1) as u64;
        let step = match u32::try_from(most) {
            Ok(most) => u64::from(self.up_to(most)),
            Err(_) => self.up_to_wide(most),
        };
        Ok(low.wrapping_add(step as i64))
    }

    /// A uniformly distributed integer of `0..=most`: `randint(0, most + 1)`.
    pub(super) fn up_to(&mut self, most: u32) -> u32 {
        if most == 0 {
            return 0;
        }
        let mask = u32::MAX >> most.leading_zeros();
        loop {
            let step = self.word() & mask;
            if step <= most {
                return step;
            }
        }
    }

    /// [`Self::up_to`] for more than 32 bits; the first word is the upper half.
    fn up_to_wide(&mut self, most: u64) -> u64 {
        let mask = u64::MAX >> most.leading_zeros();
        loop {
            let step = (u64::from(self.word()) << 32 | u64::from(self.word())) & mask;
            if step <= most {
                return step;
            }
        }
    }

    /// The next 32 bits.
    fn word(&mut self) -> u32 {
        if self.next == WORDS {
            self.twist();
        }
        let mut word = self.words[self.next];
        self.next += 1;
        word ^= word >> 11;
        word ^= (word << 7) & 0x9d2c_5680;
        word ^= (word << 15) & 0xefc6_0000;
        word ^ (word >> 18)
    }

    fn twist(&mut self) {
        for at in 0..WORDS {
            let joined = (self.words[at] & UPPER) | (self.words[(at + 1) % WORDS] & !UPPER);
            let twisted = (joined >> 1) ^ if joined & 1 == 1 { TWIST } else { 0 };
            self.words[at] = self.words[(at + MIDDLE) % WORDS] ^ twisted;
        }
        self.next = 0;
    }
}

impl fmt::Debug for RandomState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("RandomState").field("next", &self.next).finish_non_exhaustive()
    }
}

/// An empty range of integers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("no integer is at least {low} and less than {high}")]
pub struct RandintError {
    /// The smallest integer of the range.
    pub low: i64,
    /// The first integer above the range.
    pub high: i64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_ten_thousandth_word_is_that_of_the_published_generator() {
        let mut random = RandomState::new(5489);
        let word = (0..10_000).map(|_| random.word()).last();
        assert_eq!(word, Some(4_123_659_995));
    }

    #[test]
    fn an_empty_range_is_an_error_that_draws_nothing() {
        let (mut random, mut other) = (RandomState::new(7), RandomState::new(7));
        assert_eq!(random.randint(5, 5), Err(RandintError { low: 5, high: 5 }));
        assert!(random.randint(1, i64::MIN).is_err());
        assert_eq!(random.word(), other.word());
    }

    #[test]
    fn a_range_of_one_draws_nothing() {
        let (mut random, mut other) = (RandomState::new(7), RandomState::new(7));
        assert_eq!(random.randint(-3, -2), Ok(-3));
        assert_eq!(random.word(), other.word());
    }

    proptest! {
        #[test]
        fn draws_stay_in_their_range(seed: u32, a: i64, b: i64, near in 1..1_000_i64) {
            let mut random = RandomState::new(seed);
            let (low, high) = (a.min(b), a.max(b).max(a.min(b).saturating_add(1)));
            prop_assume!(low < high);
            prop_assert!((low..high).contains(&random.randint(low, high).unwrap()));
            let high = low.saturating_add(near);
            prop_assert!((low..high).contains(&random.randint(low, high).unwrap()));
        }

        #[test]
        fn a_seed_is_a_stream(seed: u32, ends in proptest::collection::vec(1..1_000_i64, 1..50)) {
            let (mut one, mut two) = (RandomState::new(seed), RandomState::new(seed));
            for end in ends {
                prop_assert_eq!(one.randint(0, end), two.randint(0, end));
            }
        }
    }
}
