//! What the root element states for all: for each inherited attribute the value that makes the whole text shortest.

use super::attributes;
use super::defs::Defs;
use super::sink::{ByteCounter, Sink};
use crate::color::Color;
use crate::drawing::Drawing;
use crate::geometry::Geometry;
use crate::shape::{FillRule, LineCap, LineJoin, Paint, Shape, Stroke};

/// The initial value of `fill`.
pub(super) const BLACK: Paint = Paint::Solid(Color::BLACK);
/// Bytes of a group beside its fill.
const GROUP: usize = "<g></g>".len();

/// A fill as shapes have it: `None` is `none`.
pub(super) type Fill<'a> = Option<&'a Paint>;

/// Values of the inherited attributes, on the root element.
#[derive(Clone, Copy)]
pub(super) struct Base<'a> {
    pub(super) fill: Fill<'a>,
    pub(super) fill_rule: FillRule,
    pub(super) stroke: Option<&'a Paint>,
    pub(super) width: i32,
    pub(super) cap: LineCap,
    pub(super) join: LineJoin,
}

impl<'a> Base<'a> {
    /// The values that SVG starts with.
    pub(super) const INITIAL: Self = Self {
        fill: Some(&BLACK),
        fill_rule: FillRule::NonZero,
        stroke: None,
        width: 1,
        cap: LineCap::Butt,
        join: LineJoin::Miter,
    };

    pub(super) fn of(drawing: &'a Drawing, defs: &Defs<'_>) -> Self {
        let shapes = || drawing.shapes.iter();
        let strokes = || shapes().filter_map(|shape| shape.stroke.as_ref());
        let start = Self::INITIAL;
        Self {
            fill: cheapest(start.fill, runs(drawing).map(|run| (run[0].fill.as_ref(), run.len())), run_bytes, |fill| {
                bytes(|sink| attributes::fill(sink, *fill, defs))
            }),
            fill_rule: cheapest(start.fill_rule, shapes().filter_map(rule).map(once), each, |rule| {
                bytes(|sink| attributes::fill_rule(sink, *rule))
            }),
            stroke: cheapest(
                start.stroke,
                shapes().map(|s| s.stroke.as_ref().map(|s| &s.paint)).map(once),
                each,
                |paint| bytes(|sink| attributes::stroke(sink, *paint, defs)),
            ),
            width: cheapest(start.width, strokes().map(width).map(once), each, |width| {
                bytes(|sink| attributes::stroke_width(sink, *width))
            }),
            cap: cheapest(start.cap, strokes().map(|stroke| once(stroke.cap)), each, |cap| {
                bytes(|sink| attributes::cap(sink, *cap))
            }),
            join: cheapest(start.join, strokes().map(|stroke| once(stroke.join)), each, |join| {
                bytes(|sink| attributes::join(sink, *join))
            }),
        }
    }

    /// Writes what differs from the initial values.
    pub(super) fn write(&self, sink: &mut impl Sink, defs: &Defs<'_>) {
        self.write_fill(sink, self.fill, Self::INITIAL.fill, defs);
        let values = Values {
            fill_rule: Some(self.fill_rule),
            stroke: self.stroke,
            width: Some(self.width),
            cap: Some(self.cap),
            join: Some(self.join),
        };
        values.write(sink, &Self::INITIAL, defs);
    }

    fn write_fill(&self, sink: &mut impl Sink, fill: Fill<'_>, inherited: Fill<'_>, defs: &Defs<'_>) {
        if fill != inherited {
            attributes::fill(sink, fill, defs);
        }
    }

    /// Writes a shape's values other than its fill where they differ from these.
    pub(super) fn write_shape(&self, sink: &mut impl Sink, shape: &Shape, defs: &Defs<'_>) {
        let stroke = shape.stroke.as_ref();
        let values = Values {
            fill_rule: rule(shape),
            stroke: stroke.map(|stroke| &stroke.paint),
            width: stroke.map(width),
            cap: stroke.map(|stroke| stroke.cap),
            join: stroke.map(|stroke| stroke.join),
        };
        values.write(sink, self, defs);
    }
}

/// Values to state; where it is `None`, the value does not matter. No stroke is a value too.
struct Values<'a> {
    fill_rule: Option<FillRule>,
    stroke: Option<&'a Paint>,
    width: Option<i32>,
    cap: Option<LineCap>,
    join: Option<LineJoin>,
}

impl Values<'_> {
    fn write(&self, sink: &mut impl Sink, inherited: &Base<'_>, defs: &Defs<'_>) {
        if let Some(rule) = self.fill_rule.filter(|rule| *rule != inherited.fill_rule) {
            attributes::fill_rule(sink, rule);
        }
        if self.stroke != inherited.stroke {
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

/// The rule that a shape needs; only paths with a fill care.
fn rule(shape: &Shape) -> Option<FillRule> {
    (shape.fill.is_some() && matches!(shape.geometry, Geometry::Path(_))).then_some(shape.fill_rule)
}

/// Width as it is written.
fn width(stroke: &Stroke) -> i32 {
    stroke.width.max(0)
}

const fn once<V>(value: V) -> (V, usize) {
    (value, 1)
}

/// Bytes that a value of this length costs a run of shapes: one alone states it, several are put in a group.
const fn run_bytes(length: usize, shapes: usize) -> usize {
    if shapes > 1 { length + GROUP } else { length }
}

/// Bytes that a value of this length costs shapes that each state it.
const fn each(length: usize, shapes: usize) -> usize {
    length * shapes
}

fn bytes(write: impl FnOnce(&mut ByteCounter)) -> usize {
    let mut counter = ByteCounter::default();
    write(&mut counter);
    counter.bytes()
}

/// The value to state on the root: stating it costs its length and saves what all its uses would cost. The initial value is
/// free. Of equals the initial value wins, then the one used first.
fn cheapest<V: PartialEq>(
    initial: V,
    uses: impl Iterator<Item = (V, usize)>,
    cost: impl Fn(usize, usize) -> usize,
    length: impl Fn(&V) -> usize,
) -> V {
    // Value, its length, what its uses cost in all.
    let start = length(&initial);
    let mut tally = vec![(initial, start, 0)];
    for (value, shapes) in uses {
        let found = tally.iter().position(|(known, ..)| *known == value).unwrap_or_else(|| {
            let length = length(&value);
            tally.push((value, length, 0));
            tally.len() - 1
        });
        let (_, length, sum) = &mut tally[found];
        *sum += cost(*length, shapes);
    }
    let gain =
        |index: usize, length: usize, sum: usize| if index == 0 { sum as i64 } else { sum as i64 - length as i64 };
    let gains = tally.iter().enumerate().map(|(index, (_, length, sum))| gain(index, *length, *sum));
    let best = gains.enumerate().rev().max_by_key(|(_, gain)| *gain).map_or(0, |(index, _)| index);
    tally.swap_remove(best).0
}
