//! Reading any SVG as flat shapes, through usvg.

mod loss;
mod precise;

pub use loss::Loss;

use std::collections::BTreeSet;

use kurbo::{Affine, BezPath};
use thiserror::Error;
use usvg::tiny_skia_path::PathSegment;
use usvg::{Node, Transform};

use crate::bounds::{BoundError, with_tree};
use crate::color::Color;
use crate::drawing::Drawing;
use crate::geometry::Geometry;
use crate::gradient::GradientGeometry;
use crate::path::Path;
use crate::shape::{FillRule, LineCap, LineJoin, Opacity, Paint, Shape, Stroke};
use precise::Precise;

/// Most units of a side of the grid.
const MAX_SIDE: u32 = 1_000_000;

/// A drawing read from someone else's SVG, and what it could not keep.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Foreign {
    /// The shapes.
    pub drawing: Drawing,
    /// What the SVG asked for that flat shapes cannot say, each kind once.
    pub losses: BTreeSet<Loss>,
}

/// Reads an SVG onto a grid of `width` units; the height follows from the SVG's shape.
///
/// Groups, transforms, `use` and styles are resolved. Gradients stay. What cannot be said is in [`Foreign::losses`].
///
/// # Errors
///
/// [`ForeignError::Width`] for a width of 0 or above 1,000,000 units, [`ForeignError::Height`] if the height would be above
/// that, [`ForeignError::Parse`] for text that usvg cannot read, [`ForeignError::Bound`] for text that asks for more than
/// is given: see [`BoundError`].
pub fn read_foreign(text: &str, width: u32) -> Result<Foreign, ForeignError> {
    if !(1..=MAX_SIDE).contains(&width) {
        return Err(ForeignError::Width { width });
    }
    with_tree(text, |tree, extent| {
        let scale = f64::from(width) / f64::from(tree.size().width());
        let height = (f64::from(tree.size().height()) * scale).round().max(1.0);
        if height > f64::from(MAX_SIDE) {
            return Err(ForeignError::Height { height });
        }
        let unread = [(extent.has_text, Loss::Text), (extent.has_pictures, Loss::Picture)];
        let losses = unread.into_iter().filter(|(found, _)| *found).map(|(_, loss)| loss).collect();
        let mut reader = Reader { drawing: Drawing::new(width, height as u32), losses, scale: Affine::scale(scale) };
        reader.group(tree.root(), Opacity::OPAQUE);
        Ok(Foreign { drawing: reader.drawing, losses: reader.losses })
    })
}

struct Reader {
    drawing: Drawing,
    losses: BTreeSet<Loss>,
    scale: Affine,
}

impl Reader {
    fn group(&mut self, group: &usvg::Group, opacity: Opacity) {
        self.note_losses(group);
        let opacity = opacity.times(Opacity::from_share(group.opacity().get()));
        for node in group.children() {
            match node {
                Node::Group(inner) => self.group(inner, opacity),
                Node::Path(path) => self.path(path, opacity),
                Node::Image(_) | Node::Text(_) => {}
            }
        }
    }

    fn note_losses(&mut self, group: &usvg::Group) {
        let translucent = group.opacity().get() < 1.0 && group.children().len() > 1;
        let found = [
            (group.clip_path().is_some(), Loss::Clip),
            (group.mask().is_some(), Loss::Mask),
            (!group.filters().is_empty(), Loss::Filter),
            (group.blend_mode() != usvg::BlendMode::Normal, Loss::Blend),
            (translucent, Loss::GroupOpacity),
        ];
        self.losses.extend(found.into_iter().filter(|(found, _)| *found).map(|(_, loss)| loss));
    }

    fn path(&mut self, path: &usvg::Path, opacity: Opacity) {
        if !path.is_visible() {
            return;
        }
        let map = self.scale * affine(path.abs_transform());
        let geometry = Geometry::Path(Path::from_bezier(&(map * bezier(path))));
        let empty = Shape { geometry, fill: None, fill_rule: FillRule::NonZero, stroke: None, opacity };
        let fill = path.fill().map(|fill| self.filled(&empty, fill, map));
        let stroke = path.stroke().map(|stroke| self.stroked(&empty, stroke, map));
        let ordered = match path.paint_order() {
            usvg::PaintOrder::FillAndStroke => [fill, stroke],
            usvg::PaintOrder::StrokeAndFill => [stroke, fill],
        };
        self.drawing.shapes.extend(joined(ordered));
    }

