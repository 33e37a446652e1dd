//! `AdamW`, and how its rate goes.

use linocut_nn::candle_core::{Result, Tensor, Var};

use super::learner::Gradients;

/// How the rate goes on behind the warm-up, as transformers has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Schedule {
    /// It stays.
    Constant,
    /// It falls to zero along a straight line.
    Linear,
    /// It falls to zero along half a cosine.
    #[default]
    Cosine,
}

impl Schedule {
    /// The share of the rate that a step of `steps` has, of which `warm` warm up.
    #[must_use]
    pub fn share(self, step: usize, warm: usize, steps: usize) -> f64 {
        if step < warm {
            return step as f64 / warm as f64;
        }
        let done = (step - warm) as f64 / steps.saturating_sub(warm).max(1) as f64;
        match self {
            Self::Constant => 1.0,
            Self::Linear => (1.0 - done).max(0.0),
            Self::Cosine => 0.5 * (1.0 + (std::f64::consts::PI * done.min(1.0)).cos()),
        }
    }
}

/// Adam with the decay of weights apart from the gradient.
///
/// # Source
///
/// Loshchilov, Hutter, "Decoupled weight decay regularization" (2019); the order of operations is that of `torch.optim.AdamW`.
#[derive(Debug)]
pub(super) struct AdamW {
    /// Running means of gradients and of their squares.
    pub(super) moments: Vec<(Tensor, Tensor)>,
    pub(super) betas: (f64, f64),
    pub(super) eps: f64,
    pub(super) decay: f64,
}

impl AdamW {
    pub(super) fn new(variables: &[(String, Var)], betas: (f64, f64), decay: f64) -> Result<Self> {
        let zeros = variables.iter().map(|(_, variable)| Ok((variable.zeros_like()?, variable.zeros_like()?)));
        Ok(Self { moments: zeros.collect::<Result<_>>()?, betas, eps: 1e-8, decay })
    }

    /// Takes step `number`, from 1, with gradients times `factor`.
    pub(super) fn step(
        &mut self,
        variables: &[(String, Var)],
        gradients: &Gradients,
        (number, rate, factor): (usize, f64, f64),
    ) -> Result<()> {
        let number = i32::try_from(number).unwrap_or(i32::MAX);
        let corrections = (1.0 - self.betas.0.powi(number), 1.0 - self.betas.1.powi(number));
        for (((_, variable), gradient), (first, second)) in variables.iter().zip(&gradients.0).zip(&mut self.moments) {
            let gradient = (gradient * factor)?;
            *first = ((&*first * self.betas.0)? + (&gradient * (1.0 - self.betas.0))?)?;
            *second = ((&*second * self.betas.1)? + (gradient.sqr()? * (1.0 - self.betas.1))?)?;
            let spread = ((second.sqrt()? / corrections.1.sqrt())? + self.eps)?;
            let change = (first.broadcast_div(&spread)? * (rate / corrections.0))?;
            // Gains and biases do not decay.
            let decay = if variable.rank() < 2 { 0.0 } else { self.decay };
            variable.set(&((variable.as_tensor().detach() * (1.0 - rate * decay))? - change)?)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_warms_up_and_falls() {
        let shares = |schedule: Schedule| [0, 5, 10, 55, 100].map(|step| schedule.share(step, 10, 100));
        let near = |a: [f64; 5], b: [f64; 5]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-12);
        assert!(near(shares(Schedule::Constant), [0.0, 0.5, 1.0, 1.0, 1.0]));
        assert!(near(shares(Schedule::Linear), [0.0, 0.5, 1.0, 0.5, 0.0]));
        assert!(near(shares(Schedule::Cosine), [0.0, 0.5, 1.0, 0.5, 0.0]));
        assert_eq!(Schedule::Cosine.share(0, 0, 10), 1.0);
    }
}
