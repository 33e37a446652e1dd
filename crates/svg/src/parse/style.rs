//! Resolves inherited attributes down the tree.

use roxmltree::Node;

use super::error::ParseError;
use super::gradient::Gradients;
use super::value::one_of;
use crate::color::Color;
use crate::geometry::Geometry;
use crate::opacity::Opacity;
use crate::shape::{FillRule, LineCap, LineJoin, Paint, Shape, Stroke};

/// The inherited attributes.
pub(super) const NAMES: &[&str] = &["fill", "fill-rule", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin"];

/// Values of the inherited attributes.
#[derive(Clone)]
pub(super) struct Style {
    fill: Option<Paint>,
    rule: FillRule,
    stroke: Option<Paint>,
    width: i32,
    cap: LineCap,
    join: LineJoin,
}

impl Style {
    pub(super) fn initial() -> Self {
        let (cap, join) = (LineCap::Butt, LineJoin::Miter);
        Self { fill: Some(Paint::Solid(Color::BLACK)), rule: FillRule::NonZero, stroke: None, width: 1, cap, join }
    }

    /// The values of an element below this one.
    pub(super) fn inherited_by(&self, node: Node<'_, '_>, gradients: &Gradients) -> Result<Self, ParseError> {
        let mut style = self.clone();
        for attribute in node.attributes() {
            let wrong = || ParseError::attribute(node, attribute.name());
            let value = attribute.value();
            match attribute.name() {
                "fill" => style.fill = gradients.paint(node, "fill", value)?,
                "stroke" => style.stroke = gradients.paint(node, "stroke", value)?,
                "stroke-width" => style.width = value.parse().map_err(|_| wrong())?,
                "fill-rule" => style.rule = one_of(value, &RULES).ok_or_else(wrong)?,
                "stroke-linecap" => style.cap = one_of(value, &CAPS).ok_or_else(wrong)?,
                "stroke-linejoin" => style.join = one_of(value, &JOINS).ok_or_else(wrong)?,
                _ => {}
            }
        }
        Ok(style)
    }

    pub(super) fn shape(self, geometry: Geometry, opacity: Opacity) -> Shape {
        let Self { fill, rule, stroke, width, cap, join } = self;
        let stroke = stroke.map(|paint| Stroke { paint, width, cap, join });
        Shape { geometry, fill, fill_rule: rule, stroke, opacity }
    }
}

const RULES: [(&str, FillRule); 2] = [("nonzero", FillRule::NonZero), ("evenodd", FillRule::EvenOdd)];
const CAPS: [(&str, LineCap); 3] = [("butt", LineCap::Butt), ("round", LineCap::Round), ("square", LineCap::Square)];
const JOINS: [(&str, LineJoin); 3] =
    [("miter", LineJoin::Miter), ("round", LineJoin::Round), ("bevel", LineJoin::Bevel)];
