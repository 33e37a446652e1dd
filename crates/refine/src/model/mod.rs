//! A drawing as a differentiable scene: which of its values may move and how far, and the way back to the integer grid.

mod build;
mod palette;
mod pieces;
pub(crate) mod restore;
pub(crate) mod upright;

use crate::model::palette::Palette;
use crate::raster::scene::Scene;
use crate::raster::scene::values::Values;

/// A drawing as a scene with values, and the way back.
///
/// Every shape has its own values for its points, radii, sizes and stroke width, and for its opacity unless it is opaque.
/// Equal solid colours share one value, and so do equal gradients: they stay equal, which saves bytes.
///
/// A shape with a fill and a stroke becomes two layers. Where the shape is translucent, each layer is so on its own, whereas
/// in SVG the stroke hides the fill.
#[derive(Clone, Debug)]
pub struct Model {
    /// What is drawn.
    pub scene: Scene,
    /// The drawing's values.
    pub values: Values,
    pub(crate) palette: Palette,
    /// For each point the least and the largest value of both coordinates.
    pub(crate) bounds: Vec<[[f32; 2]; 2]>,
}

impl Model {
    /// Clamps values to their bounds: points to the drawing and a margin, those on a border or beyond it to that side of it;
    /// radii, sizes and widths to at least 1 unit; colours to 0 to 1 and opacities to 0.001 to 1.
    pub fn clamp(&self, values: &mut Values) {
        for (point, [low, high]) in values.points.iter_mut().zip(&self.bounds) {
            *point = [point[0].clamp(low[0], high[0]), point[1].clamp(low[1], high[1])];
        }
        values.colors.as_flattened_mut().iter_mut().for_each(|channel| *channel = channel.clamp(0.0, 1.0));
        values.opacities.iter_mut().for_each(|opacity| *opacity = opacity.clamp(0.001, 1.0));
    }
}
