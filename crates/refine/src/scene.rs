//! What is drawn: layers that refer to values.

use linocut_svg::{FillRule, LineCap, LineJoin};

use crate::error::RasterError;
use crate::ramp::Ramp;
use crate::scalar::Scalar;
use crate::values::Values;

/// One step of a path, from the end of the one before. All numbers are indices of points.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// A straight line to a point.
    Line(usize),
    /// A quadratic Bézier curve: control point, end point.
    Quadratic(usize, usize),
    /// A cubic Bézier curve: two control points, end point.
    Cubic(usize, usize, usize),
    /// An elliptical arc.
    Arc {
        /// End point.
        to: usize,
        /// Both radii as one point.
        radii: usize,
        /// Rotation of the ellipse in whole degrees; it has no gradient.
        rotation: i32,
        /// Whether the longer of the two arcs is meant.
        large: bool,
        /// Whether the arc runs clockwise (y down).
        sweep: bool,
    },
}

/// A connected outline. All numbers are indices of points.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Contour {
    /// Lines and curves.
    Path {
        /// First point.
        start: usize,
        /// Steps, each from the end of the one before.
        steps: Vec<Step>,
        /// Whether a line along it joins the end to the start. A fill always does.
        closed: bool,
    },
    /// A rectangle along the axes.
    Rect {
        /// Upper left corner.
        corner: usize,
        /// Width and height as one point.
        size: usize,
        /// Radius of the corners: the x of this point. Values beyond half a side are cut.
        radius: Option<usize>,
    },
    /// A circle.
    Circle {
        /// Centre.
        center: usize,
        /// Radius: the x of this point.
        radius: usize,
    },
    /// An ellipse along the axes.
    Ellipse {
        /// Centre.
        center: usize,
        /// Both radii as one point.
        radii: usize,
    },
}

/// How a line along the contours is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Line {
    /// Width: the x of the point with this index, in units; at most 0 draws nothing.
    pub width: usize,
    /// Ends of open contours.
    pub cap: LineCap,
    /// Corners.
    pub join: LineJoin,
}

/// Which pixels a layer paints.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Region {
    /// Those that the contours enclose.
    Inside(FillRule),
    /// Those near the contours.
    Along(Line),
}

/// What a layer is painted with.
#[derive(Clone, PartialEq, Debug)]
pub enum Paint {
    /// The colour with this index.
    Flat(usize),
    /// Colours along a line or around a centre.
    Ramp(Box<Ramp>),
}

/// One painted region.
#[derive(Clone, PartialEq, Debug)]
pub struct Layer {
    /// Outlines.
    pub contours: Vec<Contour>,
    /// Inside or along them.
    pub region: Region,
    /// Colour.
    pub paint: Paint,
    /// Index of the opacity, whose value is cut to 0 to 1; `None` is opaque, which takes less time and memory.
    pub opacity: Option<usize>,
    /// Straight pieces for each curve and each quarter of an ellipse, 1 to 256.
    pub pieces: u16,
}

/// Layers over a background.
#[derive(Clone, PartialEq, Debug)]
pub struct Scene {
    /// Layers, bottom first.
    pub layers: Vec<Layer>,
    /// Colour behind everything: red, green, blue, 0 to 1.
    pub background: [f32; 3],
    /// Pixels for each unit, horizontally and vertically; the scene's origin is the picture's upper left corner.
    pub scale: [f32; 2],
}

impl Scene {
    /// Checks that the values are finite and that every index exists.
    ///
    /// # Errors
    ///
    /// [`RasterError::NotFinite`], [`RasterError::Index`] and [`RasterError::Pieces`].
    pub fn check<T: Scalar>(&self, values: &Values<T>) -> Result<(), RasterError> {
        values.check()?;
        self.layers.iter().enumerate().try_for_each(|(index, layer)| layer.check(index, values))
    }
}

impl Layer {
    fn check<T: Scalar>(&self, layer: usize, values: &Values<T>) -> Result<(), RasterError> {
        if !(1..=256).contains(&self.pieces) {
            return Err(RasterError::Pieces { layer, pieces: self.pieces });
        }
        let within = |kind, count| {
            move |index| if index < count { Ok(()) } else { Err(RasterError::Index { layer, kind, index, count }) }
        };
        self.opacity.map_or(Ok(()), within("opacity", values.opacities.len()))?;
        let color = within("color", values.colors.len());
        match &self.paint {
            Paint::Flat(index) => color(*index)?,
            Paint::Ramp(ramp) => ramp.colors().try_for_each(color)?,
        }
        let point = within("point", values.points.len());
        if let Region::Along(line) = &self.region {
            point(line.width)?;
        }
        self.contours.iter().try_for_each(|contour| contour.try_for_each_point(point))
    }
}

impl Contour {
    fn try_for_each_point<E>(&self, check: impl Fn(usize) -> Result<(), E>) -> Result<(), E> {
        match self {
            Self::Path { start, steps, .. } => {
                check(*start)?;
                steps.iter().try_for_each(|step| step.points().into_iter().flatten().try_for_each(&check))
            }
            Self::Rect { corner, size, radius } => {
                [Some(*corner), Some(*size), *radius].into_iter().flatten().try_for_each(check)
            }
            Self::Circle { center, radius: other } | Self::Ellipse { center, radii: other } => {
                [*center, *other].into_iter().try_for_each(check)
            }
        }
    }
}

impl Step {
    /// Indices of all points.
    pub(crate) fn points(&self) -> [Option<usize>; 3] {
        match *self {
            Self::Line(to) => [Some(to), None, None],
            Self::Quadratic(control, to) => [Some(control), Some(to), None],
            Self::Cubic(first, second, to) => [Some(first), Some(second), Some(to)],
            Self::Arc { to, radii, .. } => [Some(radii), Some(to), None],
        }
    }

    /// Index of the end point.
    pub(crate) fn end(&self) -> usize {
        match *self {
            Self::Line(to) | Self::Quadratic(_, to) | Self::Cubic(_, _, to) | Self::Arc { to, .. } => to,
        }
    }
}
