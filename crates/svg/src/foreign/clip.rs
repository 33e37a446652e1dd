//! Reads clip paths and masks as covers: the areas of their shapes, and what a mask lets through there.

use kurbo::{Affine, Rect};

use super::cover::{Cover, MAX_PIECES, Piece};
use super::outline::affine;
use super::reader::{Reader, Scope};
use super::region::{Region, Scissors};
use crate::color::Color;
use crate::drawing::Drawing;
use crate::opacity::Opacity;
use crate::shape::{FillRule, Paint, Shape};

/// How many times finer the grid of clips and masks is than the drawing's.
const FINER: f64 = 16.0;

impl Reader {
    /// What a clip path leaves; `None` if flat shapes cannot express it.
    pub(super) fn clipped(&mut self, clip: &usvg::ClipPath, map: Affine) -> Option<Cover> {
        let own = map * affine(clip.transform());
        let mut region = Region::default();
        for shape in self.content(clip.root(), own)? {
            region = region.or(&self.area(&shape)?, &mut self.scissors)?;
        }
        let cover = Cover::of(vec![Piece { region: region.divided(self.enlargement()), share: 1.0 }])?;
        let Some(outer) = clip.clip_path() else { return Some(cover) };
        let outer = self.clipped(outer, map)?;
        cover.within(&outer, &mut self.scissors)
    }

    /// What a mask leaves; `None` if flat shapes cannot express it.
    pub(super) fn masked(&mut self, mask: &usvg::Mask, map: Affine) -> Option<Cover> {
        let rect = mask.rect();
        let corner = (f64::from(rect.x()), f64::from(rect.y()));
        let frame = Rect::from_origin_size(corner, (f64::from(rect.width()), f64::from(rect.height())));
        let finer = self.enlargement();
        let frame = Affine::scale(finer) * map * kurbo::Shape::to_path(&frame, 0.1);
        let whole = Region::inside(&frame, FillRule::NonZero, &mut self.scissors)?;
        let mut layers = vec![(whole, Layer::default())];
        for shape in self.content(mask.root(), map)? {
            let Some(Paint::Solid(color)) = shape.fill else { return None };
            let area = self.area(&shape)?;
            layers = painted(&layers, &area, color, shape.opacity, &mut self.scissors)?;
        }
        let share = |layer: &Layer| match mask.kind() {
            usvg::MaskType::Luminance => layer.luminance,
            usvg::MaskType::Alpha => layer.alpha,
        };
        let piece = |(region, layer): (Region, Layer)| Piece { share: share(&layer), region: region.divided(finer) };
        let cover = Cover::of(layers.into_iter().map(piece).collect())?;
        let Some(outer) = mask.mask() else { return Some(cover) };
        let outer = self.masked(outer, map)?;
        cover.within(&outer, &mut self.scissors)
    }

    /// The shapes inside a clip path or mask, on a finer grid, each with a fill and no stroke.
    fn content(&mut self, root: &usvg::Group, map: Affine) -> Option<Vec<Shape>> {
        let mut inner = Self::new(Drawing::new(1, 1), Affine::scale(self.enlargement()) * map);
        inner.scissors = self.scissors.on(FINER);
        inner.expands_strokes = true;
        inner.group(root, &Scope::default());
        self.scissors = inner.scissors.on(self.scissors.finer());
        inner.lost.is_empty().then_some(inner.drawing.shapes)
    }

    /// From the own grid to that of what is inside a clip path or mask; they share one.
    fn enlargement(&self) -> f64 {
        FINER / self.scissors.finer()
    }

    fn area(&mut self, shape: &Shape) -> Option<Region> {
        let outline = shape.geometry.to_bezier();
        Region::inside(&outline, shape.fill_rule, &mut self.scissors)
    }
}

/// What a mask has painted somewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Layer {
    /// Luminance times alpha.
    luminance: f32,
    alpha: f32,
}

impl Layer {
    fn under(self, color: Color, opacity: Opacity) -> Self {
        let [r, g, b] = [color.r, color.g, color.b].map(|level| f32::from(level) / 255.0);
        // tiny-skia's luminance of a mask.
        let luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b;
        let over = |below: f32, above: f32| below * (1.0 - opacity.share()) + above * opacity.share();
        Self { luminance: over(self.luminance, luminance), alpha: over(self.alpha, 1.0) }
    }
}

/// The layers of a mask after another area is painted; areas that look the same become one.
fn painted(
    layers: &[(Region, Layer)],
    area: &Region,
    color: Color,
    opacity: Opacity,
    scissors: &mut Scissors,
) -> Option<Vec<(Region, Layer)>> {
    let mut result: Vec<(Region, Layer)> = Vec::new();
    for (region, layer) in layers {
        let parts =
            [(region.and(area, scissors)?, layer.under(color, opacity)), (region.without(area, scissors)?, *layer)];
        for (part, layer) in parts.into_iter().filter(|(part, _)| !part.is_empty()) {
            match result.iter_mut().find(|(_, other)| *other == layer) {
                Some((same, _)) => *same = same.or(&part, scissors)?,
                None => result.push((part, layer)),
            }
        }
    }
    (result.len() <= MAX_PIECES).then_some(result)
}
