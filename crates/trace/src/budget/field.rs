//! Sums over samples that give the ramp of colour which comes closest to them.

use linocut_svg::{Color, Point};

use super::cost::{LINEAR_BYTES, RADIAL_BYTES};
use super::fade::Fade;
use super::paint::Paint;
use super::ramp::{Ramp, Way};
use super::space::Space;

/// Functions of the place that a ramp is made of: x, y, and x^2 + y^2.
const TERMS: usize = 3;
/// Reach of a ramp to either side of the mean of its samples, in standard deviations along its way.
const REACH: f64 = 1.9;
/// Least spread along a way, in pixels, and largest radius.
const LEAST_SPREAD: f64 = 1.0;
const LARGEST: f64 = 2000.0;

/// Weighted sums of terms, of lanes, and of their products.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Field {
    weight: f64,
    terms: [f64; TERMS],
    products: [[f64; TERMS]; TERMS],
    lanes: [f64; 3],
    mixed: [[f64; 3]; TERMS],
    squares: f64,
}

/// A ramp that is fitted to samples, in pixels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slant {
    way: Course,
    /// Lanes of its colours: the first, that half way, the last.
    lanes: [[f64; 3]; 3],
    /// Squared error that it saves over one colour.
    pub(crate) gain: f64,
    /// Bytes more than those of one colour.
    pub(crate) bytes: i32,
}

#[derive(Clone, Copy, Debug)]
enum Course {
    Linear([[f64; 2]; 2]),
    Radial([f64; 2], f64),
}

impl Field {
    /// Adds a sample at a place in pixels.
    pub(crate) fn add(&mut self, weight: f64, (x, y): (f64, f64), lanes: [f64; 3]) {
        let terms = [x, y, x * x + y * y];
        self.weight += weight;
        for i in 0..TERMS {
            self.terms[i] += weight * terms[i];
            for j in 0..TERMS {
                self.products[i][j] += weight * terms[i] * terms[j];
            }
            self.mixed[i].iter_mut().zip(lanes).for_each(|(sum, lane)| *sum += weight * terms[i] * lane);
        }
        for lane in lanes.iter().zip(&mut self.lanes) {
            *lane.1 += weight * lane.0;
            self.squares += weight * lane.0 * lane.0;
        }
    }

    /// The sums over two sets of samples.
    pub(crate) fn joined(&self, other: &Self) -> Self {
        let sum = |a: [f64; 3], b: [f64; 3]| std::array::from_fn(|i| a[i] + b[i]);
        Self {
            weight: self.weight + other.weight,
            terms: sum(self.terms, other.terms),
            products: std::array::from_fn(|i| sum(self.products[i], other.products[i])),
            lanes: sum(self.lanes, other.lanes),
            mixed: std::array::from_fn(|i| sum(self.mixed[i], other.mixed[i])),
            squares: self.squares + other.squares,
        }
    }

    /// The squared error of one colour.
    pub(crate) fn spread(&self) -> f64 {
        self.squares - self.lanes.iter().map(|v| v * v).sum::<f64>() / self.weight.max(1e-9)
    }

    /// The best single colour.
    pub(crate) fn color(&self, space: Space) -> Color {
        space.color(space.shown(self.lanes.map(|v| v / self.weight.max(1e-9))))
    }

    /// The ramps that come closest, a linear one and a radial one, where there are any.
    pub(crate) fn ramps(&self) -> impl Iterator<Item = Slant> {
        let moments = self.moments();
        [Moments::linear, Moments::radial].into_iter().filter_map(move |ramp| ramp(&moments))
    }

    fn moments(&self) -> Moments {
        let n = self.weight.max(1e-9);
        let (terms, lanes) = (self.terms.map(|v| v / n), self.lanes.map(|v| v / n));
        let own = |i: usize| std::array::from_fn(|j| self.products[i][j] / n - terms[i] * terms[j]);
        let mixed = |i: usize| std::array::from_fn(|lane| self.mixed[i][lane] / n - terms[i] * lanes[lane]);
        Moments { weight: n, terms, lanes, own: std::array::from_fn(own), mixed: std::array::from_fn(mixed) }
    }
}

/// Means of terms and lanes, and their covariances.
struct Moments {
    weight: f64,
    terms: [f64; TERMS],
    lanes: [f64; 3],
    /// Of terms.
    own: [[f64; TERMS]; TERMS],
    /// Of terms and lanes.
    mixed: [[f64; 3]; TERMS],
}

