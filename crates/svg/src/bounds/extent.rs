//! The extent of a document once every reference is followed: elements, bytes and levels, all bounded.

use roxmltree::Document;

use super::MAX_BYTES;
use super::error::BoundError;
use super::graph::Graph;
use super::link::Times;
use super::size::Size;
use crate::amend::Unread;
use crate::limits::{MAX_DEPTH, MAX_NODES};
use crate::reference::{Step, walk};

/// Most steps that usvg takes from elements to those around them.
const MAX_STEPS: u64 = 20_000_000;

/// Most pairs of elements that usvg compares while it looks for cycles.
const MAX_CHECKS: u64 = 10_000_000;

/// Most that relative sizes within one another grow.
const MAX_GROWTH: f64 = 1024.0;

/// The extent of a document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Extent {
    /// Most levels of elements and references.
    pub(crate) levels: usize,
    /// Whether text is to be drawn.
    pub(crate) has_text: bool,
    /// Whether pictures are to be drawn.
    pub(crate) has_pictures: bool,
    /// What remains unread of its styles.
    pub(crate) unread: Unread,
}

impl Extent {
    /// Measures a document.
    pub(super) fn of(document: &Document<'_>) -> Result<Self, BoundError> {
        let graph = Graph::of(document)?;
        let levels = graph.measure()?;
        let shown = graph.shown();
        let shows = |name| shown.iter().zip(&graph.elements).any(|(&shown, element)| shown && element.name == name);
        Ok(Self { levels, has_text: shows("text"), has_pictures: shows("image"), unread: Unread::default() })
    }
}

impl Graph<'_> {
    /// Follows everything from the root; the most levels.
    fn measure(&self) -> Result<usize, BoundError> {
        let mut sizes: Vec<Option<Size>> = vec![None; self.elements.len()];
        let link = |index: usize, edge: usize| {
            let element = &self.elements[index];
            edge.checked_sub(element.children.len()).and_then(|link| element.links.get(link))
        };
        let lead = |index: usize, edge: usize| {
            self.elements[index].children.get(edge).copied().or_else(|| link(index, edge).map(|link| link.to))
        };
        walk(
            self.elements.len(),
            lead,
            |_| None,
            |step| match step {
                Step::Done(index) => {
                    sizes[index] = Some(self.fold(index, &sizes)?);
                    Ok(())
                }
                Step::Cycle { from, edge } => {
                    let at = link(from, edge).map(|link| (link.name, link.at));
                    Err(BoundError::Cycle { place: self.place(from, at) })
                }
            },
        )?;
        Ok(sizes.first().copied().flatten().unwrap_or_default().levels)
    }

    /// What an element comes to, from what its children and references come to.
    fn fold(&self, index: usize, sizes: &[Option<Size>]) -> Result<Size, BoundError> {
        let element = &self.elements[index];
        let size_of = |index: usize| sizes[index].unwrap_or_default();
        let mut size = element.children.iter().fold(element.own, |size, &child| size.with(size_of(child), None));
        for use_first in [true, false] {
            for link in element.links.iter().filter(|link| (link.times == Times::Use) == use_first) {
                size = size.with(size_of(link.to), Some(link.times));
                self.check(index, size, Some((link.name, link.at)))?;
            }
        }
        if matches!(element.name, "pattern" | "mask" | "clipPath" | "filter") {
            size.checks = size.checks.saturating_add(size.linked);
        }
        size.growth *= element.own.growth;
        self.check(index, size, None)?;
        Ok(size)
    }

    fn check(&self, index: usize, size: Size, at: Option<(&str, usize)>) -> Result<(), BoundError> {
        let limits = [
            ("elements", size.total, MAX_NODES as u64),
            ("bytes of attributes", size.bytes, MAX_BYTES as u64),
            ("steps through levels", size.steps, MAX_STEPS),
            ("comparisons", size.checks, MAX_CHECKS),
        ];
        if let Some(&(what, actual, limit)) = limits.iter().find(|(_, actual, limit)| actual > limit) {
            return Err(self.excess(index, at, what, actual, limit));
        }
        let place = || self.place(index, at);
        if size.levels > MAX_DEPTH {
            return Err(BoundError::Depth { place: place(), limit: MAX_DEPTH });
        }
        if size.growth > MAX_GROWTH {
            return Err(BoundError::Growth { place: place(), growth: size.growth, limit: MAX_GROWTH });
        }
        Ok(())
    }
}
