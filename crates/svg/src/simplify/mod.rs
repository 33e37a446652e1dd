//! Nearly the same picture in fewer bytes.

mod arcs;
mod candidates;
mod curve;
mod element;
mod fit;
mod outline;
mod refit;
mod shortest;

use crate::drawing::Drawing;
use crate::geometry::Geometry;
use crate::shape::Shape;

/// How [`Drawing::simplify`] trades exactness for bytes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Simplify {
    /// How far an outline may leave the one that it stands for, in grid units. Range: 0.01 to 100, else it is clamped; NaN is
    /// the least.
    /// Default: 0.5.
    pub tolerance: f64,
    /// What deviation costs, in bytes for each unit of length that is one unit off; at half a unit off it is a quarter of
    /// that. The higher, the more bytes are spent on outlines that are nearer than the tolerance asks. Range: 0 to 1e6, else
    /// it is clamped; NaN is 0.
    /// Default: 8.
    pub exactness: f64,
}

impl Default for Simplify {
    fn default() -> Self {
        Self { tolerance: 0.5, exactness: 8.0 }
    }
}

impl Simplify {
    fn sound(self) -> Self {
        Self { tolerance: self.tolerance.max(0.01).min(100.0), exactness: self.exactness.max(0.0).min(1e6) }
    }
}

impl Drawing {
    /// A drawing of nearly the same picture in fewer bytes: [compact](Self::compact), with curves refitted.
    ///
    /// Each outline with curves is cut anew and written with the lines, quadratic and cubic curves and arcs that take the
    /// fewest bytes and stay within the tolerance; outlines of fills that are nearly circles, ellipses or rectangles with
    /// round corners become those where that is shorter. Vertices between two lines stay, so polygons do not change.
    ///
    /// The result is never longer than the compact drawing. The distance between an outline and the new one is measured at
    /// points so dense that the true distance is at most 1 / 8 of the tolerance larger. Curves that would need more than 256
    /// points are left alone. The work grows with the number of segments, see `benches/write.rs`.
    ///
    /// ```
    /// use linocut_svg::{Drawing, Simplify};
    ///
    /// let circle = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 384 384"><path d="M360 192c0 93-75 168-168 168
    /// S24 285 24 192 99 24 192 24s168 75 168 168"/></svg>"##;
    /// let simple = Drawing::parse(circle).unwrap().simplify(&Simplify::default());
    /// assert!(simple.write().as_str().contains(r#"<circle cx="192" cy="192" r="168"/>"#));
    /// ```
    #[must_use]
    pub fn simplify(&self, options: &Simplify) -> Self {
        let compact = self.compact();
        let options = options.sound();
        let shapes = compact.shapes.iter().map(|shape| simpler(shape, &options)).collect();
        let simple = Self { shapes, ..compact }.compact();
        if simple.byte_count() < compact.byte_count() { simple } else { compact }
    }
}

fn simpler(shape: &Shape, options: &Simplify) -> Shape {
    let mut shape = shape.clone();
    let Geometry::Path(path) = &mut shape.geometry else { return shape };
    let ring = shape.stroke.is_none();
    if let [subpath] = path.subpaths.as_slice()
        && ring
        && let Some(element) = refit::element(subpath, options)
    {
        return Shape { geometry: element, ..shape };
    }
    for subpath in &mut path.subpaths {
        if let Some((simple, _)) = refit::subpath(subpath, options, ring) {
            *subpath = simple;
        }
    }
    shape
}
