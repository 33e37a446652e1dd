//! Outlines as lines, curves, arcs and basic shapes; every coordinate is the index of a value.

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
        /// Radius of the corners: the x of this point. Values beyond half a side are clamped to it.
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

impl Contour {
    /// Calls `check` with the index of every point until one fails.
    pub(super) fn try_for_each_point<E>(&self, check: impl Fn(usize) -> Result<(), E>) -> Result<(), E> {
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
