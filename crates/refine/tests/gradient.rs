//! Gradients of the rasteriser in f64 against directional finite differences, on random scenes.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

use linocut_refine::{Contour, Layer, Line, Paint, Picture, Ramp, Rasteriser, Region, Scene, Step, Values};
use linocut_svg::{
    Color, FillRule, Gradient, GradientGeometry, GradientStop, LineCap, LineJoin, Matrix, Opacity, Point, Spread,
};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

const SIZE: (u32, u32) = (37, 29);
const FILLS: [FillRule; 2] = [FillRule::NonZero, FillRule::EvenOdd];

/// A scene of `count` layers, each with contours, a colour and an opacity of its own.
struct Maker {
    random: Pcg64Mcg,
    values: Values<f64>,
}

impl Maker {
    fn point(&mut self) -> usize {
        let point = [self.random.random_range(-4.0..30.0), self.random.random_range(-4.0..24.0)];
        self.push(point)
    }

    fn push(&mut self, point: [f64; 2]) -> usize {
        self.values.points.push(point);
        self.values.points.len() - 1
    }

    fn size(&mut self) -> usize {
        let size = [self.random.random_range(3.0..12.0), self.random.random_range(3.0..12.0)];
        self.push(size)
    }

    fn step(&mut self) -> Step {
        match self.random.random_range(0..4) {
            0 => Step::Line(self.point()),
            1 => Step::Quadratic(self.point(), self.point()),
            2 => Step::Cubic(self.point(), self.point(), self.point()),
            _ => {
                let (large, sweep) = (self.random.random(), self.random.random());
                Step::Arc { to: self.point(), radii: self.size(), rotation: 25, large, sweep }
            }
        }
    }

    fn contour(&mut self) -> Contour {
        match self.random.random_range(0..6) {
            0 => Contour::Circle { center: self.point(), radius: self.size() },
            1 => Contour::Ellipse { center: self.point(), radii: self.size() },
            2 => Contour::Rect { corner: self.point(), size: self.size(), radius: None },
            3 => Contour::Rect { corner: self.point(), size: self.size(), radius: Some(self.size()) },
            _ => {
                let start = self.point();
                let steps = (0..4).map(|_| self.step()).collect();
                Contour::Path { start, steps, closed: self.random.random() }
            }
        }
    }

    fn color(&mut self) -> usize {
        let color = std::array::from_fn(|_| self.random.random_range(0.0..1.0));
        self.values.colors.push(color);
        self.values.colors.len() - 1
    }

    fn paint(&mut self) -> Paint {
        if self.random.random_range(0..4) > 0 {
            return Paint::Flat(self.color());
        }
        let stop = |offset| GradientStop {
            offset,
            color: Color::BLACK,
            opacity: Opacity::from_thousandths(1000 - offset / 2),
        };
        let gradient = Gradient {
            geometry: GradientGeometry::Radial { center: Point::new(10, 10), radius: 20, focus: Point::new(8, 12) },
            transform: Matrix::IDENTITY,
            spread: Spread::Reflect,
            stops: vec![stop(0), stop(700), stop(1000)],
        };
        Paint::Ramp(Box::new(Ramp::new(&gradient, |_| self.color()).unwrap()))
    }

    fn opacity(&mut self) -> usize {
        self.values.opacities.push(self.random.random_range(0.2..0.95));
        self.values.opacities.len() - 1
    }

    fn layer(&mut self, opaque: bool) -> Layer {
        let contours = (0..self.random.random_range(1..3)).map(|_| self.contour()).collect();
        let cap = [LineCap::Butt, LineCap::Round, LineCap::Square][self.random.random_range(0..3)];
        let join = [LineJoin::Miter, LineJoin::Round, LineJoin::Bevel][self.random.random_range(0..3)];
        let region = match self.random.random_range(0..5) {
            0 => Region::Along(Line { width: self.size(), cap, join }),
            other => Region::Inside(FILLS[other % 2]),
        };
        let opacity = (!opaque).then(|| self.opacity());
        Layer { contours, region, paint: self.paint(), opacity, pieces: 5 }
    }
}

fn scene(seed: u64, layers: usize, opaque: bool) -> (Scene, Values<f64>) {
    let mut maker = Maker { random: Pcg64Mcg::seed_from_u64(seed), values: Values::default() };
    let layers = (0..layers).map(|_| maker.layer(opaque)).collect();
    (Scene { layers, background: [0.2, 0.5, 0.9], scale: [1.25, 1.125] }, maker.values)
}

/// A fixed picture of weights: the loss is its product with the drawn one, plus half the square of the drawn one.
fn weights(seed: u64) -> Picture<f64> {
    let mut random = Pcg64Mcg::seed_from_u64(seed ^ 77);
    let mut picture = Picture::new(SIZE.0, SIZE.1).unwrap();
    picture.samples_mut().iter_mut().for_each(|sample| *sample = random.random_range(-1.0..1.0));
    picture
}

