//! A description as a model wants it, with what it is weighed against.

use candle_core::{DType, Tensor};

use super::encoded::Encoded;

/// An encoded description, and under guidance what the picture should not show.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The description.
    pub prompt: Encoded,
    /// What the picture should not show; none without guidance.
    pub negative: Option<Encoded>,
    /// How much further than without the description a step goes.
    pub guidance: f64,
}

impl Condition {
    /// The texts of a batch of `pictures`: under guidance the negative ones first.
    pub(crate) fn texts(&self, pictures: usize) -> Vec<&Encoded> {
        let repeated = |text| std::iter::repeat_n(text, pictures);
        self.negative.iter().flat_map(repeated).chain(repeated(&self.prompt)).collect()
    }

    /// The latents of a batch as often as the model is asked about each.
    pub(super) fn repeat(&self, latents: &Tensor) -> candle_core::Result<Tensor> {
        if self.negative.is_some() { Tensor::cat(&[latents, latents], 0) } else { Ok(latents.clone()) }
    }

    /// The answers become one for each picture, in f32: `negative + guidance (prompt - negative)`.
    pub(crate) fn guide(&self, output: &Tensor) -> candle_core::Result<Tensor> {
        let output = output.to_dtype(DType::F32)?;
        if self.negative.is_none() {
            return Ok(output);
        }
        let pictures = output.dim(0)? / 2;
        let (negative, prompt) = (output.narrow(0, 0, pictures)?, output.narrow(0, pictures, pictures)?);
        &negative + ((prompt - &negative)? * self.guidance)?
    }
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;

    fn condition(guidance: Option<f64>) -> Condition {
        let text = |value: f32| {
            let states = Tensor::new(&[[[value]]], &Device::Cpu).unwrap();
            Encoded { states, pooled: None }
        };
        Condition { prompt: text(1.0), negative: guidance.map(|_| text(2.0)), guidance: guidance.unwrap_or(0.0) }
    }

    fn guided(guidance: Option<f64>, answers: &[f32]) -> Vec<f32> {
        condition(guidance).guide(&Tensor::new(answers, &Device::Cpu).unwrap()).unwrap().to_vec1().unwrap()
    }

    #[test]
    fn guidance_goes_on_from_the_negative_answer_of_the_same_picture() {
        assert_eq!(guided(None, &[3.0]), [3.0]);
        assert_eq!(guided(Some(1.0), &[1.0, 3.0]), [3.0]);
        assert_eq!(guided(Some(4.0), &[1.0, 3.0]), [9.0]);
        assert_eq!(guided(Some(4.0), &[1.0, 10.0, 3.0, 10.0]), [9.0, 10.0]);
    }

    #[test]
    fn each_of_the_latents_has_its_text() {
        let latents = Tensor::zeros((3, 4, 2, 2), DType::F32, &Device::Cpu).unwrap();
        for (guidance, count) in [(None, 3), (Some(2.0), 6)] {
            let condition = condition(guidance);
            assert_eq!(condition.repeat(&latents).unwrap().dim(0).unwrap(), count);
            let of = |text: &&Encoded| text.states.flatten_all().unwrap().to_vec1::<f32>().unwrap()[0];
            let texts: Vec<f32> = condition.texts(3).iter().map(of).collect();
            assert_eq!(texts[count - 3..], [1.0; 3]);
            assert!(texts[..count - 3].iter().all(|text| *text == 2.0));
        }
    }
}