    fn filled(&mut self, empty: &Shape, fill: &usvg::Fill, map: Affine) -> Shape {
        let fill_rule = match fill.rule() {
            usvg::FillRule::NonZero => FillRule::NonZero,
            usvg::FillRule::EvenOdd => FillRule::EvenOdd,
        };
        let opacity = empty.opacity.times(Opacity::from_share(fill.opacity().get()));
        Shape { fill: Some(self.paint(fill.paint(), map)), fill_rule, opacity, ..empty.clone() }
    }

    fn stroked(&mut self, empty: &Shape, stroke: &usvg::Stroke, map: Affine) -> Shape {
        if stroke.dasharray().is_some() {
            self.losses.insert(Loss::Dashes);
        }
        let width = f64::from(stroke.width().get()) * map.determinant().abs().sqrt();
        let cap = match stroke.linecap() {
            usvg::LineCap::Butt => LineCap::Butt,
            usvg::LineCap::Round => LineCap::Round,
            usvg::LineCap::Square => LineCap::Square,
        };
        let join = match stroke.linejoin() {
            usvg::LineJoin::Miter | usvg::LineJoin::MiterClip => LineJoin::Miter,
            usvg::LineJoin::Round => LineJoin::Round,
            usvg::LineJoin::Bevel => LineJoin::Bevel,
        };
        let paint = self.paint(stroke.paint(), map);
        let stroke_opacity = Opacity::from_share(stroke.opacity().get());
        let stroke = Stroke { paint, width: (width.round() as i32).max(1), cap, join };
        Shape { stroke: Some(stroke), opacity: empty.opacity.times(stroke_opacity), ..empty.clone() }
    }

    fn paint(&mut self, paint: &usvg::Paint, map: Affine) -> Paint {
        match paint {
            usvg::Paint::Color(color) => Paint::Solid(Color::new(color.red, color.green, color.blue)),
            usvg::Paint::LinearGradient(gradient) => {
                let precise = Precise::new(map * affine(gradient.transform()));
                let from = precise.point(gradient.x1(), gradient.y1());
                let to = precise.point(gradient.x2(), gradient.y2());
                precise.gradient(GradientGeometry::Linear { from, to }, gradient)
            }
            usvg::Paint::RadialGradient(gradient) => {
                let precise = Precise::new(map * affine(gradient.transform()));
                let center = precise.point(gradient.cx(), gradient.cy());
                let focus = precise.point(gradient.fx(), gradient.fy());
                let radius = precise.length(gradient.r().get());
                precise.gradient(GradientGeometry::Radial { center, radius, focus }, gradient)
            }
            usvg::Paint::Pattern(_) => {
                self.losses.insert(Loss::Pattern);
                Paint::Solid(Color::new(128, 128, 128))
            }
        }
    }
}

/// Fill and stroke as one shape where that paints the same: the fill first, with equal opacity, and that opaque.
fn joined(ordered: [Option<Shape>; 2]) -> impl Iterator<Item = Shape> {
    let [first, second] = match ordered {
        [Some(fill), Some(stroke)]
            if fill.fill.is_some() && fill.opacity == Opacity::OPAQUE && stroke.opacity == Opacity::OPAQUE =>
        {
            [Some(Shape { stroke: stroke.stroke, ..fill }), None]
        }
        other => other,
    };
    first.into_iter().chain(second)
}

fn affine(t: Transform) -> Affine {
    Affine::new([t.sx, t.ky, t.kx, t.sy, t.tx, t.ty].map(f64::from))
}

