//! Which keys a query sees.

use std::ops::Range;

use candle_core::{Device, Result, Tensor};

use crate::Mask;

/// Which keys the tokens of one pass see. Positions count from the start of the padded sequence.
///
/// A token sees itself and what is before it; tokens of the prefix see the whole prefix; nobody sees padding on the left.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sight {
    /// Padding on the left of each sequence of the batch, in tokens.
    pub padding: Vec<usize>,
    /// Tokens, padding included, that see each other in both directions.
    ///
    /// Default: 0, so that every token sees only what is before it.
    pub prefix: usize,
}

impl Sight {
    /// Positions of the keys that a query sees.
    ///
    /// - `sequence`: index in the batch; one that is not listed has no padding
    /// - `query`: position of the query
    /// - `window`: how far back it sees, itself included; no limit if absent
    #[must_use]
    pub(super) fn keys(&self, sequence: usize, query: usize, window: Option<usize>) -> Range<usize> {
        let padding = self.padding.get(sequence).copied().unwrap_or(0);
        let oldest = window.map_or(0, |window| (query + 1).saturating_sub(window));
        let end = if query < self.prefix { self.prefix } else { query + 1 };
        let start = padding.max(oldest).min(end);
        start..end
    }

    /// The mask of `tokens` queries that follow `earlier` tokens, over the keys of both.
    pub(super) fn mask(
        &self,
        batch: usize,
        (earlier, tokens): (usize, usize),
        window: Option<usize>,
        device: &Device,
    ) -> Result<Mask> {
        let all = earlier + tokens;
        let queries = (0..batch).flat_map(|sequence| (earlier..all).map(move |query| (sequence, query)));
        if queries.clone().all(|(sequence, query)| self.keys(sequence, query, window) == (0..all)) {
            return Ok(Mask::None);
        }
        let mut addend = vec![f32::NEG_INFINITY; batch * tokens * all];
        for (row, (sequence, query)) in addend.chunks_exact_mut(all).zip(queries) {
            let seen = self.keys(sequence, query, window);
            row[seen.start.min(all)..seen.end.min(all)].fill(0.0);
        }
        Tensor::from_vec(addend, (batch, tokens, all), device).map(Mask::Additive)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_sees_all_of_itself_but_no_padding() {
        let sight = Sight { padding: vec![0, 2], prefix: 5 };
        assert_eq!(sight.keys(0, 0, None), 0..5);
        assert_eq!(sight.keys(1, 4, None), 2..5);
    }

    #[test]
    fn what_follows_the_prefix_sees_only_back() {
        let sight = Sight { padding: vec![2], prefix: 5 };
        assert_eq!(sight.keys(0, 5, None), 2..6);
        assert_eq!(sight.keys(0, 9, None), 2..10);
    }

    #[test]
    fn a_window_limits_how_far_back() {
        let sight = Sight { padding: vec![1], prefix: 4 };
        assert_eq!(sight.keys(0, 9, Some(3)), 7..10);
        assert_eq!(sight.keys(0, 2, Some(2)), 1..4);
    }

    #[test]
    fn a_mask_hides_what_is_not_seen_and_is_none_if_that_is_nothing() {
        let mask = |padding: &[usize], (earlier, tokens), window| {
            let sight = Sight { padding: padding.to_vec(), prefix: 3 };
            sight.mask(padding.len(), (earlier, tokens), window, &Device::Cpu).unwrap()
        };
        assert!(matches!(mask(&[0, 0], (0, 3), None), Mask::None) && matches!(mask(&[0], (3, 1), Some(4)), Mask::None));
        let Mask::Additive(found) = mask(&[0, 1], (1, 3), Some(2)) else { panic!("a window hides") };
        let found = found.to_vec3::<f32>().unwrap();
        let seen: Vec<String> = found
            .iter()
            .flatten()
            .map(|row| row.iter().map(|add| if *add == 0.0 { 'x' } else { '.' }).collect())
            .collect();
        assert_eq!(seen, ["xxx.", ".xx.", "..xx", ".xx.", ".xx.", "..xx"]);
    }

    #[test]
    fn padding_without_a_prefix_sees_nothing() {
        assert!(Sight { padding: vec![3], prefix: 0 }.keys(0, 1, None).is_empty());
    }
}
