//! Simplifies a drawing: nearly the same picture in fewer bytes, with curves refitted.

mod arcs;
mod candidates;
mod contrast;
mod curve;
mod element;
mod fit;
mod outline;
mod refit;
mod shortest;
mod spot;

use crate::drawing::Drawing;
use crate::geometry::Geometry;
use crate::path::Subpath;
use crate::shape::Shape;
use contrast::Scene;

/// How [`Drawing::simplify`] trades exactness for bytes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Simplify {
    /// How far an outline may deviate from the one that it replaces, in grid units. Values are clamped to 0.01 to 100; NaN is
    /// the least. Default: 0.5.
    pub tolerance: f64,
    /// The cost of deviation, in bytes for each unit of length along which a black shape on white is off by one unit. Being
    /// off by half a unit costs a quarter of that, and half the difference in colour costs half of it. Higher values keep
    /// outlines closer than the tolerance demands. Values are clamped to 0 to 1e6; NaN is 0. Default: 25.
    pub exactness: f64,
}

impl Default for Simplify {
    fn default() -> Self {
        Self { tolerance: 0.5, exactness: 25.0 }
    }
}

impl Simplify {
    fn sound(self) -> Self {
        let number = |value: f64| if value.is_nan() { 0.0 } else { value };
        Self { tolerance: number(self.tolerance).clamp(0.01, 100.0), exactness: number(self.exactness).clamp(0.0, 1e6) }
    }
}

impl Drawing {
    /// A drawing of nearly the same picture in fewer bytes: [compact](Self::compact), with curves refitted.
    ///
    /// Each outline with curves is divided again and written with the lines, quadratic and cubic curves and arcs that take the
    /// fewest bytes and stay within the tolerance. Outlines of fills that are nearly circles, ellipses or rounded rectangles
    /// become those where that is shorter. Vertices between two lines stay, so polygons do not change. Outlines of low
    /// contrast, because what they paint is hidden or nearly of the colour beneath, may deviate more; where nothing lies
    /// beneath, that counts as white.
    ///
    /// The result is never longer than the compact drawing. The distance between the old and the new outline is measured at
    /// points so dense that the true distance exceeds it by at most 1/8 of the tolerance. Curves that would need more than 256
    /// points are left alone. The work grows with the number of segments: see `benches/write.rs`.
    ///
    /// ```
    /// use linocut_svg::{Drawing, Simplify};
    ///
    /// let circle = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 384 384"><path d="M360 192c0 93-75 168-168 168
    /// S24 285 24 192 99 24 192 24s168 75 168 168"/></svg>"##;
    /// let simple = Drawing::parse(circle).unwrap().simplify(&Simplify { exactness: 2.0, ..Simplify::default() });
    /// assert!(simple.write().as_str().contains(r#"<circle cx="192" cy="192" r="168"/>"#));
    /// ```
    #[must_use]
    pub fn simplify(&self, options: &Simplify) -> Self {
        let compact = self.compact();
        let options = options.sound();
        let scene = Scene::of(&compact);
        let shapes = compact.shapes.iter().enumerate();
        let parts = parts(&compact);
        let shapes = shapes.map(|(index, shape)| {
            simpler(shape, |subpath| {
                let exactness = options.exactness * scene.contrast(index, subpath);
                refit::Options { simplify: Simplify { exactness, ..options }, parts }
            })
        });
        let shapes = shapes.collect();
        let simple = Self { shapes, ..compact }.compact();
        if simple.byte_count() < compact.byte_count() { simple } else { compact }
    }
}

/// Into how many parts the segments of a drawing may be cut: fewer if there are many segments.
fn parts(drawing: &Drawing) -> usize {
    let segments = |shape: &Shape| match &shape.geometry {
        Geometry::Path(path) => path.subpaths.iter().map(|subpath| subpath.segments.len()).sum(),
        _ => 0,
    };
    match drawing.shapes.iter().map(segments).sum::<usize>() {
        0..=400 => 4,
        401..=800 => 2,
        _ => 1,
    }
}

/// The shape in fewer bytes, with options for each subpath.
fn simpler(shape: &Shape, options: impl Fn(&Subpath) -> refit::Options) -> Shape {
    let mut shape = shape.clone();
    let Geometry::Path(path) = &mut shape.geometry else { return shape };
    let ring = shape.stroke.is_none();
    let anew = |subpath: &Subpath| refit::subpath(subpath, &options(subpath), ring);
    if let [only] = path.subpaths.as_mut_slice() {
        let simple = anew(only);
        match refit::element(only, simple.as_ref(), &options(only)).filter(|_| ring) {
            Some(element) => shape.geometry = element,
            None => *only = simple.map_or_else(|| only.clone(), |(simple, _)| simple),
        }
        return shape;
    }
    for subpath in &mut path.subpaths {
        if let Some((simple, _)) = anew(subpath) {
            *subpath = simple;
        }
    }
    shape
}
