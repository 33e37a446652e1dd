//! Sets of tokens.

/// Which tokens are allowed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Mask {
    bits: Vec<u64>,
    size: usize,
}

impl Mask {
    pub(super) fn none(size: usize) -> Self {
        Self { bits: vec![0; size.div_ceil(64)], size }
    }

    pub(super) fn clear(&mut self) {
        self.bits.fill(0);
    }

    pub(super) fn allow(&mut self, token: u32) {
        if let Some(bits) = self.bits.get_mut(token as usize / 64) {
            *bits |= 1 << (token % 64);
        }
    }

    /// Whether a token is allowed.
    #[must_use]
    pub fn allows(&self, token: u32) -> bool {
        self.bits.get(token as usize / 64).is_some_and(|bits| bits >> (token % 64) & 1 == 1)
    }

    /// Number of tokens of the vocabulary.
    #[must_use]
    pub const fn size(&self) -> usize {
        self.size
    }

    /// The tokens that are allowed, rising.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        (0_u32..).zip(&self.bits).flat_map(|(word, bits)| {
            let mut bits = *bits;
            std::iter::from_fn(move || {
                let lowest = (bits != 0).then(|| bits.trailing_zeros())?;
                bits &= bits - 1;
                Some(64 * word + lowest)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_allowed_is_listed() {
        let mut mask = Mask::none(200);
        [3, 64, 127, 199].into_iter().for_each(|token| mask.allow(token));
        assert_eq!(mask.iter().collect::<Vec<_>>(), [3, 64, 127, 199]);
        assert_eq!([mask.allows(64), mask.allows(65), mask.allows(5000)], [true, false, false]);
        mask.clear();
        assert_eq!(mask.iter().count(), 0);
    }
}