impl Moments {
    fn linear(&self) -> Option<Slant> {
        let (terms, lanes) = (self.terms, self.lanes);
        let Fit { slope, tint, gain } = self.fit::<2>()?;
        let deviation = gain.sqrt();
        let squared = slope[0] * slope[0] + slope[1] * slope[1];
        if squared * LEAST_SPREAD * LEAST_SPREAD > gain || squared == 0.0 {
            return None;
        }
        let end = |side: f64| {
            let far = side * REACH * deviation / squared;
            [terms[0] + far * slope[0], terms[1] + far * slope[1]]
        };
        let color = |side: f64| std::array::from_fn(|i| lanes[i] + side * REACH * deviation * tint[i]);
        let way = Course::Linear([end(-1.0), end(1.0)]);
        let lanes = [color(-1.0), lanes, color(1.0)];
        Some(Slant { way, lanes, gain: self.weight * gain, bytes: LINEAR_BYTES })
    }

    fn radial(&self) -> Option<Slant> {
        let (terms, lanes) = (self.terms, self.lanes);
        let Fit { slope: [b, c, e], tint, gain } = self.fit::<3>()?;
        let [x, y] = [-b / (2.0 * e), -c / (2.0 * e)];
        // The lanes change with the squared distance from there.
        let mean = terms[2] - 2.0 * (x * terms[0] + y * terms[1]) + x * x + y * y;
        let deviation = gain.sqrt() / e.abs();
        let radius = (mean + REACH * deviation).sqrt();
        if !(e != 0.0 && radius.is_finite() && radius < LARGEST && deviation > LEAST_SPREAD) {
            return None;
        }
        let color = |share: f64| {
            let squared = (share * radius).powi(2).max(mean - REACH * deviation);
            std::array::from_fn(|i| lanes[i] + tint[i] * e * (squared - mean))
        };
        let lanes = [color(0.0), color(0.5), color(1.0)];
        Some(Slant { way: Course::Radial([x, y], radius), lanes, gain: self.weight * gain, bytes: RADIAL_BYTES })
    }

    /// Fits the first terms to the tint that they explain most of.
    fn fit<const N: usize>(&self) -> Option<Fit<N>> {
        let (covariance, mixed) = (&self.own, &self.mixed);
        // Coefficients of every lane, by Gaussian elimination with the lanes on the right.
        let mut rows: [[f64; 6]; N] = std::array::from_fn(|i| {
            std::array::from_fn(|j| if j < 3 { if j < N { covariance[i][j] } else { 0.0 } } else { mixed[i][j - 3] })
        });
        for i in 0..N {
            if rows[i][i] < 1e-6 * covariance[i][i].max(1e-6) {
                return None;
            }
            for k in 0..N {
                if k != i {
                    let share = rows[k][i] / rows[i][i];
                    let pivot = rows[i];
                    rows[k].iter_mut().zip(pivot).for_each(|(v, p)| *v -= share * p);
                }
            }
        }
        let slopes: [[f64; 3]; N] = std::array::from_fn(|i| std::array::from_fn(|lane| rows[i][3 + lane] / rows[i][i]));
        // Variance that is explained, by pairs of lanes; its first principal component.
        let explained = |a: usize, b: usize| (0..N).map(|i| mixed[i][a] * slopes[i][b]).sum::<f64>();
        let matrix: [[f64; 3]; 3] = std::array::from_fn(|a| std::array::from_fn(|b| explained(a, b)));
        let mut tint = (0..3).map(|a| matrix[a]).max_by(|a, b| length(a).total_cmp(&length(b)))?;
        for _ in 0..ROUNDS {
            let size = length(&tint);
            if size <= 0.0 {
                return None;
            }
            tint = tint.map(|v| v / size);
            let next = std::array::from_fn(|a| (0..3).map(|b| matrix[a][b] * tint[b]).sum());
            tint = next;
        }
        let gain = length(&tint);
        if gain < LEAST_GAIN {
            return None;
        }
        let tint = tint.map(|v| v / gain);
        let slope = std::array::from_fn(|i| (0..3).map(|lane| slopes[i][lane] * tint[lane]).sum());
        Some(Fit { slope, tint, gain })
    }
}

/// The fit of one tint of the lanes to the first terms.
struct Fit<const N: usize> {
    slope: [f64; N],
    /// Direction in the lanes, of length 1.
    tint: [f64; 3],
    /// The variance that it explains.
    gain: f64,
}

/// Rounds of the power method.
const ROUNDS: usize = 12;
/// Variance in squared levels below which there is no slope to see.
const LEAST_GAIN: f64 = 0.25;

fn length(v: &[f64; 3]) -> f64 {
    v.iter().map(|v| v * v).sum::<f64>().sqrt()
}

