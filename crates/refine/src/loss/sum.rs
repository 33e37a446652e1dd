//! Weighted sums of losses.

use crate::loss::{Loss, LossError};
use crate::raster::picture::Picture;

/// A weighted sum of losses.
#[derive(Default)]
pub struct Sum<'a> {
    terms: Vec<(f64, Box<dyn Loss + 'a>)>,
}

impl<'a> Sum<'a> {
    /// With one more term.
    #[must_use]
    pub fn with(mut self, weight: f64, loss: impl Loss + 'a) -> Self {
        self.terms.push((weight, Box::new(loss)));
        self
    }
}

impl std::fmt::Debug for Sum<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sum").field("weights", &self.terms.iter().map(|term| term.0).collect::<Vec<_>>()).finish()
    }
}

impl Loss for Sum<'_> {
    fn evaluate(&mut self, picture: &Picture, gradient: &mut Picture) -> Result<f64, LossError> {
        let mut part = gradient.clone();
        gradient.samples_mut().fill(0.0);
        let mut total = 0.0;
        for (weight, loss) in &mut self.terms {
            total += *weight * loss.evaluate(picture, &mut part)?;
            let parts = part.samples().iter();
            gradient.samples_mut().iter_mut().zip(parts).for_each(|(sum, part)| *sum += *weight as f32 * part);
        }
        Ok(total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::mse::Mse;

    fn picture(seed: f32) -> Picture {
        let mut picture = Picture::new(5, 4).unwrap();
        picture.samples_mut().iter_mut().enumerate().for_each(|(i, v)| *v = 0.5 + 0.5 * (seed * i as f32).sin());
        picture
    }

    #[test]
    fn closures_and_sums_are_losses() {
        let total = |picture: &Picture, gradient: &mut Picture| {
            gradient.samples_mut().fill(1.0);
            f64::from(picture.samples().iter().sum::<f32>())
        };
        let mut sum = Sum::default().with(2.0, total).with(3.0, Mse::new(picture(1.0)));
        let mut gradient = Picture::new(5, 4).unwrap();
        let value = sum.evaluate(&picture(1.0), &mut gradient).unwrap();
        assert!((value - 2.0 * total(&picture(1.0), &mut gradient.clone())).abs() < 1e-6);
        assert_eq!(gradient.samples()[7], 2.0);
    }
}
