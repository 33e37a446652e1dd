//! What is drawn: layers of contours and paints whose numbers are indices of values.

pub(crate) mod contour;
pub(crate) mod ramp;
pub(crate) mod values;

use linocut_svg::{FillRule, LineCap, LineJoin};

use crate::raster::error::RasterError;
use crate::raster::scalar::Scalar;
use crate::raster::scene::contour::Contour;
use crate::raster::scene::ramp::Ramp;
use crate::raster::scene::values::Values;

/// How a stroke along the contours is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Line {
    /// Width: the x of the point with this index, in units; at most 0 draws nothing.
    pub width: usize,
    /// Ends of open contours.
    pub cap: LineCap,
    /// Corners.
    pub join: LineJoin,
}

/// Whether a layer fills its contours or strokes them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Region {
    /// Those that the contours enclose.
    Inside(FillRule),
    /// Those near the contours.
    Along(Line),
}

/// The paint of a layer: a flat colour or a ramp.
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
    /// Index of the opacity, whose value is clamped to 0 to 1; `None` is opaque, which takes less time and memory.
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
