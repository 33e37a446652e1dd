//! Elements that draw an outline.

use roxmltree::Node;

use super::error::ParseError;
use super::value::{integer, only};
use super::{path_data, style};
use crate::geometry::{Geometry, Point};

/// The outline of a shape element.
pub(super) fn read(node: Node<'_, '_>) -> Result<Geometry, ParseError> {
    let own: &[&str] = match node.tag_name().name() {
        "path" => &["d", "opacity"],
        "rect" => &["x", "y", "width", "height", "rx", "opacity"],
        "circle" => &["cx", "cy", "r", "opacity"],
        "ellipse" => &["cx", "cy", "rx", "ry", "opacity"],
        _ => return Err(ParseError::element(node)),
    };
    only(node, own, style::NAMES)?;
    let number = |name| integer(node, name);
    let center = || Ok::<_, ParseError>(Point::new(number("cx")?, number("cy")?));
    Ok(match node.tag_name().name() {
        "rect" => {
            let (x, y, radius) = (number("x")?, number("y")?, number("rx")?);
            Geometry::Rect { x, y, width: number("width")?, height: number("height")?, radius }
        }
        "circle" => Geometry::Circle { center: center()?, radius: number("r")? },
        "ellipse" => Geometry::Ellipse { center: center()?, rx: number("rx")?, ry: number("ry")? },
        _ => {
            let data = node.attribute("d").unwrap_or_default();
            Geometry::Path(path_data::read(data).ok_or_else(|| ParseError::attribute(node, "d"))?)
        }
    })
}
