//! How the next token is drawn from logits.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::error::ModelError;

/// How tokens are drawn. The order is that of transformers: penalty, temperature, `top_k`, `top_p`, `min_p`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Sampling {
    /// What logits are divided by; 0 takes the best token always. Default: 0.7.
    pub temperature: f32,
    /// How many of the best tokens are considered; 0 for all. Default: 40.
    pub top_k: usize,
    /// The best tokens are considered until their probabilities sum to this, above 0 to 1. Default: 0.95.
    pub top_p: f32,
    /// Only tokens that are at least so many times as probable as the best are considered, 0 to 1. Default: 0.
    pub min_p: f32,
    /// What logits of tokens that were read or written before are divided by if they are positive, and multiplied by if not; above 0.
    /// Default: 1, no penalty.
    pub repetition_penalty: f32,
}

impl Default for Sampling {
    fn default() -> Self {
        Self { temperature: 0.7, top_k: 40, top_p: 0.95, min_p: 0.0, repetition_penalty: 1.0 }
    }
}

impl Sampling {
    /// The best token always.
    pub const GREEDY: Self = Self { temperature: 0.0, top_k: 0, top_p: 1.0, min_p: 0.0, repetition_penalty: 1.0 };

    /// Checks the ranges.
    ///
    /// # Errors
    ///
    /// [`ModelError::Sampling`] names the first option that cannot be.
    pub fn check(&self) -> Result<(), ModelError> {
        let wrong = |field, expected, actual| Err(ModelError::Sampling { field, expected, actual });
        if !(self.temperature.is_finite() && self.temperature >= 0.0) {
            return wrong("temperature", "0 or more", self.temperature);
        }
        if !(self.top_p > 0.0 && self.top_p <= 1.0) {
            return wrong("top_p", "above 0, at most 1", self.top_p);
        }
        if !(0.0..=1.0).contains(&self.min_p) {
            return wrong("min_p", "0 to 1", self.min_p);
        }
        if !(self.repetition_penalty.is_finite() && self.repetition_penalty > 0.0) {
            return wrong("repetition_penalty", "above 0", self.repetition_penalty);
        }
        Ok(())
    }
}

/// Draws tokens by some options with a seed.
#[derive(Clone, Debug)]
pub struct Sampler {
    sampling: Sampling,
    random: Pcg64Mcg,
    /// Tokens that were read or written, a bit each.
    seen: Vec<bool>,
}

impl Sampler {
    /// A sampler of a vocabulary of `size` tokens that has read a prompt.
    ///
    /// # Errors
    ///
    /// [`ModelError::Sampling`] for options that cannot be.
    pub fn new(sampling: Sampling, seed: u64, size: usize, prompt: &[u32]) -> Result<Self, ModelError> {
        sampling.check()?;
        let mut sampler = Self { sampling, random: Pcg64Mcg::seed_from_u64(seed), seen: vec![false; size] };
        prompt.iter().for_each(|token| sampler.see(*token));
        Ok(sampler)
    }

    fn see(&mut self, token: u32) {
        if let Some(seen) = self.seen.get_mut(token as usize) {
            *seen = true;
        }
    }

    /// Draws one of the tokens in `allowed`, rising, by its logit.
    ///
    /// # Errors
    ///
    /// [`ModelError::NotFinite`] if none of them has a logit that is finite.
    pub fn draw(&mut self, logits: &[f32], allowed: impl Iterator<Item = u32>) -> Result<u32, ModelError> {
        let considered = self.considered(logits, allowed)?;
        let token = self.pick(&considered);
        self.see(token);
        Ok(token)
    }

    /// The tokens in `allowed`, rising, that may be drawn, with their probabilities, the best first.
    ///
    /// # Errors
    ///
    /// [`ModelError::NotFinite`] if none of them has a logit that is finite.
    pub fn shares(&self, logits: &[f32], allowed: impl Iterator<Item = u32>) -> Result<Vec<(u32, f32)>, ModelError> {
        let mut considered = self.considered(logits, allowed)?;
        let sum: f32 = considered.iter().map(|(_, weight)| weight).sum();
        considered.iter_mut().for_each(|(_, weight)| *weight /= sum);
        Ok(considered)
    }

