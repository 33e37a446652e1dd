//! Pairs as tokens, and batches of them.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_pcg::Pcg64Mcg;

use super::error::TuneError;
use super::pair::Pair;
use crate::model::{Asking, Chat};

/// A pair in tokens: a question, and the answer that is learnt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Example {
    /// Question and answer.
    pub tokens: Vec<u32>,
    /// Whether a token is learnt, one each.
    pub is_learnt: Vec<bool>,
}

impl Example {
    /// The tokens of a pair: the question as the runner asks it, the SVG, the token that ends an answer.
    pub(super) fn of_pair(pair: &Pair, chat: &Chat, asking: Asking, end: u32) -> Result<Self, TuneError> {
        let question = chat.encode(&chat.render(&asking.messages(&pair.description, Pair::BUDGET))?, false)?;
        let mut answer = chat.encode(&pair.svg, false)?;
        answer.push(end);
        let is_learnt = [vec![false; question.len()], vec![true; answer.len()]].concat();
        Ok(Self { tokens: [question, answer].concat(), is_learnt })
    }

    /// Tokens that are learnt.
    pub(super) fn learnt(&self) -> usize {
        // Nothing tells the first token.
        self.is_learnt.iter().skip(1).filter(|is_learnt| **is_learnt).count()
    }
}

/// Examples side by side, padded on the right.
#[derive(Debug)]
pub(super) struct Batch {
    /// Tokens, row by row.
    pub(super) ids: Vec<u32>,
    pub(super) rows: usize,
    pub(super) length: usize,
    /// Where a token that is learnt comes next, counted row by row.
    pub(super) places: Vec<u32>,
    /// Those tokens.
    pub(super) targets: Vec<u32>,
}

impl Batch {
    pub(super) fn of(examples: &[&Example]) -> Self {
        let length = examples.iter().map(|example| example.tokens.len()).max().unwrap_or(0);
        let (mut ids, mut places, mut targets) = (vec![0; examples.len() * length], Vec::new(), Vec::new());
        for (row, example) in examples.iter().enumerate() {
            let first = row * length;
            ids[first..first + example.tokens.len()].copy_from_slice(&example.tokens);
            for at in (1..example.tokens.len()).filter(|at| example.is_learnt[*at]) {
                places.push((first + at - 1) as u32);
                targets.push(example.tokens[at]);
            }
        }
        Self { ids, rows: examples.len(), length, places, targets }
    }
}

/// Which examples a step sees: every example once before any comes again, in an order by lot that is another each time. It follows from the
/// step alone, so a run that goes on sees what one that never stopped would have seen.
pub(super) fn chosen(step: usize, per_step: usize, examples: usize, seed: u64) -> Vec<usize> {
    let mut order: (usize, Vec<usize>) = (usize::MAX, Vec::new());
    let one = |at: usize| {
        let (pass, place) = (at / examples, at % examples);
        if order.0 != pass {
            let mut all: Vec<usize> = (0..examples).collect();
            all.shuffle(&mut Pcg64Mcg::seed_from_u64(
                seed.wrapping_add((pass as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)),
            ));
            order = (pass, all);
        }
        order.1[place]
    };
    (step * per_step..(step + 1) * per_step).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_comes_once_before_any_comes_again() {
        let mut seen: Vec<usize> = (0..6).flat_map(|step| chosen(step, 4, 12, 7)).collect();
        let second = seen.split_off(12);
        assert_ne!(seen, second);
        for mut pass in [seen, second] {
            pass.sort_unstable();
            assert_eq!(pass, (0..12).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_batch_asks_for_the_token_behind_each_place() {
        let example = |tokens: &[u32], from: usize| Example {
            tokens: tokens.to_vec(),
            is_learnt: (0..tokens.len()).map(|at| at >= from).collect(),
        };
        let (long, short) = (example(&[5, 6, 7, 8], 2), example(&[9, 4], 0));
        let batch = Batch::of(&[&long, &short]);
        assert_eq!((batch.ids, batch.rows, batch.length), (vec![5, 6, 7, 8, 9, 4, 0, 0], 2, 4));
        assert_eq!((batch.places, batch.targets), (vec![1, 2, 4], vec![7, 8, 4]));
        assert_eq!((long.learnt(), short.learnt()), (2, 1));
    }
}
