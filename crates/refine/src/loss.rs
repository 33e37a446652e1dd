//! What a picture should be: a value and its gradient.

use std::error::Error;

use thiserror::Error;

use crate::picture::Picture;

/// A loss: a number that is to become small, and its gradient with respect to the picture.
///
/// Closures `FnMut(&Picture, &mut Picture) -> f64` are losses.
///
/// # Shapes
///
/// - `picture`: W x H, values as in [`Picture`], not clamped
/// - `gradient`: W x H; holds anything before and the whole gradient afterwards
pub trait Loss {
    /// The loss of a picture; its gradient is written into `gradient`.
    ///
    /// # Errors
    ///
    /// [`LossError`] if the picture cannot be judged.
    fn evaluate(&mut self, picture: &Picture, gradient: &mut Picture) -> Result<f64, LossError>;
}

impl<F: FnMut(&Picture, &mut Picture) -> f64> Loss for F {
    fn evaluate(&mut self, picture: &Picture, gradient: &mut Picture) -> Result<f64, LossError> {
        Ok(self(picture, gradient))
    }
}

/// Mean of the squared differences to a target over all samples, 0 to 1 for pictures in range.
#[derive(Clone, Debug)]
pub struct Mse {
    target: Picture,
}

impl Mse {
    /// The distance to this picture.
    #[must_use]
    pub fn new(target: Picture) -> Self {
        Self { target }
    }
}

impl Loss for Mse {
    fn evaluate(&mut self, picture: &Picture, gradient: &mut Picture) -> Result<f64, LossError> {
        check(&self.target, picture, gradient)?;
        let scale = 2.0 / picture.samples().len() as f32;
        let width = picture.width() as usize;
        let rows = picture.samples().chunks(width).zip(self.target.samples().chunks(width));
        let mut total = 0.0;
        for ((row, target), gradient) in rows.zip(gradient.samples_mut().chunks_mut(width)) {
            let mut sum = 0.0_f32;
            for ((sample, target), gradient) in row.iter().zip(target).zip(gradient) {
                let difference = sample - target;
                *gradient = scale * difference;
                sum += difference * difference;
            }
            total += f64::from(sum);
        }
        Ok(total / picture.samples().len() as f64)
    }
}

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

/// Refuses pictures and gradients of another size than the target's.
pub(crate) fn check(target: &Picture, picture: &Picture, gradient: &Picture) -> Result<(), LossError> {
    let expected = target.size();
    match [picture.size(), gradient.size()].into_iter().find(|actual| *actual != expected) {
        Some(actual) => Err(LossError::Size { expected, actual }),
        None => Ok(()),
    }
}

/// Why a picture could not be judged. Sizes are (width, height) in px.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LossError {
    /// The picture has another size than the target.
    #[error("picture of {actual:?} (width, height, px), expected {expected:?}")]
    Size {
        /// The target's size.
        expected: (u32, u32),
        /// The picture's size.
        actual: (u32, u32),
    },
    /// A side is too short for the measure.
    #[error("{measure} needs at least {min} px a side, got {size:?} (width, height, px)")]
    TooSmall {
        /// Name of the measure.
        measure: &'static str,
        /// Shortest side, in px.
        min: u32,
        /// The target's size.
        size: (u32, u32),
    },
    /// A loss of another kind failed.
    #[error(transparent)]
    Other(Box<dyn Error + Send + Sync>),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(seed: f32) -> Picture {
        let mut picture = Picture::new(5, 4).unwrap();
        picture.samples_mut().iter_mut().enumerate().for_each(|(i, v)| *v = 0.5 + 0.5 * (seed * i as f32).sin());
        picture
    }

    #[test]
    fn the_mean_square_has_its_gradient() {
        let (at, mut gradient) = (picture(1.0), Picture::new(5, 4).unwrap());
        let mut loss = Mse::new(picture(2.0));
        loss.evaluate(&at, &mut gradient).unwrap();
        for index in [0, 17, 59] {
            let mut moved = |h: f32| {
                let mut at = at.clone();
                at.samples_mut()[index] += h;
                loss.evaluate(&at, &mut gradient.clone()).unwrap()
            };
            let differences = (moved(0.01) - moved(-0.01)) / 0.02;
            assert!((differences - f64::from(gradient.samples()[index])).abs() < 1e-5);
        }
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

    #[test]
    fn another_size_is_an_error() {
        let mut gradient = Picture::new(5, 4).unwrap();
        let error = Mse::new(picture(1.0)).evaluate(&Picture::new(4, 5).unwrap(), &mut gradient).unwrap_err();
        assert!(matches!(error, LossError::Size { expected: (5, 4), actual: (4, 5) }));
    }
}
