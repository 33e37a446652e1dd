//! Shapes: an outline with its fill, stroke and opacity.

use crate::color::Color;
use crate::geometry::Geometry;
use crate::gradient::Gradient;
use crate::opacity::Opacity;

/// Which points a path encloses.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum FillRule {
    /// Those that the path winds around.
    #[default]
    NonZero,
    /// Those from which a ray crosses the path an odd number of times.
    EvenOdd,
}

/// The paint of a fill or a stroke: a colour or a gradient.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Paint {
    /// One colour.
    Solid(Color),
    /// A gradient. Equal gradients are written once.
    Gradient(Box<Gradient>),
}

impl Paint {
    /// The colour, or the mean colour of the gradient.
    #[must_use]
    pub fn mean_color(&self) -> Color {
        match self {
            Self::Solid(color) => *color,
            Self::Gradient(gradient) => gradient.mean_color(),
        }
    }
}

impl From<Color> for Paint {
    fn from(color: Color) -> Self {
        Self::Solid(color)
    }
}

/// The ends of open lines.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum LineCap {
    /// Cut at the end point.
    #[default]
    Butt,
    /// A half disc beyond it.
    Round,
    /// A half square beyond it.
    Square,
}

/// The corners of lines.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum LineJoin {
    /// Pointed.
    #[default]
    Miter,
    /// Round.
    Round,
    /// Cut off.
    Bevel,
}

/// A stroke along an outline.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Stroke {
    /// Colour or gradient.
    pub paint: Paint,
    /// Width in units; below 1 draws nothing.
    pub width: i32,
    /// Ends.
    pub cap: LineCap,
    /// Corners.
    pub join: LineJoin,
}

/// An outline and how it is painted: first the fill, then the stroke, then the opacity of both together.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Shape {
    /// Outline.
    pub geometry: Geometry,
    /// Fill, if any.
    pub fill: Option<Paint>,
    /// Which points count as inside.
    pub fill_rule: FillRule,
    /// Stroke, if any.
    pub stroke: Option<Stroke>,
    /// Opacity of fill and stroke together.
    pub opacity: Opacity,
}

impl Shape {
    /// An opaque shape with a fill and no stroke.
    #[must_use]
    pub fn filled(geometry: Geometry, paint: impl Into<Paint>) -> Self {
        Self {
            geometry,
            fill: Some(paint.into()),
            fill_rule: FillRule::NonZero,
            stroke: None,
            opacity: Opacity::OPAQUE,
        }
    }

    /// An opaque line without fill, with round ends and corners.
    #[must_use]
    pub fn stroked(geometry: Geometry, paint: impl Into<Paint>, width: i32) -> Self {
        let stroke = Stroke { paint: paint.into(), width, cap: LineCap::Round, join: LineJoin::Round };
        Self { geometry, fill: None, fill_rule: FillRule::NonZero, stroke: Some(stroke), opacity: Opacity::OPAQUE }
    }

    /// The same shape with another opacity.
    #[must_use]
    pub fn with_opacity(self, opacity: Opacity) -> Self {
        Self { opacity, ..self }
    }

    /// The same shape in flat colours: each gradient becomes its mean colour, and that of a fill its mean opacity too.
    #[must_use]
    pub fn flattened(mut self) -> Self {
        if let Some(Paint::Gradient(gradient)) = &self.fill {
            self.opacity = self.opacity.times(gradient.mean_opacity());
            self.fill = Some(gradient.mean_color().into());
        }
        if let Some(stroke) = &mut self.stroke {
            stroke.paint = stroke.paint.mean_color().into();
        }
        self
    }
}