    /// The tokens that may be drawn, the best first, each with its probability over that of the best.
    fn considered(&self, logits: &[f32], allowed: impl Iterator<Item = u32>) -> Result<Vec<(u32, f32)>, ModelError> {
        let Sampling { temperature, top_k, top_p, min_p, repetition_penalty } = self.sampling;
        let penalised = |token: u32| {
            let logit = *logits.get(token as usize)?;
            let penalty = if self.seen.get(token as usize) == Some(&true) { repetition_penalty } else { 1.0 };
            Some((token, if logit > 0.0 { logit / penalty } else { logit * penalty }))
        };
        let mut candidates: Vec<(u32, f32)> =
            allowed.filter_map(penalised).filter(|(_, logit)| logit.is_finite()).collect();
        let best = candidates.iter().copied().reduce(|a, b| if b.1 > a.1 { b } else { a });
        let (best, highest) = best.ok_or(ModelError::NotFinite)?;
        if temperature == 0.0 {
            return Ok(vec![(best, 1.0)]);
        }
        // Of equals the first comes first, so that the same seed draws the same everywhere.
        let by_logit = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
        if top_k > 0 && top_k < candidates.len() {
            candidates.select_nth_unstable_by(top_k - 1, by_logit);
            candidates.truncate(top_k);
        }
        candidates.sort_unstable_by(by_logit);
        for (_, value) in &mut candidates {
            *value = ((*value - highest) / temperature).exp();
        }
        if top_p < 1.0 {
            let sum: f32 = candidates.iter().map(|(_, weight)| weight).sum();
            let mut before = 0.0;
            let kept = candidates.iter().take_while(|(_, weight)| {
                let is_kept = before < top_p * sum;
                before += weight;
                is_kept
            });
            let kept = kept.count().max(1);
            candidates.truncate(kept);
        }
        // The best has weight 1.
        let kept = candidates.iter().take_while(|(_, weight)| *weight >= min_p).count().max(1);
        candidates.truncate(kept);
        Ok(candidates)
    }

    fn pick(&mut self, considered: &[(u32, f32)]) -> u32 {
        let sum: f32 = considered.iter().map(|(_, weight)| weight).sum();
        let mut at = self.random.random_range(0.0_f32..1.0) * sum;
        let drawn = considered.iter().find(|(_, weight)| {
            at -= weight;
            at < 0.0
        });
        drawn.or(considered.last()).map_or(0, |(token, _)| *token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOGITS: [f32; 5] = [1.0, 3.0, 2.0, f32::NAN, -1.0];

    fn drawn(sampling: Sampling, prompt: &[u32]) -> Vec<u32> {
        let mut all: Vec<u32> = (0..300)
            .map(|seed| Sampler::new(sampling, seed, 5, prompt).unwrap().draw(&LOGITS, 0..5).unwrap())
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    #[test]
    fn each_option_leaves_out_the_worse() {
        let all = Sampling { temperature: 1.0, ..Sampling::GREEDY };
        assert_eq!(drawn(Sampling::GREEDY, &[]), [1]);
        assert_eq!(drawn(all, &[]), [0, 1, 2, 4]);
        assert_eq!(drawn(Sampling { top_k: 2, ..all }, &[]), [1, 2]);
        // Of 0.66, 0.24, 0.09 and 0.01.
        assert_eq!(drawn(Sampling { top_p: 0.7, ..all }, &[]), [1, 2]);
        assert_eq!(drawn(Sampling { top_p: 0.6, ..all }, &[]), [1]);
        assert_eq!(drawn(Sampling { min_p: 0.1, ..all }, &[]), [0, 1, 2]);
        assert_eq!(drawn(Sampling { repetition_penalty: 2.0, ..Sampling::GREEDY }, &[1]), [2]);
    }

    #[test]
    fn shares_are_those_of_the_logits() {
        let sampling = Sampling { temperature: 1.0, ..Sampling::GREEDY };
        let mut sampler = Sampler::new(sampling, 7, 5, &[]).unwrap();
        let best = (0..20_000).filter(|_| sampler.draw(&LOGITS, 0..5).unwrap() == 1).count();
        assert!((best as f64 / 20_000.0 - 0.6563).abs() < 0.01, "{best}");
    }

    #[test]
    fn a_seed_draws_the_same_again() {
        let run = |seed| {
            let mut sampler = Sampler::new(Sampling::default(), seed, 5, &[]).unwrap();
            (0..50).map(|_| sampler.draw(&LOGITS, 0..5).unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(run(3), run(3));
        assert_ne!(run(3), run(4));
    }

    #[test]
    fn options_and_logits_that_cannot_be_are_named() {
        let error = |sampling| Sampler::new(sampling, 0, 5, &[]).unwrap_err().to_string();
        let greedy = Sampling::GREEDY;
        assert_eq!(error(Sampling { temperature: -1.0, ..greedy }), "`temperature` is -1, expected 0 or more");
        assert_eq!(error(Sampling { top_p: 0.0, ..greedy }), "`top_p` is 0, expected above 0, at most 1");
        assert!(error(Sampling { min_p: f32::NAN, ..greedy }).contains("min_p"));
        assert!(error(Sampling { repetition_penalty: 0.0, ..greedy }).contains("repetition_penalty"));
        let none = Sampler::new(greedy, 0, 5, &[]).unwrap().draw(&LOGITS, [3, 9].into_iter());
        assert!(matches!(none, Err(ModelError::NotFinite)));
    }
}
