//! Ramps: paints whose colour changes along a line or out from a centre.

use linocut_svg::{Color, Gradient, GradientGeometry, GradientStop, Matrix, Opacity, Point, Spread};

use super::paint::Place;

/// Where a ramp lies, in units of the grid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Way {
    /// From one point to another.
    Linear([Point; 2]),
    /// From a centre to a circle of this radius.
    Radial(Point, i32),
}

impl Way {
    pub(crate) const fn geometry(self) -> GradientGeometry {
        match self {
            Self::Linear([from, to]) => GradientGeometry::Linear { from, to },
            Self::Radial(center, radius) => GradientGeometry::Radial { center, radius, focus: center },
        }
    }

    /// `None` for a line or circle without extent, and for a focus that is not the centre.
    pub(crate) fn of(geometry: &GradientGeometry) -> Option<Self> {
        match *geometry {
            GradientGeometry::Linear { from, to } if from != to => Some(Self::Linear([from, to])),
            GradientGeometry::Radial { center, radius, focus } if center == focus && radius > 0 => {
                Some(Self::Radial(center, radius))
            }
            _ => None,
        }
    }

    /// The same on a grid of units half as large.
    pub(crate) fn halved(self) -> Self {
        let twice = |p: Point| Point::new(2 * p.x, 2 * p.y);
        match self {
            Self::Linear(line) => Self::Linear(line.map(twice)),
            Self::Radial(center, radius) => Self::Radial(twice(center), 2 * radius),
        }
    }
}

/// The colours after the first, that of the paint, and where they lie.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Ramp {
    pub(crate) way: Way,
    /// Half way.
    pub(crate) middle: Option<Color>,
    pub(crate) last: Color,
}

impl Ramp {
    /// The gradient that begins with a colour.
    pub(crate) fn gradient(&self, first: Color) -> Gradient {
        let stop = |offset, color| GradientStop { offset, color, opacity: Opacity::OPAQUE };
        let stops = [Some(stop(0, first)), self.middle.map(|middle| stop(500, middle)), Some(stop(1000, self.last))];
        Gradient {
            geometry: self.way.geometry(),
            transform: Matrix::IDENTITY,
            spread: Spread::Pad,
            stops: stops.into_iter().flatten().collect(),
        }
    }

    /// The ramp and its first colour in a gradient of two or three stops; `None` for any other.
    pub(crate) fn of_gradient(gradient: &Gradient) -> Option<(Color, Self)> {
        let way = Way::of(&gradient.geometry)?;
        let opaque = gradient.stops.iter().all(|stop| stop.opacity == Opacity::OPAQUE);
        let plain = gradient.transform == Matrix::IDENTITY && gradient.spread == Spread::Pad;
        let stops: Vec<(u16, Color)> = gradient.stops.iter().map(|stop| (stop.offset, stop.color)).collect();
        let (first, middle, last) = match stops[..] {
            [(0, first), (1000, last)] => (first, None, last),
            [(0, first), (500, middle), (1000, last)] => (first, Some(middle), last),
            _ => return None,
        };
        (opaque && plain).then_some((first, Self { way, middle, last }))
    }

    /// The colours after the first.
    pub(crate) fn colors(self) -> impl Iterator<Item = Color> {
        self.middle.into_iter().chain([self.last])
    }

    /// The same on a grid of units half as large.
    pub(crate) fn halved(self) -> Self {
        Self { way: self.way.halved(), ..self }
    }
}

/// How far along its way a ramp is in a pixel, 0 to 1.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Course {
    /// `a x + b y + c`, or the centre in pixels and 1 / radius.
    numbers: [f32; 3],
    radial: bool,
}

impl Course {
    /// With so many units in a pixel.
    pub(crate) fn new(way: Way, unit: i32) -> Self {
        let unit = f64::from(unit);
        let pixels = |p: Point| [f64::from(p.x) / unit, f64::from(p.y) / unit];
        match way {
            Way::Linear([from, to]) => {
                let ([x, y], [right, below]) = (pixels(from), pixels(to));
                let (dx, dy) = (right - x, below - y);
                let squared = (dx * dx + dy * dy).max(1e-9);
                let (a, b) = (dx / squared, dy / squared);
                let c = a * (0.5 - x) + b * (0.5 - y);
                Self { numbers: [a as f32, b as f32, c as f32], radial: false }
            }
            Way::Radial(center, radius) => {
                let [x, y] = pixels(center);
                let inverse = unit / f64::from(radius.max(1));
                Self { numbers: [(x - 0.5) as f32, (y - 0.5) as f32, inverse as f32], radial: true }
            }
        }
    }

    /// At the middle of a pixel.
    #[inline]
    pub(crate) fn at(&self, (x, y): Place) -> f32 {
        let ([a, b, c], x, y) = (self.numbers, x as f32, y as f32);
        let share = if self.radial { ((x - a) * (x - a) + (y - b) * (y - b)).sqrt() * c } else { a * x + b * y + c };
        share.clamp(0.0, 1.0)
    }
}
