//! Renders SVG to pixels with resvg, within bounds of time and memory.

mod budget;
mod path_cost;

use image::RgbaImage;
use resvg::tiny_skia;
use thiserror::Error;
use usvg::Transform;

use crate::bounds::{BoundError, with_tree};
use crate::text::Svg;

/// Longest side of a rendered picture, in pixels.
pub const MAX_RENDER_SIDE: u32 = 8192;

/// Renders a picture of `width` x `height` pixels; the SVG's own area is stretched to fill it.
///
/// The result has straight (not premultiplied) colour and is transparent black where nothing is painted. Text elements draw
/// nothing and pictures inside the SVG are not loaded.
///
/// Time and memory are bounded, whatever the SVG asks for: each pixel is painted at most 4096 times on average, layers take
/// at most 128 MiB and eight times the picture, and no coordinate is farther than 2^20 pixels from the corner.
///
/// # Errors
///
/// [`RenderError::Side`] for a side of 0 or above [`MAX_RENDER_SIDE`], [`RenderError::Parse`] for SVG that has no size
/// or that usvg cannot read, [`RenderError::Bound`] for SVG beyond these bounds.
pub fn rasterize(svg: &Svg, width: u32, height: u32) -> Result<RgbaImage, RenderError> {
    for side in [width, height] {
        if side == 0 || side > MAX_RENDER_SIDE {
            return Err(RenderError::Side { side });
        }
    }
    with_tree(svg.as_str(), |tree, _| {
        let scale = |to: u32, from: f32| to as f32 / from;
        let transform = Transform::from_scale(scale(width, tree.size().width()), scale(height, tree.size().height()));
        budget::check(tree, transform, width, height)?;
        let mut pixmap = tiny_skia::Pixmap::new(width, height).ok_or(RenderError::Side { side: width.max(height) })?;
        resvg::render(tree, transform, &mut pixmap.as_mut());
        Ok(straight(&pixmap, width, height))
    })
}

/// The SVG's own size (`width` and `height`, else the `viewBox`) in whole pixels, at least 1. It may be far larger than can
/// be rendered.
///
/// # Errors
///
/// [`RenderError::Parse`] for SVG that has no size or that usvg cannot read, [`RenderError::Bound`] for SVG that goes beyond
/// a bound.
pub fn own_size(svg: &Svg) -> Result<(u32, u32), RenderError> {
    with_tree(svg.as_str(), |tree, _| {
        let size = tree.size();
        Ok(((size.width() as u32).max(1), (size.height() as u32).max(1)))
    })
}

/// Divides by alpha, rounding to the nearest level.
fn straight(pixmap: &tiny_skia::Pixmap, width: u32, height: u32) -> RgbaImage {
    let mut image = RgbaImage::new(width, height);
    for (to, from) in image.pixels_mut().zip(pixmap.pixels()) {
        let alpha = u32::from(from.alpha());
        let divide = |channel: u8| match alpha {
            0 => 0,
            255 => channel,
            _ => ((u32::from(channel) * 255 + alpha / 2) / alpha).min(255) as u8,
        };
        to.0 = [divide(from.red()), divide(from.green()), divide(from.blue()), from.alpha()];
    }
    image
}

/// Why a picture could not be rendered.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RenderError {
    /// A side is out of range.
    #[error("picture side of {side} px is outside 1 to {MAX_RENDER_SIDE} px")]
    Side {
        /// The side in pixels.
        side: u32,
    },
    /// usvg cannot read the SVG.
    #[error("cannot read the SVG: {0}")]
    Parse(#[from] usvg::Error),
    /// The SVG goes beyond a bound.
    #[error(transparent)]
    Bound(#[from] BoundError),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Color, Drawing, Geometry, Opacity, Shape};

    fn half_red() -> Svg {
        let mut drawing = Drawing::new(10, 10);
        let shape = Shape::filled(Geometry::rect(0, 0, 5, 10), Color::from_hex(0xff8000));
        drawing.shapes.push(shape.with_opacity(Opacity::from_share(0.5)));
        drawing.write()
    }

    #[test]
    fn colour_is_straight_and_nothing_is_transparent_black() {
        let image = rasterize(&half_red(), 20, 40).unwrap();
        let [r, g, b, a] = image.get_pixel(2, 20).0;
        assert!(r >= 254 && g.abs_diff(128) <= 1 && b == 0 && a.abs_diff(128) <= 1, "{:?}", image.get_pixel(2, 20));
        assert_eq!(image.get_pixel(15, 20).0, [0; 4]);
    }

    #[test]
    fn own_size_is_that_of_the_view_box_unless_stated() {
        assert_eq!(own_size(&half_red()).unwrap(), (10, 10));
        let stated = Svg::new(r#"<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20" viewBox="0 0 3 2"/>"#);
        assert_eq!(own_size(&stated.unwrap()).unwrap(), (30, 20));
    }

    #[test]
    fn refuses_sides_out_of_range() {
        for (width, height) in [(0, 5), (5, MAX_RENDER_SIDE + 1)] {
            assert!(matches!(rasterize(&half_red(), width, height), Err(RenderError::Side { .. })));
        }
    }
}