fn bezier(path: &usvg::Path) -> BezPath {
    let point = |p: usvg::tiny_skia_path::Point| (f64::from(p.x), f64::from(p.y));
    let mut bezier = BezPath::new();
    for segment in path.data().segments() {
        match segment {
            PathSegment::MoveTo(to) => bezier.move_to(point(to)),
            PathSegment::LineTo(to) => bezier.line_to(point(to)),
            PathSegment::QuadTo(c, to) => bezier.quad_to(point(c), point(to)),
            PathSegment::CubicTo(a, b, to) => bezier.curve_to(point(a), point(b), point(to)),
            PathSegment::Close => bezier.close_path(),
        }
    }
    bezier
}

/// Why an SVG could not be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ForeignError {
    /// The grid's width is out of range.
    #[error("grid width of {width} units is outside 1 to 1000000 units")]
    Width {
        /// The width in units.
        width: u32,
    },
    /// The SVG is so narrow that the grid would be too high.
    #[error("grid height of {height:.0} units is above 1000000 units")]
    Height {
        /// The height in units.
        height: f64,
    },
    /// The SVG asks for more than is given.
    #[error(transparent)]
    Bound(#[from] BoundError),
    /// usvg cannot read the text.
    #[error("cannot read the SVG: {0}")]
    Parse(#[from] usvg::Error),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Point;

    fn read(body: &str) -> Foreign {
        read_foreign(&format!(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 20">{body}</svg>"#), 100)
            .unwrap()
    }

    #[test]
    fn resolves_groups_and_transforms() {
        let foreign = read(r#"<g transform="translate(1 2)" opacity=".5"><path fill="red" d="M0 0h2v3z"/></g>"#);
        assert_eq!((foreign.drawing.width, foreign.drawing.height), (100, 200));
        let expected = [(10, 20), (30, 20), (30, 50)].map(|(x, y)| Point::new(x, y));
        assert_eq!(foreign.drawing.shapes[0].geometry, Geometry::polygon(&expected));
        assert_eq!(foreign.drawing.shapes[0].opacity, Opacity::from_share(0.5));
        assert!(foreign.losses.is_empty());
    }

    #[test]
    fn reports_what_it_cannot_keep() {
        let foreign = read(concat!(
            r##"<clipPath id="c"><path d="M0 0h1v1z"/></clipPath><path clip-path="url(#c)" d="M0 0h9v9z"/>"##,
            r#"<path stroke="red" stroke-dasharray="1 2" d="M0 0 5 5"/>"#
        ));
        assert_eq!(foreign.losses, BTreeSet::from([Loss::Clip, Loss::Dashes]));
    }

    #[test]
    fn splits_translucent_fill_and_stroke() {
        let foreign = read(r#"<path fill="red" fill-opacity=".5" stroke="blue" d="M0 0h9v9z"/>"#);
        assert_eq!(foreign.drawing.shapes.len(), 2);
        assert_eq!(read(r#"<path fill="red" stroke="blue" d="M0 0h9v9z"/>"#).drawing.shapes.len(), 1);
    }

    #[test]
    fn refuses_text_that_is_no_svg() {
        assert!(matches!(read_foreign("<svg", 100), Err(ForeignError::Parse(_))));
        assert!(matches!(read_foreign("<svg/>", 0), Err(ForeignError::Width { width: 0 })));
    }

    #[cfg(feature = "render")]
    #[test]
    fn gradients_paint_the_same() {
        let text = concat!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20"><radialGradient id="a" cx=".3" cy=".4" r=".6" "#,
            r##"gradientTransform="rotate(20) scale(1 .6)"><stop stop-color="red"/><stop offset="1" stop-color="#00f" "##,
            r##"stop-opacity=".5"/></radialGradient><path fill="url(#a)" d="M0 0h20v20H0z"/></svg>"##
        );
        let ours = read_foreign(text, 400).unwrap().drawing.write();
        let a = crate::rasterize(&crate::Svg::new(text).unwrap(), 100, 100).unwrap();
        let b = crate::rasterize(&ours, 100, 100).unwrap();
        let worst = a.as_raw().iter().zip(b.as_raw()).map(|(a, b)| a.abs_diff(*b)).max();
        assert!(worst <= Some(3), "{worst:?}");
    }
}
