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
const COMMON: &[&str] = &["id", "href", "gradientUnits", "gradientTransform", "spreadMethod"];

/// The gradients of a document.
pub(super) struct Gradients(Vec<(String, Gradient)>);

impl Gradients {
    pub(super) fn collect(document: &Document<'_>) -> Result<Self, ParseError> {
        let mut gradients: Vec<(String, Gradient)> = Vec::new();
        for defs in document.root_element().children().filter(|node| is(*node, "defs")) {
            only(defs, &[], &[])?;
            for node in defs.children().filter(Node::is_element) {
                let gradient = gradient(node, template(&gradients, node)?)?;
                gradients.push((node.attribute("id").unwrap_or_default().to_owned(), gradient));
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

/// The gradient before this one that it refers to; one of the other kind gives it no place, so it is refused.
fn template<'a>(before: &'a [(String, Gradient)], node: Node<'_, '_>) -> Result<Option<&'a Gradient>, ParseError> {
    let Some(href) = node.attribute("href") else { return Ok(None) };
    let linear = node.tag_name().name() == "linearGradient";
    let alike = |gradient: &Gradient| matches!(gradient.geometry, GradientGeometry::Linear { .. }) == linear;
    let id = href.strip_prefix('#').ok_or_else(|| ParseError::attribute(node, "href"))?;
    let found = before.iter().find(|(known, _)| known == id).map(|(_, gradient)| gradient);
    let found = found.ok_or_else(|| ParseError::at(node, Problem::Reference(id.to_owned())))?;
    if alike(found) { Ok(Some(found)) } else { Err(ParseError::attribute(node, "href")) }
}

fn gradient(node: Node<'_, '_>, template: Option<&Gradient>) -> Result<Gradient, ParseError> {
    let wrong = |name| ParseError::attribute(node, name);
    // Left out, it has the value of the template, or else the initial one if that is an integer.
    let number = |name, inherited: Option<i32>, initial: Option<i32>| {
        if node.has_attribute(name) { integer(node, name) } else { inherited.or(initial).ok_or_else(|| wrong(name)) }
    };
    let geometry = match node.tag_name().name() {
        "linearGradient" => {
            only(node, &["x1", "y1", "x2", "y2"], COMMON)?;
            let other = match template.map(|template| template.geometry) {
                Some(GradientGeometry::Linear { from, to }) => Some([from.x, from.y, to.x, to.y]),
                _ => None,
            };
            let number = |name, i: usize, initial| number(name, other.map(|v| v[i]), initial);
            let from = Point::new(number("x1", 0, Some(0))?, number("y1", 1, Some(0))?);
            let to = Point::new(number("x2", 2, None)?, number("y2", 3, Some(0))?);
            GradientGeometry::Linear { from, to }
        }
        "radialGradient" => {
            only(node, &["cx", "cy", "r", "fx", "fy"], COMMON)?;
            let other = match template.map(|template| template.geometry) {
                // A focus of its own would be inherited where none is stated.
                Some(GradientGeometry::Radial { center, focus, .. }) if center != focus => return Err(wrong("href")),
                Some(GradientGeometry::Radial { center, radius, .. }) => Some([center.x, center.y, radius]),
                _ => None,
            };
            let stated = |name, i: usize| number(name, other.map(|v| v[i]), None);
            let center = Point::new(stated("cx", 0)?, stated("cy", 1)?);
            let focus = Point::new(number("fx", None, Some(center.x))?, number("fy", None, Some(center.y))?);
            GradientGeometry::Radial { center, radius: stated("r", 2)?, focus }
        }
        _ => return Err(ParseError::element(node)),
    };
    match node.attribute("gradientUnits") {
        Some("userSpaceOnUse") => {}
        None if template.is_some() => {}
        _ => return Err(wrong("gradientUnits")),
    }
    let spread = match (node.attribute("spreadMethod"), template) {
        (Some(name), _) => one_of(name, &SPREADS).ok_or_else(|| wrong("spreadMethod"))?,
        (None, template) => template.map_or(Spread::Pad, |template| template.spread),
    };
    let transform = match (node.attribute("gradientTransform"), template) {
        (Some(text), _) => matrix(text).ok_or_else(|| wrong("gradientTransform"))?,
        (None, template) => template.map_or(Matrix::IDENTITY, |template| template.transform),
    };
    let mut stops = node.children().filter(Node::is_element).map(stop).collect::<Result<Vec<_>, _>>()?;
    if let Some(template) = template.filter(|_| stops.is_empty()) {
        stops.clone_from(&template.stops);
    }
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
        offset: if node.has_attribute("offset") { thousandths(node, "offset")? } else { 0 },
        color: color.parse().map_err(|_| ParseError::attribute(node, "stop-color"))?,
        opacity,
    })
}

#[cfg(test)]
mod tests {
    use crate::{Drawing, GradientGeometry, Paint, Point};

    fn read(defs: &str) -> Result<Drawing, String> {
        let text = format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><defs>{defs}</defs><rect fill="url(#b)" width="9" height="9"/></svg>"##
        );
        Drawing::parse(&text).map_err(|error| error.to_string())
    }

    const FIRST: &str = r##"<linearGradient id="a" gradientUnits="userSpaceOnUse" x1="2" x2="7" y2="3"><stop/><stop offset="1" stop-color="red"/></linearGradient>"##;

    #[test]
    fn what_is_left_out_comes_from_the_gradient_that_is_named() {
        let drawing = read(&format!(r##"{FIRST}<linearGradient id="b" href="#a" y2="5"/>"##)).unwrap();
        let Some(Paint::Gradient(gradient)) = &drawing.shapes[0].fill else { panic!("{drawing:?}") };
        let (from, to) = (Point::new(2, 0), Point::new(7, 5));
        assert_eq!((gradient.geometry, gradient.stops.len()), (GradientGeometry::Linear { from, to }, 2));
    }

    #[test]
    fn gradients_that_cannot_be_inherited_from_are_named() {
        let later = format!(r##"<linearGradient id="b" href="#a"/>{FIRST}"##);
        assert!(read(&later).unwrap_err().contains("`a`"), "{}", read(&later).unwrap_err());
        let own = r##"<linearGradient id="b" href="#b"/>"##;
        assert!(read(own).unwrap_err().contains("`b`"));
        for wrong in
            [r##"<radialGradient id="b" href="#a" cx="1" cy="1" r="1"/>"##, r##"<linearGradient id="b" href="a"/>"##]
        {
            let error = read(&format!("{FIRST}{wrong}")).unwrap_err();
            assert!(error.contains("href"), "{error}");
        }
    }
}
