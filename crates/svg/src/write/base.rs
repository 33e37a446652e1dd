//! Inherited attributes: the values that the root element states for all, and those that shapes state for themselves.

use std::borrow::Cow;

use super::attributes;
use super::defs::Defs;
use super::sink::Sink;
use crate::color::Color;
use crate::drawing::Drawing;
use crate::geometry::Geometry;
use crate::shape::{FillRule, LineCap, LineJoin, Paint, Shape, Stroke};

/// The initial value of `fill`.
static BLACK: Paint = Paint::Solid(Color::BLACK);

/// Values of the inherited attributes; no paint is `none`.
#[derive(Clone)]
pub(super) struct Base<'a> {
    pub(super) fill: Option<Cow<'a, Paint>>,
    pub(super) rule: FillRule,
    pub(super) stroke: Option<Cow<'a, Paint>>,
    pub(super) width: i32,
    pub(super) cap: LineCap,
    pub(super) join: LineJoin,
}

impl Base<'_> {
    /// The values that SVG starts with.
    pub(super) fn initial() -> Self {
        let (cap, join) = (LineCap::Butt, LineJoin::Miter);
        Self { fill: Some(Cow::Borrowed(&BLACK)), rule: FillRule::NonZero, stroke: None, width: 1, cap, join }
    }

    /// Writes what differs from the initial values.
    pub(super) fn write(&self, sink: &mut impl Sink, defs: &Defs<'_>) {
        let initial = Self::initial();
        if self.fill != initial.fill {
            attributes::fill(sink, self.fill.as_deref(), defs);
        }
        let (rule, width, cap, join) = (Some(self.rule), Some(self.width), Some(self.cap), Some(self.join));
        Stated { rule, stroke: self.stroke.as_deref(), width, cap, join }.write(sink, &initial, defs);
    }
}

/// Values that an element must get, from itself or from the root. Where one is `None`, it does not matter; for the stroke,
/// `None` is the value `none`.
#[derive(Clone, Copy)]
pub(super) struct Stated<'a> {
    pub(super) rule: Option<FillRule>,
    pub(super) stroke: Option<&'a Paint>,
    pub(super) width: Option<i32>,
    pub(super) cap: Option<LineCap>,
    pub(super) join: Option<LineJoin>,
}

impl<'a> Stated<'a> {
    /// What a shape needs beside its fill.
    pub(super) fn of(shape: &'a Shape) -> Self {
        let stroke = shape.stroke.as_ref();
        let filled_path = shape.fill.is_some() && matches!(shape.geometry, Geometry::Path(_));
        Self {
            rule: filled_path.then_some(shape.fill_rule),
            stroke: stroke.map(|stroke| &stroke.paint),
            width: stroke.map(|stroke: &Stroke| stroke.width.max(0)),
            cap: stroke.map(|stroke| stroke.cap),
            join: stroke.map(|stroke| stroke.join),
        }
    }

    /// Writes what differs from what is inherited.
    pub(super) fn write(&self, sink: &mut impl Sink, inherited: &Base<'_>, defs: &Defs<'_>) {
        if let Some(rule) = self.rule.filter(|rule| *rule != inherited.rule) {
            attributes::fill_rule(sink, rule);
        }
        if self.stroke != inherited.stroke.as_deref() {
            attributes::stroke(sink, self.stroke, defs);
        }
        if let Some(width) = self.width.filter(|width| *width != inherited.width) {
            attributes::stroke_width(sink, width);
        }
        if let Some(cap) = self.cap.filter(|cap| *cap != inherited.cap) {
            attributes::cap(sink, cap);
        }
        if let Some(join) = self.join.filter(|join| *join != inherited.join) {
            attributes::join(sink, join);
        }
    }
}

/// Neighbours with one fill.
pub(super) fn runs(drawing: &Drawing) -> impl Iterator<Item = &[Shape]> {
    drawing.shapes.chunk_by(|a, b| a.fill == b.fill)
}
