//! `vector-effect: non-scaling-stroke`, as a width that the transforms around it make the wanted one.

use std::str::FromStr;

use roxmltree::Node;
use svgtypes::{Length, LengthUnit, Transform};

use super::Unread;
use super::element::Facts;
use super::property::{Declared, Style};
use crate::bounds::BoundError;
use crate::style::Styles;

/// Elements whose content is drawn elsewhere, at scales of its own.
const ELSEWHERE: [&str; 6] = ["defs", "symbol", "marker", "pattern", "clipPath", "mask"];

/// Adds the width and the dashes that a line needs to keep them under its transforms.
///
/// # Errors
///
/// [`BoundError::Styles`]
pub(super) fn amend<'a>(
    node: Node<'a, 'a>,
    styles: &Styles<'a>,
    facts: &Facts<'a>,
    style: &mut Style,
    unread: &mut Unread,
) -> Result<(), BoundError> {
    if !facts.has_vector_effects || Declared::of(node, styles)?.value("vector-effect") != Some("non-scaling-stroke") {
        return Ok(());
    }
    let Some(scale) = scale(node, styles, facts, unread)? else {
        unread.strokes = true;
        return Ok(());
    };
    if (scale - 1.0).abs() < 1e-6 {
        return Ok(());
    }
    for (name, initial) in [("stroke-width", Some("1")), ("stroke-dasharray", None), ("stroke-dashoffset", None)] {
        let Some(value) = inherited(node, styles, name)?.or(initial).filter(|value| *value != "none") else { continue };
        let parts = value
            .split([',', ' '])
            .filter(|part| !part.is_empty())
            .map(|part| px(part).map(|px| (px / scale).to_string()));
        match parts.collect::<Option<Vec<_>>>() {
            Some(parts) => style.added.push_str(&format!("{name}:{};", parts.join(" "))),
            None => unread.strokes = true,
        }
    }
    Ok(())
}

/// How much transforms enlarge an element, if that is known and the same for all its instances.
fn scale<'a>(
    node: Node<'a, 'a>,
    styles: &Styles<'a>,
    facts: &Facts<'a>,
    unread: &mut Unread,
) -> Result<Option<f64>, BoundError> {
    let mut whole = kurbo::Affine::IDENTITY;
    for outer in node.ancestors().filter(Node::is_element) {
        let is_root = outer == node.document().root_element();
        let name = outer.tag_name().name();
        let is_used = outer.attribute("id").is_some_and(|id| facts.used.contains(id));
        if is_used || ELSEWHERE.contains(&name) || (name == "svg" && !is_root) || (is_root && facts.enlarged.is_none())
        {
            return Ok(None);
        }
        let declared = Declared::of(outer, styles)?;
        if declared.styled("transform").is_some() {
            return Ok(None);
        }
        if let Some(text) = declared.value("transform") {
            let Ok(t) = Transform::from_str(text) else { return Ok(None) };
            whole = kurbo::Affine::new([t.a, t.b, t.c, t.d, t.e, t.f]) * whole;
        }
    }
    let [a, b, c, d, ..] = whole.as_coeffs();
    let (x, y) = (a.hypot(b), c.hypot(d));
    unread.strokes |= (x - y).abs() > 1e-3 * x.max(y) || (a * c + b * d).abs() > 1e-3 * x * y;
    let scale = whole.determinant().abs().sqrt() * facts.enlarged.unwrap_or(1.0);
    Ok((scale.is_finite() && scale > 0.0).then_some(scale))
}

/// The value of an inherited property.
fn inherited<'a>(node: Node<'a, 'a>, styles: &Styles<'a>, name: &str) -> Result<Option<&'a str>, BoundError> {
    for outer in node.ancestors().filter(Node::is_element) {
        if let Some(value) = Declared::of(outer, styles)?.value(name).filter(|value| *value != "inherit") {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

fn px(text: &str) -> Option<f64> {
    let length = Length::from_str(text).ok()?;
    matches!(length.unit, LengthUnit::None | LengthUnit::Px).then_some(length.number)
}

#[cfg(test)]
mod tests {
    use super::super::Unread;
    use super::super::tests::{amended_body, amended_whole};

    #[test]
    fn widths_and_dashes_are_divided_by_the_scale() {
        let line = r#"<path stroke-dasharray="4 8" vector-effect="non-scaling-stroke"/>"#;
        let found = amended_body(&format!(r#"<g transform="scale(4)" stroke-width="2">{line}</g>"#)).unwrap();
        assert!(found.contains(r#"style="stroke-width:0.5;stroke-dasharray:1 2;""#), "{found}");
        assert_eq!(amended_whole(line), (None, Unread::default()));
    }

    #[test]
    fn scales_that_differ_are_told() {
        let unread = Unread { strokes: true, ..Unread::default() };
        for body in [
            r#"<g transform="scale(4 1)"><path vector-effect="non-scaling-stroke"/></g>"#,
            r#"<defs><path vector-effect="non-scaling-stroke"/></defs>"#,
            r##"<path id="a" vector-effect="non-scaling-stroke"/><use href="#a"/>"##,
            r#"<g transform="scale(2)"><path stroke-width="1mm" vector-effect="non-scaling-stroke"/></g>"#,
        ] {
            assert_eq!(amended_whole(body).1, unread, "{body}");
        }
    }
}
