//! What tuning takes, told before it starts.

use std::fmt;

use super::learner::Learn;
use super::low_rank::LowRank;
use crate::model::CausalConfig;

/// Bytes that tuning takes, by what they are for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Memory {
    /// Weights that stay as they are.
    pub frozen: u64,
    /// Weights that are learnt.
    pub learnt: u64,
    /// Running means of gradients and of their squares.
    pub moments: u64,
    /// Gradients, those of a batch and their sum.
    pub gradients: u64,
    /// What a batch leaves for its gradient: an estimate.
    pub activations: u64,
}

impl Memory {
    /// All together.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.frozen + self.learnt + self.moments + self.gradients + self.activations
    }

    /// For weights of `frozen` bytes, if any are frozen, and a batch of `rows` examples of `length` tokens, of which `answers` are learnt.
    pub(super) fn of(
        config: &CausalConfig,
        learn: &Learn,
        (frozen, all): (u64, u64),
        (rows, length, answers): (usize, usize, usize),
    ) -> Self {
        let learnt = 4 * match learn {
            Learn::LowRank(low_rank) => added(config, low_rank),
            Learn::All => all,
        };
        let frozen = if *learn == Learn::All { 0 } else { frozen };
        let activations = activations(config, rows, length, answers);
        Self { frozen, learnt, moments: 2 * learnt, gradients: 2 * learnt, activations }
    }
}

/// Numbers of the changes of low rank.
fn added(config: &CausalConfig, low_rank: &LowRank) -> u64 {
    let decoder = &config.decoder;
    let (wide, narrow) = (decoder.heads * decoder.head, decoder.groups * decoder.head);
    let sides = |name: &String| match name.as_str() {
        "q_proj" | "o_proj" => decoder.hidden + wide,
        "k_proj" | "v_proj" => decoder.hidden + narrow,
        _ => decoder.hidden + decoder.inner,
    };
    let of_layer: usize = low_rank.targets.iter().map(sides).sum();
    (decoder.layers * low_rank.rank * of_layer) as u64
}

/// Every operation keeps its result until the gradient has passed it: about 14 vectors of the hidden size for each token and layer, 6 of the
/// queries', 12 of the keys', 10 of the MLP's; the scores of one layer at a time, thrice; the logits of what is learnt, five times.
fn activations(config: &CausalConfig, rows: usize, length: usize, answers: usize) -> u64 {
    let decoder = &config.decoder;
    let (wide, narrow) = (decoder.heads * decoder.head, decoder.groups * decoder.head);
    let of_token = decoder.layers * (14 * decoder.hidden + 6 * wide + 12 * narrow + 10 * decoder.inner);
    let scores = 3 * rows * decoder.heads * length * length;
    4 * (rows * length * of_token + scores + 5 * rows * answers * config.vocabulary) as u64
}

impl fmt::Display for Memory {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
        let Self { frozen, learnt, moments, gradients, activations } = *self;
        let all = mib(self.bytes());
        let [frozen, learnt, moments, gradients, activations] =
            [frozen, learnt, moments, gradients, activations].map(mib);
        write!(
            formatter,
            "{all:.1} MiB: {frozen:.1} frozen weights, {learnt:.1} learnt, {moments:.1} moments, {gradients:.1} gradients, about \
             {activations:.1} activations"
        )
    }
}
