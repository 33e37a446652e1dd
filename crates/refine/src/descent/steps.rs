//! Gradient steps over a model's values, ending with all coordinates on the integer grid.

use linocut_core::Stop;

use crate::descent::adam::{Adam, Rates};
use crate::descent::error::RefineError;
use crate::descent::snap::Snapped;
use crate::loss::Loss;
use crate::model::Model;
use crate::model::upright::Ties;
use crate::raster::picture::Picture;
use crate::raster::rasteriser::Rasteriser;
use crate::raster::scene::values::Values;

/// Share of the steps during which all coordinates move freely; after that they begin to return to the grid.
const FREE: f64 = 0.6;
/// Share of the coordinates that return to the grid at a time.
const ROUND: f64 = 0.125;
/// Share of the rates that is left at the last step.
const COOLED: f32 = 0.1;

/// A loss, a rasteriser, and the pictures that pass between them.
pub(crate) struct Descent<'a> {
    loss: &'a mut dyn Loss,
    rasteriser: Rasteriser,
    picture: Picture,
    by_picture: Picture,
}

impl<'a> Descent<'a> {
    pub(crate) fn new(loss: &'a mut dyn Loss, width: u32, height: u32) -> Result<Self, RefineError> {
        let picture = Picture::new(width, height)?;
        Ok(Self { loss, rasteriser: Rasteriser::new(width, height)?, by_picture: picture.clone(), picture })
    }

    /// The loss of a model's own values.
    pub(crate) fn loss(&mut self, model: &Model) -> Result<f64, RefineError> {
        self.rasteriser.draw(&model.scene, &model.values, &mut self.picture)?;
        Ok(self.loss.evaluate(&self.picture, &mut self.by_picture)?)
    }

    /// Takes up to `steps` steps and returns the values, all coordinates whole, and the number of steps taken.
    pub(crate) fn run(
        &mut self,
        model: &Model,
        ties: &Ties,
        steps: u32,
        rates: Rates,
        stop: &Stop,
    ) -> Result<(Values, u32), RefineError> {
        let (mut values, mut gradient) = (model.values.clone(), model.values.zeros_like());
        let (mut adam, mut snapped) = (Adam::new(&values), Snapped::none(&values));
        let mut taken = 0;
        while taken < steps && !stop.requested() {
            let done = f64::from(taken) / f64::from(steps);
            snapped.round(&mut values, ties, share_on_grid(done));
            self.gradient(model, &values, &mut gradient, taken)?;
            ties.sum(&mut gradient);
            snapped.hold(&mut gradient);
            let before = values.clone();
            adam.step(&mut values, &gradient, cooled(rates, done as f32));
            snapped.restore(&mut values, &before);
            model.clamp(&mut values);
            taken += 1;
            stop.report("refine", taken as f32 / steps as f32);
        }
        snapped.round(&mut values, ties, 1.0);
        Ok((values, taken))
    }

    fn gradient(
        &mut self,
        model: &Model,
        values: &Values,
        gradient: &mut Values,
        step: u32,
    ) -> Result<(), RefineError> {
        self.rasteriser.forward(&model.scene, values, &mut self.picture)?;
        let value = self.loss.evaluate(&self.picture, &mut self.by_picture)?;
        self.rasteriser.backward(&model.scene, values, &self.by_picture, gradient)?;
        let all =
            gradient.points.as_flattened().iter().chain(gradient.colors.as_flattened()).chain(&gradient.opacities);
        if value.is_finite() && all.into_iter().all(|by| by.is_finite()) {
            Ok(())
        } else {
            Err(RefineError::NotFinite { step, value })
        }
    }
}

/// Share of the coordinates that are on the grid when this share of the steps is done. It rises in jumps, the last of them
/// before the end, so that colours adapt to the final outlines.
fn share_on_grid(done: f64) -> f64 {
    if done < FREE {
        return 0.0;
    }
    let jumps = (1.0 / ROUND).round();
    (((done - FREE) / (1.0 - FREE) * (jumps + 1.0)).floor() * ROUND).min(1.0)
}

/// The rates at a share of the steps: they fall linearly to [`COOLED`].
fn cooled(rates: Rates, done: f32) -> Rates {
    let left = 1.0 - (1.0 - COOLED) * done;
    Rates { points: rates.points * left, colors: rates.colors * left, opacities: rates.opacities * left }
}

#[cfg(test)]
mod tests {
    use linocut_svg::{Color, Drawing, Geometry, Point, Shape};

    use super::*;
    use crate::loss::mse::Mse;

    const RATES: Rates = Rates { points: 0.3, colors: 0.01, opacities: 0.02 };

    fn model(radius: i32, level: u8) -> Model {
        let mut drawing = Drawing::new(40, 40);
        let circle = Geometry::circle(Point::new(20, 20), radius);
        drawing.shapes.push(Shape::filled(circle, Color::new(level, 0, 0)));
        Model::new(&drawing, 40, 40, Color::WHITE).unwrap()
    }

    fn free() -> Ties {
        Ties::none(&model(1, 1).values)
    }

    fn target() -> Mse {
        let (model, mut picture) = (model(12, 200), Picture::new(40, 40).unwrap());
        Rasteriser::new(40, 40).unwrap().draw(&model.scene, &model.values, &mut picture).unwrap();
        Mse::new(picture)
    }

    #[test]
    fn a_disc_finds_its_size_and_colour() {
        let mut loss = target();
        let (values, taken) =
            Descent::new(&mut loss, 40, 40).unwrap().run(&model(8, 150), &free(), 100, RATES, &Stop::never()).unwrap();
        assert_eq!((taken, values.points[0], values.points[1][0]), (100, [20.0, 20.0], 12.0));
        assert!((values.colors[0][0] - 200.0 / 255.0).abs() < 0.02, "{values:?}");
    }

    #[test]
    fn a_stop_ends_it_on_the_grid() {
        let (mut loss, stop) = (target(), Stop::never());
        stop.cancel();
        let model = model(8, 150);
        let (values, taken) = Descent::new(&mut loss, 40, 40).unwrap().run(&model, &free(), 100, RATES, &stop).unwrap();
        assert_eq!((values, taken), (model.values, 0));
    }

    #[test]
    fn a_loss_that_is_not_finite_is_an_error_with_its_step() {
        let mut calls = 0;
        let mut loss = |_: &Picture, gradient: &mut Picture| {
            gradient.samples_mut().fill(0.0);
            calls += 1;
            if calls > 3 { f64::NAN } else { 1.0 }
        };
        let mut descent = Descent::new(&mut loss, 40, 40).unwrap();
        let error = descent.run(&model(8, 150), &free(), 100, RATES, &Stop::never()).unwrap_err();
        assert!(matches!(error, RefineError::NotFinite { step: 3, .. }), "{error}");
    }

    #[test]
    fn coordinates_return_in_jumps() {
        assert_eq!([0.0, 0.59, 1.0].map(share_on_grid), [0.0, 0.0, 1.0]);
        assert!((0..100).all(|i| share_on_grid(f64::from(i) / 100.0) <= share_on_grid(f64::from(i + 1) / 100.0)));
        assert_eq!(share_on_grid(0.97), 1.0);
    }
}
