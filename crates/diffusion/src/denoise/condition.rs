//! A description as a model wants it, with what it is weighed against.

use candle_core::{DType, Tensor};

/// An encoded description; under guidance a batch of two, the negative first.
#[derive(Clone, Debug)]
pub struct Condition<T> {
    /// The encoded texts.
    pub text: T,
    /// How much further than without the description a step goes; none without a second opinion.
    pub guidance: Option<f64>,
}

impl<T> Condition<T> {
    /// One latent as often as there are texts.
    pub(super) fn repeat(&self, latents: &Tensor) -> candle_core::Result<Tensor> {
        if self.guidance.is_some() { Tensor::cat(&[latents, latents], 0) } else { Ok(latents.clone()) }
    }

    /// The answers become one, in f32: `negative + guidance (prompt - negative)`.
    pub(super) fn guide(&self, output: &Tensor) -> candle_core::Result<Tensor> {
        let output = output.to_dtype(DType::F32)?;
        let Some(guidance) = self.guidance else { return Ok(output) };
        let (negative, prompt) = (output.narrow(0, 0, 1)?, output.narrow(0, 1, 1)?);
        &negative + ((prompt - &negative)? * guidance)?
    }
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;

    fn guided(guidance: Option<f64>, answers: &[f32]) -> Vec<f32> {
        let output = Tensor::new(answers, &Device::Cpu).unwrap();
        Condition { text: (), guidance }.guide(&output).unwrap().to_vec1().unwrap()
    }

    #[test]
    fn guidance_goes_on_from_the_negative_answer() {
        assert_eq!(guided(None, &[3.0]), [3.0]);
        assert_eq!(guided(Some(1.0), &[1.0, 3.0]), [3.0]);
        assert_eq!(guided(Some(4.0), &[1.0, 3.0]), [9.0]);
    }

    #[test]
    fn latents_are_repeated_for_the_second_opinion() {
        let latents = Tensor::zeros((1, 4, 2, 2), DType::F32, &Device::Cpu).unwrap();
        let rows = |guidance| Condition { text: (), guidance }.repeat(&latents).unwrap().dim(0).unwrap();
        assert_eq!((rows(None), rows(Some(2.0))), (1, 2));
    }
}
