//! The Adam optimiser over the values of a scene.

use crate::raster::scene::values::Values;

/// Decay of the mean of the gradients, and of the mean of their squares (Kingma and Ba 2015).
const DECAY: (f32, f32) = (0.9, 0.999);
/// Keeps the step finite where there has been no gradient; far below any gradient that matters.
const EPSILON: f32 = 1e-12;

/// The longest step that each kind of value takes, in its own unit.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Rates {
    pub(crate) points: f32,
    pub(crate) colors: f32,
    pub(crate) opacities: f32,
}

/// Means of the gradients of all values, and of their squares.
///
/// Source: Kingma and Ba 2015, with bias correction.
#[derive(Clone, Debug)]
pub(crate) struct Adam {
    mean: Values,
    square: Values,
    steps: i32,
}

impl Adam {
    pub(crate) fn new(values: &Values) -> Self {
        Self { mean: values.zeros_like(), square: values.zeros_like(), steps: 0 }
    }

    /// One step against the gradient.
    pub(crate) fn step(&mut self, values: &mut Values, gradient: &Values, rates: Rates) {
        self.steps += 1;
        let correct = |decay: f32| 1.0 / (1.0 - decay.powi(self.steps));
        let (mean, square) = (correct(DECAY.0), correct(DECAY.1));
        let update = |(((value, by), m), s): (((&mut f32, &f32), &mut f32), &mut f32), rate: f32| {
            *m += (1.0 - DECAY.0) * (by - *m);
            *s += (1.0 - DECAY.1) * (by * by - *s);
            *value -= rate * *m * mean / ((*s * square).sqrt() + EPSILON);
        };
        let points = values.points.as_flattened_mut().iter_mut().zip(gradient.points.as_flattened());
        let points = points.zip(self.mean.points.as_flattened_mut()).zip(self.square.points.as_flattened_mut());
        points.for_each(|item| update(item, rates.points));
        let colors = values.colors.as_flattened_mut().iter_mut().zip(gradient.colors.as_flattened());
        let colors = colors.zip(self.mean.colors.as_flattened_mut()).zip(self.square.colors.as_flattened_mut());
        colors.for_each(|item| update(item, rates.colors));
        let opacities = values.opacities.iter_mut().zip(&gradient.opacities);
        let opacities = opacities.zip(&mut self.mean.opacities).zip(&mut self.square.opacities);
        opacities.for_each(|item| update(item, rates.opacities));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(at: f32) -> Values {
        Values { points: vec![[at, -at]], colors: vec![[at; 3]], opacities: vec![at] }
    }

    const RATES: Rates = Rates { points: 0.5, colors: 0.1, opacities: 0.02 };

    #[test]
    fn the_first_step_has_the_length_of_the_rate() {
        let mut at = values(1.0);
        Adam::new(&at).step(&mut at, &values(1e-3), RATES);
        let apart = [at.points[0][0] - 0.5, at.points[0][1] + 0.5, at.colors[0][1] - 0.9, at.opacities[0] - 0.98];
        assert!(apart.iter().all(|d| d.abs() < 1e-4), "{at:?}");
    }

    #[test]
    fn what_has_no_gradient_stays() {
        let mut at = values(1.0);
        Adam::new(&at).step(&mut at, &values(0.0), RATES);
        assert_eq!(at, values(1.0));
    }

    #[test]
    fn a_parabola_is_descended() {
        let mut at = values(3.0);
        let mut adam = Adam::new(&at);
        for step in 0..300 {
            let gradient = at.clone();
            let rate = 0.2 * (1.0 - step as f32 / 300.0);
            adam.step(&mut at, &gradient, Rates { points: rate, colors: rate, opacities: rate });
        }
        assert!(at.points[0][0].abs() < 0.02 && at.opacities[0].abs() < 0.02, "{at:?}");
    }
}
