//! Reads any SVG as flat shapes, through usvg.

mod clip;
mod cover;
mod layer;
mod lost;
mod outline;
mod paint;
mod reader;
mod region;

pub use lost::Lost;

use std::collections::BTreeSet;

use kurbo::Affine;
use thiserror::Error;

use crate::bounds::{BoundError, with_tree};
use crate::drawing::Drawing;
use reader::{Reader, Scope};

/// Longest side of the grid, in units.
const MAX_SIDE: u32 = 1_000_000;

/// A drawing read from any SVG, and what was lost in reading.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Foreign {
    /// The shapes.
    pub drawing: Drawing,
    /// What flat shapes cannot express of the SVG, each kind once.
    pub lost: BTreeSet<Lost>,
}

/// Reads an SVG onto a grid of `width` units; the height follows from the SVG's shape.
///
/// Groups, transforms, `use` and styles are resolved. Gradients stay. Dashes become lines; strokes whose width is not the same
/// in all directions become the areas that they paint. Clip paths cut shapes, whose curves become straight edges where they
/// are cut; masks made of flat shapes cut them and lower their opacity. What cannot be expressed is in [`Foreign::lost`].
///
/// The drawing renders the same within one level, except for the edges of shapes, which are rounded to the grid.
///
/// # Errors
///
/// [`ForeignError::Width`] for a width of 0 or above 1,000,000 units, [`ForeignError::Height`] if the height would be above
/// that, [`ForeignError::Parse`] for text that usvg cannot read, [`ForeignError::Bound`] for text that goes beyond a bound:
/// see [`BoundError`].
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
        let unread = [
            (extent.has_text, Lost::Text),
            (extent.has_pictures, Lost::Picture),
            (extent.unread.styles, Lost::Style),
            (extent.unread.transforms, Lost::Transform),
            (extent.unread.strokes, Lost::LineWidth),
        ];
        let mut reader = Reader::new(Drawing::new(width, height as u32), Affine::scale(scale));
        reader.lost = unread.into_iter().filter(|(found, _)| *found).map(|(_, lost)| lost).collect();
        reader.group(tree.root(), &Scope::default());
        Ok(Foreign { drawing: reader.drawing, lost: reader.lost })
    })
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
    /// The SVG goes beyond a bound.
    #[error(transparent)]
    Bound(#[from] BoundError),
    /// usvg cannot read the text.
    #[error("cannot read the SVG: {0}")]
    Parse(#[from] usvg::Error),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Geometry, Opacity, Point};

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
        assert!(foreign.lost.is_empty());
    }

    #[test]
    fn clips_cut_and_dashes_become_lines() {
        let foreign = read(concat!(
            r##"<clipPath id="c"><path d="M0 0h1v1H0z"/></clipPath><path clip-path="url(#c)" d="M0 0h9v9H0z"/>"##,
            r#"<path fill="none" stroke="red" stroke-dasharray="1 2" d="M0 5h5"/>"#
        ));
        assert_eq!(foreign.lost, BTreeSet::new());
        assert_eq!(foreign.drawing.shapes[0].geometry.bounds(), Some((0, 0, 10, 10)));
        let Geometry::Path(path) = &foreign.drawing.shapes[1].geometry else { panic!("lines are a path") };
        assert_eq!(path.subpaths.len(), 2);
    }

    #[test]
    fn dots_are_kept_and_hairlines_are_faint() {
        let dots =
            read(r#"<path fill="none" stroke="red" stroke-width="2" stroke-linecap="round" d="M5 5h.01M2 8h.01"/>"#);
        let circles =
            dots.drawing.shapes.iter().filter(|shape| matches!(shape.geometry, Geometry::Circle { radius: 10, .. }));
        assert_eq!(circles.count(), 2, "{dots:?}");
        let butt = read(r#"<path stroke="red" stroke-width="2" d="M5 5h.01"/>"#);
        assert!(butt.drawing.shapes.is_empty());
        let hairline = read(r#"<path fill="none" stroke="red" stroke-width=".02" d="M0 5h9"/>"#);
        assert_eq!(hairline.drawing.shapes[0].opacity, Opacity::from_share(0.2));
    }

    #[test]
    fn squares_of_square_caps_are_kept() {
        let square = read(r#"<path stroke="red" stroke-width="2" stroke-linecap="square" d="M5 5h.01"/>"#);
        assert_eq!(square.drawing.shapes[0].geometry.bounds(), Some((40, 40, 60, 60)), "{square:?}");
    }

    #[test]
    fn fills_thinner_than_a_unit_are_kept_faint() {
        let line = read(r#"<path fill="red" d="M0 5.01h9v.03H0z"/>"#);
        let shape = &line.drawing.shapes[0];
        assert_eq!((shape.geometry.bounds(), shape.opacity), (Some((0, 50, 90, 51)), Opacity::from_share(0.3)));
        let dot = read(r#"<circle cx="3.02" cy="4.02" r=".02"/>"#);
        let shape = &dot.drawing.shapes[0];
        assert_eq!(shape.geometry.bounds(), Some((30, 40, 31, 41)));
        assert!((100..150).contains(&shape.opacity.thousandths()), "{:?}", shape.opacity);
        assert!(read(r#"<path d="M0 5h9z"/>"#).drawing.shapes.iter().all(|shape| shape.opacity == Opacity::OPAQUE));
    }

    #[test]
    fn reports_what_it_cannot_keep() {
        let foreign = read(r##"<filter id="f"><feFlood/></filter><path filter="url(#f)" d="M0 0h9v9z"/>"##);
        assert_eq!(foreign.lost, BTreeSet::from([Lost::Filter]));
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
