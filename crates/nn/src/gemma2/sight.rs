//! Which keys a query sees.

use std::ops::Range;

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
    pub fn keys(&self, sequence: usize, query: usize, window: Option<usize>) -> Range<usize> {
        let padding = self.padding.get(sequence).copied().unwrap_or(0);
        let oldest = window.map_or(0, |window| (query + 1).saturating_sub(window));
        let end = if query < self.prefix { self.prefix } else { query + 1 };
        let start = padding.max(oldest).min(end);
        start..end
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
    fn padding_without_a_prefix_sees_nothing() {
        assert!(Sight { padding: vec![3], prefix: 0 }.keys(0, 1, None).is_empty());
    }
}
