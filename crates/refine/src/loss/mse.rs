//! Mean squared error against a target picture.

use crate::loss::{Loss, LossError, check};
use crate::raster::picture::Picture;

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
    fn another_size_is_an_error() {
        let mut gradient = Picture::new(5, 4).unwrap();
        let error = Mse::new(picture(1.0)).evaluate(&Picture::new(4, 5).unwrap(), &mut gradient).unwrap_err();
        assert!(matches!(error, LossError::Size { expected: (5, 4), actual: (4, 5) }));
    }
}
