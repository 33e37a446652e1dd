//! The tally of one inherited attribute: which value the root should state, and what the attribute then costs in total.

/// A value, and what its uses would cost if the root did not state it.
#[derive(Debug)]
struct Entry<V> {
    value: V,
    /// Bytes of the attribute with this value.
    length: usize,
    /// Bytes that all uses of the value cost where each is stated.
    uses: usize,
}

/// Costs by value. The root states the value that saves most: stating it costs its length and makes its uses free. The
/// initial value costs nothing on the root.
#[derive(Debug)]
pub(super) struct Tally<V> {
    /// The initial value first, then by first use.
    entries: Vec<Entry<V>>,
    /// Bytes of all uses.
    sum: usize,
}

impl<V: PartialEq> Tally<V> {
    pub(super) fn new(initial: V) -> Self {
        Self { entries: vec![Entry { value: initial, length: 0, uses: 0 }], sum: 0 }
    }

    /// Adds a use. `length` is what the value takes on the root, `cost` what it takes here.
    pub(super) fn add(&mut self, value: V, length: usize, cost: usize) {
        self.sum += cost;
        match self.entries.iter_mut().find(|entry| entry.value == value) {
            Some(entry) => entry.uses += cost,
            None => self.entries.push(Entry { value, length, uses: cost }),
        }
    }

    /// Takes back a use that was added with this cost.
    pub(super) fn remove(&mut self, value: &V, cost: usize) {
        self.sum -= cost;
        let Some(index) = self.entries.iter().position(|entry| entry.value == *value) else { return };
        self.entries[index].uses -= cost;
        if index > 0 && self.entries[index].uses == 0 {
            self.entries.remove(index);
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
        let gains = self.entries.iter().map(gain).enumerate().rev();
        gains.max_by_key(|(_, gain)| *gain).map_or(0, |(index, _)| index)
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
}
