//! Drawings made of flat shapes, and a writer that turns them into SVG of as few bytes as possible.
//!
//! A [`Drawing`] is a list of [`Shape`]s in paint order on an integer grid. It knows the exact length of its SVG text without
//! writing it ([`Drawing::byte_count`]), and [`Drawing::write`] returns that text as an [`Svg`].
//!
//! ```
//! use linocut_svg::{Color, Drawing, Geometry, Point, Shape};
//!
//! let mut drawing = Drawing::new(384, 384);
//! drawing.shapes.push(Shape::filled(Geometry::rect(0, 0, 384, 384), Color::new(0x22, 0x44, 0x88)));
//! drawing.shapes.push(Shape::filled(Geometry::circle(Point::new(192, 120), 60), Color::new(0xff, 0xd7, 0x00)));
//! let svg = drawing.write();
//! assert_eq!(svg.as_str().len(), drawing.byte_count());
//! assert!(svg.as_str().contains(r#"fill="gold""#));
//! ```
//!
//! [`limits`], [`number`] and [`mod@reference`] hold what reading any SVG shares with sanitising it in
//! `linocut-constraints`.
//!
//! Features (both on by default): `foreign` reads any SVG through usvg ([`read_foreign`]), `render` renders with resvg
//! ([`rasterize`]).

#[cfg(any(feature = "foreign", feature = "render"))]
mod amend;
#[cfg(any(feature = "foreign", feature = "render"))]
mod bounds;
mod color;
mod compact;
mod drawing;
#[cfg(feature = "foreign")]
mod foreign;
mod geometry;
mod gradient;
pub mod limits;
pub mod number;
mod opacity;
mod parse;
mod path;
mod point;
pub mod reference;
#[cfg(feature = "render")]
mod render;
mod shape;
mod simplify;
#[cfg(any(feature = "foreign", feature = "render"))]
mod style;
mod text;
mod transform;
mod write;

#[cfg(any(feature = "foreign", feature = "render"))]
pub use bounds::{BoundError, Place};
pub use color::{Color, ColorError};
pub use drawing::Drawing;
#[cfg(feature = "foreign")]
pub use foreign::{Foreign, ForeignError, Lost, read_foreign};
pub use geometry::Geometry;
pub use gradient::{Gradient, GradientGeometry, GradientStop, Matrix, Spread};
pub use kurbo::Affine;
pub use opacity::Opacity;
pub use parse::{ParseError, Problem};
pub use path::{Arc, Path, Segment, Subpath};
pub use point::Point;
#[cfg(feature = "render")]
pub use render::{MAX_RENDER_SIDE, RenderError, own_size, rasterize};
pub use shape::{FillRule, LineCap, LineJoin, Paint, Shape, Stroke};
pub use simplify::Simplify;
pub use text::{Svg, SvgError};
pub use write::Prices;
