//! Tallies of all inherited attributes of a drawing: what each value would cost, stated by shapes or by the root.

use std::borrow::Cow;
use std::hash::Hash;

use super::attributes;
use super::base::{Base, Stated, runs};
use super::defs::Defs;
use super::sink::ByteCounter;
use super::tally::Tally;
use crate::drawing::Drawing;
use crate::shape::{FillRule, LineCap, LineJoin, Paint};

/// Bytes of a group beside its fill.
const GROUP: usize = "<g></g>".len();

/// Whether uses are added or taken back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Change {
    Add,
    Remove,
}

/// A tally for each inherited attribute.
#[derive(Debug)]
pub(super) struct Tallies<'a> {
    fill: Tally<Option<Cow<'a, Paint>>>,
    rule: Tally<FillRule>,
    stroke: Tally<Option<Cow<'a, Paint>>>,
    width: Tally<i32>,
    cap: Tally<LineCap>,
    join: Tally<LineJoin>,
}

impl<'a> Tallies<'a> {
    pub(super) fn new() -> Self {
        let Base { fill, rule, stroke, width, cap, join } = Base::initial();
        Self {
            fill: Tally::new(fill),
            rule: Tally::new(rule),
            stroke: Tally::new(stroke),
            width: Tally::new(width),
            cap: Tally::new(cap),
            join: Tally::new(join),
        }
    }

    /// The tallies of all shapes of a drawing.
    pub(super) fn of(drawing: &'a Drawing, defs: &Defs<'_>) -> Self {
        let mut tallies = Self::new();
        for run in runs(drawing) {
            tallies.change_fill(Change::Add, run[0].fill.as_ref(), run.len(), defs, Cow::Borrowed);
            run.iter().for_each(|shape| tallies.change(Change::Add, &Stated::of(shape), defs, Cow::Borrowed));
        }
        tallies
    }

    /// Bytes of all inherited attributes, and of the groups that state a fill.
    pub(super) fn bytes(&self) -> usize {
        let strokes = self.stroke.bytes() + self.width.bytes() + self.cap.bytes() + self.join.bytes();
        self.fill.bytes() + self.rule.bytes() + strokes
    }

    /// The values that make the text shortest when the root states them.
    pub(super) fn into_base(self) -> Base<'a> {
        Base {
            fill: self.fill.into_best(),
            rule: self.rule.into_best(),
            stroke: self.stroke.into_best(),
            width: self.width.into_best(),
            cap: self.cap.into_best(),
            join: self.join.into_best(),
        }
    }

    /// Counts a run of shapes with one fill: one alone states it, several are put in a group.
    pub(super) fn change_fill<'p>(
        &mut self,
        change: Change,
        fill: Option<&'p Paint>,
        shapes: usize,
        defs: &Defs<'_>,
        keep: fn(&'p Paint) -> Cow<'a, Paint>,
    ) {
        let length = bytes(|sink| attributes::fill(sink, fill, defs));
        let cost = if shapes > 1 { length + GROUP } else { length };
        change.apply(&mut self.fill, fill.map(keep), length, cost);
    }

    /// Counts a shape's values other than its fill.
    pub(super) fn change<'p>(
        &mut self,
        change: Change,
        stated: &Stated<'p>,
        defs: &Defs<'_>,
        keep: fn(&'p Paint) -> Cow<'a, Paint>,
    ) {
        let length = bytes(|sink| attributes::stroke(sink, stated.stroke, defs));
        change.apply(&mut self.stroke, stated.stroke.map(keep), length, length);
        if let Some(rule) = stated.rule {
            change.once(&mut self.rule, rule, bytes(|sink| attributes::fill_rule(sink, rule)));
        }
        if let Some(width) = stated.width {
            change.once(&mut self.width, width, bytes(|sink| attributes::stroke_width(sink, width)));
        }
        if let Some(cap) = stated.cap {
            change.once(&mut self.cap, cap, bytes(|sink| attributes::cap(sink, cap)));
        }
        if let Some(join) = stated.join {
            change.once(&mut self.join, join, bytes(|sink| attributes::join(sink, join)));
        }
    }
}

impl Change {
    fn once<V: Clone + Eq + Hash>(self, tally: &mut Tally<V>, value: V, length: usize) {
        self.apply(tally, value, length, length);
    }

    fn apply<V: Clone + Eq + Hash>(self, tally: &mut Tally<V>, value: V, length: usize, cost: usize) {
        match self {
            Self::Add => tally.add(value, length, cost),
            Self::Remove => tally.remove(&value, cost),
        }
    }
}

fn bytes(write: impl FnOnce(&mut ByteCounter)) -> usize {
    let mut counter = ByteCounter::default();
    write(&mut counter);
    counter.bytes()
}