impl Slant {
    /// The fade whose opacity is the first lane, `full` where it is opaque, on a grid with so many units in a pixel.
    pub(crate) fn fade(&self, unit: i32, full: f64) -> Option<Fade> {
        let Paint { ramp, .. } = self.paint(Space::default(), unit);
        let level = |lanes: [f64; 3]| 10 * (100.0 * (lanes[0] / full).clamp(0.0, 1.0)).round() as u16;
        let [first, middle, last] = self.lanes.map(level);
        let ramp = ramp?;
        let all = [(0, first), (500, middle), (1000, last)];
        let ends = [(0, first), (1000, last)];
        Fade::new(ramp.way, if ramp.middle.is_some() { &all } else { &ends })
    }

    /// The paint of this ramp on a grid with so many units in a pixel.
    pub(crate) fn paint(&self, space: Space, unit: i32) -> Paint {
        let unit = f64::from(unit);
        let point = |p: [f64; 2]| Point::new((unit * p[0]).round() as i32, (unit * p[1]).round() as i32);
        let [first, middle, last] = self.lanes.map(|lanes| space.color(space.shown(lanes)));
        let (way, middle) = match self.way {
            Course::Linear(line) => (Way::Linear(line.map(point)), None),
            Course::Radial(center, radius) => {
                (Way::Radial(point(center), ((unit * radius).round() as i32).max(1)), Some(middle))
            }
        };
        Paint { ramp: Some(Ramp { way, middle, last }), ..Paint::opaque(first) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Samples of a square of 40 px.
    fn field(lanes: impl Fn(f64, f64) -> [f64; 3]) -> Field {
        let mut field = Field::default();
        for at in 0..1600 {
            let (x, y) = (f64::from(at % 40) + 0.5, f64::from(at / 40) + 0.5);
            field.add(2.0, (x, y), lanes(x, y));
        }
        field
    }

    fn ramps(field: &Field) -> Vec<Paint> {
        field.ramps().map(|slant| slant.paint(Space::default(), 1)).collect()
    }

    #[test]
    fn a_linear_ramp_is_found_again() {
        let field = field(|x, y| [50.0 + x + 2.0 * y, 200.0 - x / 2.0 - y, 70.0]);
        let best = field.ramps().next().unwrap();
        assert!((best.gain / field.spread() - 1.0).abs() < 1e-9, "{} of {}", best.gain, field.spread());
        let ramp = ramps(&field)[0].ramp.unwrap();
        let Way::Linear([from, to]) = ramp.way else { panic!("{ramp:?}") };
        // It runs along (1, 2) through the middle.
        assert!((2 * (to.x - from.x) - (to.y - from.y)).abs() <= 2 && (from.y + to.y - 40).abs() <= 1, "{ramp:?}");
        let level = |p: Point| f64::from(p.x) + 2.0 * f64::from(p.y);
        let rise = f64::from(ramp.last.r) - f64::from(ramps(&field)[0].color.r);
        assert!((level(to) - level(from) - rise).abs() < 4.0, "{rise} {ramp:?}");
    }

    #[test]
    fn a_radial_ramp_is_found_again() {
        let field = field(|x, y| {
            let squared = (x - 28.0).powi(2) + (y + 6.0).powi(2);
            [30.0 + squared / 20.0, 90.0, 220.0 - squared / 15.0]
        });
        let best = field.ramps().last().unwrap();
        assert!((best.gain / field.spread() - 1.0).abs() < 1e-6);
        let ramp = ramps(&field)[1].ramp.unwrap();
        let Way::Radial(center, radius) = ramp.way else { panic!("{ramp:?}") };
        assert!((center.x - 28).abs() <= 1 && (center.y + 6).abs() <= 1 && (40..60).contains(&radius), "{ramp:?}");
    }

    #[test]
    fn sums_of_parts_are_those_of_the_whole() {
        let lanes = |x: f64, y: f64| [x * y, 255.0 - x, y];
        let mut parts = [Field::default(); 2];
        for at in 0..1600 {
            let (x, y) = (f64::from(at % 40) + 0.5, f64::from(at / 40) + 0.5);
            parts[usize::from(x > y)].add(2.0, (x, y), lanes(x, y));
        }
        let (joined, whole) = (parts[0].joined(&parts[1]), field(lanes));
        assert!((joined.spread() / whole.spread() - 1.0).abs() < 1e-9);
        assert_eq!(ramps(&joined), ramps(&whole));
    }

    #[test]
    fn what_has_no_slope_has_no_ramp() {
        assert_eq!(ramps(&field(|_, _| [90.0, 10.0, 200.0])), []);
        assert_eq!(ramps(&Field::default()), []);
        let mut line = Field::default();
        (0..50).for_each(|x| line.add(1.0, (f64::from(x), 3.0), [f64::from(x); 3]));
        assert_eq!(ramps(&line), []);
    }
}
