//! The tally of one inherited attribute: which value the root should state, and what the attribute then costs in total.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::Hash;

/// Most values among which one is looked for one by one.
const FEW: usize = 64;

/// A value, and what its uses would cost if the root did not state it.
#[derive(Debug)]
struct Entry<V> {
    value: V,
    /// Bytes of the attribute with this value.
    length: usize,
    /// Bytes that all uses of the value cost where each is stated.
    uses: usize,
    /// Number among all values that ever were, by first use.
    order: usize,
}

/// Costs by value. The root states the value that saves most: stating it costs its length and makes its uses free. The
/// initial value costs nothing on the root.
#[derive(Debug)]
pub(super) struct Tally<V> {
    /// The initial value first, the others in any order.
    entries: Vec<Entry<V>>,
    /// Where each value is, once there are more than a few.
    index: HashMap<V, usize>,
    /// Values that ever were.
    count: usize,
    /// Bytes of all uses.
    sum: usize,
}

impl<V: Clone + Eq + Hash> Tally<V> {
    pub(super) fn new(initial: V) -> Self {
        let entries = vec![Entry { value: initial, length: 0, uses: 0, order: 0 }];
        Self { entries, index: HashMap::new(), count: 1, sum: 0 }
    }

    /// Adds a use. `length` is what the value takes on the root, `cost` what it takes here.
    pub(super) fn add(&mut self, value: V, length: usize, cost: usize) {
        self.sum += cost;
        match self.position(&value) {
            Some(at) => self.entries[at].uses += cost,
            None => self.push(Entry { value, length, uses: cost, order: self.count }),
        }
    }

    /// Takes back a use that was added with this cost.
    pub(super) fn remove(&mut self, value: &V, cost: usize) {
        self.sum -= cost;
        let Some(at) = self.position(value) else { return };
        self.entries[at].uses -= cost;
        if at > 0 && self.entries[at].uses == 0 {
            self.take(at);
        }
    }

    fn position(&self, value: &V) -> Option<usize> {
        if self.index.is_empty() {
            self.entries.iter().position(|entry| entry.value == *value)
        } else {
            self.index.get(value).copied()
        }
    }

    fn push(&mut self, entry: Entry<V>) {
        if !self.index.is_empty() {
            self.index.insert(entry.value.clone(), self.entries.len());
        }
        self.count += 1;
        self.entries.push(entry);
        if self.index.is_empty() && self.entries.len() > FEW {
            self.index = (0..).zip(&self.entries).map(|(at, entry)| (entry.value.clone(), at)).collect();
        }
    }

    fn take(&mut self, at: usize) {
        let gone = self.entries.swap_remove(at);
        if self.index.is_empty() {
            return;
        }
        self.index.remove(&gone.value);
        if let Some(moved) = self.entries.get(at) {
            self.index.insert(moved.value.clone(), at);
        }
        // Half as many as where the index began, so that it is not built at every other change.
        if self.entries.len() <= FEW / 2 {
            self.index.clear();
        }
    }

    /// Bytes of the attribute on the root and on all shapes.
    pub(super) fn bytes(&self) -> usize {
        let best = &self.entries[self.best()];
        self.sum - best.uses + best.length
    }

    /// The value to state.
    pub(super) fn into_best(mut self) -> V {
        let best = self.best();
        self.entries.swap_remove(best).value
    }

    /// Of equals the initial value wins, then the one used first.
    fn best(&self) -> usize {
        let gain = |entry: &Entry<V>| entry.uses as i64 - entry.length as i64;
        let gains = self.entries.iter().enumerate();
        gains.max_by_key(|(_, entry)| (gain(entry), Reverse(entry.order))).map_or(0, |(at, _)| at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_stated_once_it_saves_more_than_it_costs() {
        let mut tally = Tally::new('a');
        tally.add('b', 5, 5);
        assert_eq!((tally.bytes(), tally.best()), (5, 0));
        tally.add('b', 5, 5);
        assert_eq!((tally.bytes(), tally.best()), (5, 1));
    }

    #[test]
    fn uses_of_the_initial_value_cost_where_another_is_stated() {
        let mut tally = Tally::new('a');
        (0..4).for_each(|_| tally.add('b', 5, 5));
        tally.add('a', 4, 4);
        assert_eq!(tally.bytes(), 9);
        assert_eq!(tally.into_best(), 'b');
    }

    #[test]
    fn removing_undoes_adding() {
        let mut tally = Tally::new('a');
        tally.add('b', 5, 5);
        tally.add('c', 5, 12);
        tally.remove(&'c', 12);
        assert_eq!((tally.bytes(), tally.entries.len()), (5, 2));
    }

    #[test]
    fn many_values_are_kept_as_few_are() {
        let mut tally = Tally::new(0);
        (1..500).for_each(|value| tally.add(value, 7, 7));
        tally.add(300, 7, 7);
        assert_eq!((tally.bytes(), tally.entries.len()), (500 * 7 - 7, 500));
        for value in (1..500).rev().filter(|value| *value != 300) {
            tally.remove(&value, 7);
        }
        assert_eq!((tally.bytes(), tally.entries.len()), (7, 2));
        (0..2).for_each(|_| tally.remove(&300, 7));
        tally.add(301, 7, 7);
        assert_eq!((tally.bytes(), tally.into_best()), (7, 0));
    }

    #[test]
    fn of_equals_the_first_used_is_stated_whatever_was_removed() {
        let mut tally = Tally::new('a');
        for value in ['x', 'b', 'c'] {
            tally.add(value, 5, 10);
        }
        tally.remove(&'x', 10);
        assert_eq!(tally.into_best(), 'b');
    }
}
