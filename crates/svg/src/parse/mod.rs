//! The reader of what this crate writes: exact, or an error that says what is unknown and where.

mod error;
mod gradient;
mod outline;
mod path_data;
mod points;
mod style;
mod value;

pub use error::{ParseError, Problem};

use roxmltree::{Document, Node, ParsingOptions};

use crate::drawing::Drawing;
use crate::geometry::Geometry;
use crate::opacity::Opacity;
use crate::shape::{FillRule, Shape};
use gradient::Gradients;
use style::Style;

/// Deepest nesting of groups.
const MAX_DEPTH: usize = 100;

impl Drawing {
    /// Reads SVG as [`Drawing::write`] writes it: a `viewBox` that begins at 0 0, groups, gradients in user space, paths,
    /// rectangles, circles and ellipses with integer coordinates and presentation attributes. Polygons, polylines and lines
    /// with integer coordinates are read too, as the paths that draw the same.
    ///
    /// For a drawing in [normal form](Drawing::normal), `parse(write(d)) == d`. For any other SVG, see `read_foreign`.
    ///
    /// # Errors
    ///
    /// [`ParseError`] with line and column for anything else.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let options = ParsingOptions { allow_dtd: false, nodes_limit: crate::text::MAX_NODES, ..Default::default() };
        let document = Document::parse_with_options(text, options)?;
        let root = document.root_element();
        if root.tag_name().name() != "svg" {
            return Err(ParseError::element(root));
        }
        let [x, y, width, height] = value::view_box(root)?;
        let side = |length: i64| u32::try_from(length).ok().filter(|length| *length > 0);
        let (Some(width), Some(height)) = (side(width), side(height)) else {
            return Err(ParseError::attribute(root, "viewBox"));
        };
        if (x, y) != (0, 0) {
            return Err(ParseError::attribute(root, "viewBox"));
        }
        let mut reader = Reader { drawing: Self::new(width, height), gradients: Gradients::collect(&document)? };
        let style = Style::initial().inherited_by(root, &reader.gradients)?;
        value::only(root, &["viewBox"], style::NAMES)?;
        reader.children(root, &style, 0)?;
        Ok(reader.drawing)
    }

    /// The drawing in normal form, as [`Drawing::parse`] reads it: everything that does not change what is painted is set to
    /// one value, such as the fill rule of shapes that are not filled paths, the closing of subpaths without a stroke, and
    /// negative extents.
    #[must_use]
    pub fn normal(&self) -> Self {
        Self { shapes: self.shapes.iter().map(normal).collect(), ..*self }
    }
}

fn normal(shape: &Shape) -> Shape {
    let mut shape = shape.clone();
    let positive = |length: &mut i32| *length = (*length).max(0);
    match &mut shape.geometry {
        Geometry::Path(path) if shape.stroke.is_none() => {
            path.subpaths.iter_mut().for_each(|subpath| subpath.closed = true);
        }
        Geometry::Path(_) => {}
        Geometry::Rect { width, height, radius, .. } => [width, height, radius].into_iter().for_each(positive),
        Geometry::Circle { radius, .. } => positive(radius),
        Geometry::Ellipse { rx, ry, .. } => [rx, ry].into_iter().for_each(positive),
    }
    if shape.fill.is_none() || !matches!(shape.geometry, Geometry::Path(_)) {
        shape.fill_rule = FillRule::NonZero;
    }
    if let Some(stroke) = &mut shape.stroke {
        positive(&mut stroke.width);
    }
    shape
}

struct Reader {
    drawing: Drawing,
    gradients: Gradients,
}

impl Reader {
    fn children(&mut self, parent: Node<'_, '_>, style: &Style, depth: usize) -> Result<(), ParseError> {
        if depth > MAX_DEPTH {
            return Err(ParseError::at(parent, Problem::Depth { most: MAX_DEPTH }));
        }
        for node in parent.children() {
            if node.is_element() && node.tag_name().namespace() != parent.tag_name().namespace() {
                return Err(ParseError::element(node));
            }
            match (node.is_element(), node.tag_name().name()) {
                (false, _) if node.is_text() && !node.text().unwrap_or_default().trim().is_empty() => {
                    return Err(ParseError::at(node, Problem::Text));
                }
                (false, _) | (true, "defs") => {}
                (true, "g") => {
                    value::only(node, &[], style::NAMES)?;
                    self.children(node, &style.inherited_by(node, &self.gradients)?, depth + 1)?;
                }
                (true, _) => self.shape(node, style)?,
            }
        }
        Ok(())
    }

    fn shape(&mut self, node: Node<'_, '_>, style: &Style) -> Result<(), ParseError> {
        let geometry = outline::read(node)?;
        let opacity = match node.attribute("opacity") {
            Some(_) => Opacity::from_thousandths(value::thousandths(node, "opacity")?),
            None => Opacity::OPAQUE,
        };
        let style = style.inherited_by(node, &self.gradients)?;
        self.drawing.shapes.push(normal(&style.shape(geometry, opacity)));
        Ok(())
    }
}