fn loss(scene: &Scene, values: &Values<f64>, weights: &Picture<f64>) -> f64 {
    let mut picture = Picture::new(SIZE.0, SIZE.1).unwrap();
    Rasteriser::new(SIZE.0, SIZE.1).unwrap().draw(scene, values, &mut picture).unwrap();
    picture.samples().iter().zip(weights.samples()).map(|(p, w)| p * w + 0.5 * p * p).sum()
}

fn gradient(scene: &Scene, values: &Values<f64>, weights: &Picture<f64>) -> Values<f64> {
    let mut rasteriser = Rasteriser::new(SIZE.0, SIZE.1).unwrap();
    let (mut picture, mut gradient) = (Picture::new(SIZE.0, SIZE.1).unwrap(), Values::default());
    rasteriser.forward(scene, values, &mut picture).unwrap();
    let mut by_picture = picture.clone();
    by_picture.samples_mut().iter_mut().zip(weights.samples()).for_each(|(p, w)| *p += w);
    rasteriser.backward(scene, values, &by_picture, &mut gradient).unwrap();
    gradient
}

fn flat(values: &Values<f64>) -> Vec<f64> {
    let points = values.points.iter().flatten();
    points.chain(values.colors.iter().flatten()).chain(&values.opacities).copied().collect()
}

fn unflat(like: &Values<f64>, flat: &[f64]) -> Values<f64> {
    let mut values = like.clone();
    let targets = values.points.iter_mut().flatten().chain(values.colors.iter_mut().flatten());
    targets.chain(&mut values.opacities).zip(flat).for_each(|(to, from)| *to = *from);
    values
}

/// Relative error of the derivative along a random direction; the direction leaves out what `only` does not hold.
fn error_along(scene: &Scene, values: &Values<f64>, seed: u64, only: std::ops::Range<usize>) -> f64 {
    let mut random = Pcg64Mcg::seed_from_u64(seed ^ 0xabcd);
    let weights = weights(seed);
    let (at, by) = (flat(values), flat(&gradient(scene, values, &weights)));
    let direction: Vec<f64> =
        (0..at.len()).map(|i| if only.contains(&i) { random.random_range(-1.0..1.0) } else { 0.0 }).collect();
    let moved = |h: f64| {
        let moved: Vec<f64> = at.iter().zip(&direction).map(|(v, d)| v + h * d).collect();
        loss(scene, &unflat(values, &moved), &weights)
    };
    let step = 1e-6;
    let differences = (moved(step) - moved(-step)) / (2.0 * step);
    let exact: f64 = by.iter().zip(&direction).map(|(g, d)| g * d).sum();
    (differences - exact).abs() / (exact.abs() + 1e-3)
}

/// The worst error over all scenes and kinds of values.
fn worst(layers: usize, opaque: bool) -> f64 {
    let mut errors = Vec::new();
    for seed in 0..60 {
        let (scene, values) = scene(seed, layers, opaque);
        let points = 2 * values.points.len();
        let colors = points + 3 * values.colors.len();
        errors.push(error_along(&scene, &values, seed, 0..points));
        errors.push(error_along(&scene, &values, seed, points..colors));
        if !opaque {
            errors.push(error_along(&scene, &values, seed, colors..usize::MAX));
        }
    }
    errors.into_iter().fold(0.0, f64::max)
}

#[test]
fn one_layer_has_its_exact_gradient() {
    assert!(worst(1, false) < 1e-3);
}

#[test]
fn many_translucent_layers_have_their_exact_gradient() {
    assert!(worst(12, false) < 1e-3);
}

#[test]
fn many_opaque_layers_have_their_exact_gradient() {
    assert!(worst(12, true) < 1e-3);
}

#[test]
fn single_precision_agrees_with_double() {
    for seed in 0..20 {
        let (scene, values) = scene(seed, 8, false);
        let (exact, weights) = (gradient(&scene, &values, &weights(seed)), weights(seed));
        let mut rasteriser = Rasteriser::<f32>::new(SIZE.0, SIZE.1).unwrap();
        let (mut picture, mut rough) = (Picture::new(SIZE.0, SIZE.1).unwrap(), Values::default());
        rasteriser.forward(&scene, &values.cast(), &mut picture).unwrap();
        let weights = weights.samples().iter().map(|w| *w as f32);
        picture.samples_mut().iter_mut().zip(weights).for_each(|(p, w)| *p += w);
        rasteriser.backward(&scene, &values.cast(), &picture, &mut rough).unwrap();
        let (exact, rough) = (flat(&exact), flat(&rough.cast()));
        let size = exact.iter().map(|v| v * v).sum::<f64>().sqrt();
        let apart = exact.iter().zip(&rough).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
        assert!(apart < 1e-3 * size, "seed {seed}: {apart} of {size}");
    }
}
