//! Reads the outline of shape elements.

use roxmltree::Node;

use super::error::ParseError;
use super::value::{integer, only};
use super::{path_data, points, style};
use crate::geometry::Geometry;
use crate::point::Point;

/// The outline of a shape element.
pub(super) fn read(node: Node<'_, '_>) -> Result<Geometry, ParseError> {
    let own: &[&str] = match node.tag_name().name() {
        "path" => &["d", "opacity"],
        "rect" => &["x", "y", "width", "height", "rx", "opacity"],
        "circle" => &["cx", "cy", "r", "opacity"],
        "ellipse" => &["cx", "cy", "rx", "ry", "opacity"],
        "polygon" | "polyline" => &["points", "opacity"],
        "line" => &["x1", "y1", "x2", "y2", "opacity"],
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
        "ellipse" => {
            // A missing radius is as long as the other (SVG 2, `auto`).
            let radius = |own, other| number(if node.has_attribute(own) { own } else { other });
            Geometry::Ellipse { center: center()?, rx: radius("rx", "ry")?, ry: radius("ry", "rx")? }
        }
        "line" => {
            let (from, to) = (Point::new(number("x1")?, number("y1")?), Point::new(number("x2")?, number("y2")?));
            Geometry::polyline(&[from, to])
        }
        "polygon" => Geometry::polygon(&points(node)?),
        "polyline" => Geometry::polyline(&points(node)?),
        _ => {
            let data = node.attribute("d").unwrap_or_default();
            Geometry::Path(path_data::read(data).ok_or_else(|| ParseError::attribute(node, "d"))?)
        }
    })
}

fn points(node: Node<'_, '_>) -> Result<Vec<Point>, ParseError> {
    points::read(node.attribute("points").unwrap_or_default()).ok_or_else(|| ParseError::attribute(node, "points"))
}

#[cfg(test)]
mod tests {
    use crate::{Drawing, Problem};

    fn parse(element: &str) -> Result<Drawing, crate::ParseError> {
        Drawing::parse(&format!(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 99 99">{element}</svg>"#))
    }

    #[test]
    fn straight_elements_are_the_paths_that_draw_the_same() {
        let pairs = [
            (r#"<polygon points="1 2 9 2 5 8"/>"#, r#"<path d="M1 2 9 2 5 8z"/>"#),
            (r#"<polygon stroke="red" points="1,2 9,2 5,8"/>"#, r#"<path stroke="red" d="M1 2 9 2 5 8z"/>"#),
            (r#"<polyline stroke="red" points="1 2 9 2 5 8"/>"#, r#"<path stroke="red" d="M1 2 9 2 5 8"/>"#),
            (r#"<line stroke="red" y1="3" x2="7"/>"#, r#"<path stroke="red" d="M0 3 7 0"/>"#),
            (r#"<polygon fill-rule="evenodd" points=""/>"#, r#"<path fill-rule="evenodd" d=""/>"#),
        ];
        for (element, path) in pairs {
            assert_eq!(parse(element).unwrap(), parse(path).unwrap(), "{element}");
        }
    }

    #[test]
    fn elements_of_other_namespaces_are_refused() {
        assert!(parse(r#"<rect xmlns="urn:x" width="9" height="9"/>"#).is_err());
        assert!(parse(r#"<x:rect xmlns:x="urn:x" width="9" height="9"/>"#).is_err());
    }

    #[test]
    fn a_missing_radius_of_an_ellipse_is_the_other() {
        assert_eq!(parse(r#"<ellipse rx="4"/>"#).unwrap(), parse(r#"<ellipse rx="4" ry="4"/>"#).unwrap());
        assert_eq!(parse(r#"<ellipse ry="4"/>"#).unwrap(), parse(r#"<ellipse rx="4" ry="4"/>"#).unwrap());
        assert_eq!(parse("<ellipse/>").unwrap(), parse(r#"<ellipse rx="0" ry="0"/>"#).unwrap());
    }

    #[test]
    fn bad_straight_elements_are_named_with_attribute_and_value() {
        let bad = [
            (r#"<polygon points="1 2 9"/>"#, "points", "1 2 9"),
            (r#"<polygon stroke="red" points="1,2 9,2.5"/>"#, "points", "1,2 9,2.5"),
            (r#"<polyline points="1 2 3 4" d="m0 0"/>"#, "d", "m0 0"),
            (r#"<line y1="3%"/>"#, "y1", "3%"),
            (r#"<polygon x="1"/>"#, "x", "1"),
        ];
        for (element, name, text) in bad {
            let error = parse(element).unwrap_err();
            assert_eq!((error.line, error.column), (1, 61), "{element}");
            assert!(
                matches!(&error.problem, Problem::Attribute { attribute, value, .. } if attribute == name && value == text),
                "{error}"
            );
        }
    }
}
