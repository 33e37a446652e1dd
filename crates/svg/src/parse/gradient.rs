//! Reads gradient definitions and looks them up by id.

use roxmltree::{Document, Node};

use super::error::{ParseError, Problem};
use super::value::{fraction, integer, one_of, only, thousandths};
use crate::gradient::{Gradient, GradientGeometry, GradientStop, Matrix, Spread};
use crate::opacity::Opacity;
use crate::point::Point;
use crate::shape::Paint;

const SPREADS: [(&str, Spread); 3] = [("pad", Spread::Pad), ("reflect", Spread::Reflect), ("repeat", Spread::Repeat)];
/// Attributes that both kinds have.
const COMMON: &[&str] = &["id", "gradientUnits", "gradientTransform", "spreadMethod"];

/// The gradients of a document.
pub(super) struct Gradients(Vec<(String, Gradient)>);

impl Gradients {
    pub(super) fn collect(document: &Document<'_>) -> Result<Self, ParseError> {
        let mut gradients = Vec::new();
        for defs in document.root_element().children().filter(|node| is(*node, "defs")) {
            only(defs, &[], &[])?;
            for node in defs.children().filter(Node::is_element) {
                gradients.push((node.attribute("id").unwrap_or_default().to_owned(), gradient(node)?));
            }
        }
        Ok(Self(gradients))
    }

    /// A paint as `fill` and `stroke` have it; `none` is `None`.
    pub(super) fn paint(&self, node: Node<'_, '_>, name: &str, value: &str) -> Result<Option<Paint>, ParseError> {
        if value == "none" {
            return Ok(None);
        }
        if let Some(id) = value.strip_prefix("url(#").and_then(|rest| rest.strip_suffix(')')) {
            let found = self.0.iter().find(|(known, _)| known == id);
            let (_, gradient) = found.ok_or_else(|| ParseError::at(node, Problem::Reference(id.to_owned())))?;
            return Ok(Some(Paint::Gradient(Box::new(gradient.clone()))));
        }
        value.parse().map(|color| Some(Paint::Solid(color))).map_err(|_| ParseError::attribute(node, name))
    }
}

/// Whether a node is an element of this local name, in any namespace.
fn is(node: Node<'_, '_>, name: &str) -> bool {
    node.is_element() && node.tag_name().name() == name
}

fn gradient(node: Node<'_, '_>) -> Result<Gradient, ParseError> {
    let wrong = |name| ParseError::attribute(node, name);
    let number = |name| integer(node, name);
    // Left out, these would not be 0.
    let stated = |name| if node.has_attribute(name) { number(name) } else { Err(wrong(name)) };
    let geometry = match node.tag_name().name() {
        "linearGradient" => {
            only(node, &["x1", "y1", "x2", "y2"], COMMON)?;
            let (from, to) = (Point::new(number("x1")?, number("y1")?), Point::new(stated("x2")?, number("y2")?));
            GradientGeometry::Linear { from, to }
        }
        "radialGradient" => {
            only(node, &["cx", "cy", "r", "fx", "fy"], COMMON)?;
            let center = Point::new(stated("cx")?, stated("cy")?);
            let focus = |name, center| if node.has_attribute(name) { number(name) } else { Ok(center) };
            let focus = Point::new(focus("fx", center.x)?, focus("fy", center.y)?);
            GradientGeometry::Radial { center, radius: stated("r")?, focus }
        }
        _ => return Err(ParseError::element(node)),
    };
    if node.attribute("gradientUnits") != Some("userSpaceOnUse") {
        return Err(wrong("gradientUnits"));
    }
    let spread =
        one_of(node.attribute("spreadMethod").unwrap_or("pad"), &SPREADS).ok_or_else(|| wrong("spreadMethod"))?;
    let transform = match node.attribute("gradientTransform") {
        Some(text) => matrix(text).ok_or_else(|| wrong("gradientTransform"))?,
        None => Matrix::IDENTITY,
    };
    let stops = node.children().filter(Node::is_element).map(stop).collect::<Result<_, _>>()?;
    Ok(Gradient { geometry, transform, spread, stops })
}

fn matrix(text: &str) -> Option<Matrix> {
    let numbers = text.strip_prefix("matrix(")?.strip_suffix(')')?;
    let numbers: Vec<&str> = numbers.split(' ').collect();
    let [a, b, c, d, e, f] = numbers.try_into().ok()?;
    let linear = [fraction(a)?, fraction(b)?, fraction(c)?, fraction(d)?];
    Some(Matrix { linear, translation: [e.parse().ok()?, f.parse().ok()?] })
}

fn stop(node: Node<'_, '_>) -> Result<GradientStop, ParseError> {
    if !is(node, "stop") {
        return Err(ParseError::element(node));
    }
    only(node, &["offset", "stop-color", "stop-opacity"], &[])?;
    let color = node.attribute("stop-color").unwrap_or("#000");
    let opacity = match node.attribute("stop-opacity") {
        Some(_) => Opacity::from_thousandths(thousandths(node, "stop-opacity")?),
        None => Opacity::OPAQUE,
    };
    Ok(GradientStop {
        offset: thousandths(node, "offset")?,
        color: color.parse().map_err(|_| ParseError::attribute(node, "stop-color"))?,
        opacity,
    })
}
