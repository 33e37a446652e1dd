//! How much a document is once every reference is followed.

use roxmltree::Document;

use super::error::BoundError;
use super::graph::Graph;
use super::link::Times;
use super::number;
use super::style::Property;
use super::{MAX_BYTES, MAX_DEPTH, MAX_NODES};

/// Most steps that usvg takes from elements to those around them.
const MAX_STEPS: u64 = 20_000_000;

/// Most pairs of elements that usvg compares while it looks for cycles.
const MAX_CHECKS: u64 = 10_000_000;

/// Most that relative sizes within one another grow.
const MAX_GROWTH: f64 = 1024.0;

/// Bytes that count for an arc, a round element, and one of relative size: their curves have about as many.
const ARC_BYTES: u64 = 128;
const ROUND_BYTES: u64 = 64;
const RELATIVE_BYTES: u64 = 1024;

/// What a document comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Extent {
    /// Most levels of elements and references.
    pub(crate) levels: usize,
    /// Whether text is to be drawn.
    pub(crate) has_text: bool,
    /// Whether pictures are to be drawn.
    pub(crate) has_pictures: bool,
}

impl Extent {
    /// Measures a document.
    pub(super) fn of(document: &Document<'_>) -> Result<Self, BoundError> {
        let graph = Graph::of(document)?;
        let levels = graph.measure()?;
        let shown = graph.shown();
        let shows = |name| shown.iter().zip(&graph.elements).any(|(&shown, element)| shown && element.name == name);
        Ok(Self { levels, has_text: shows("text"), has_pictures: shows("image") })
    }
}

/// What an element comes to with all that is inside and that it refers to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Size {
    /// Elements with each as often as it is repeated.
    total: u64,
    /// Elements, without what paint and markers repeat.
    elements: u64,
    /// Vertices of these, at most.
    vertices: u64,
    bytes: u64,
    /// Elements times levels.
    steps: u64,
    /// Elements that are referred to by `url()`.
    linked: u64,
    /// Pairs of elements that are compared for cycles.
    checks: u64,
    levels: usize,
    growth: f64,
}

impl Graph<'_> {
    /// Follows everything from the root; the most levels.
    fn measure(&self) -> Result<usize, BoundError> {
        let mut sizes: Vec<Option<Size>> = vec![None; self.elements.len()];
        let mut is_open = vec![false; self.elements.len()];
        let mut open: Vec<(usize, usize)> = vec![(0, 0)];
        while let Some((index, step)) = open.last_mut() {
            let (index, next) = (*index, *step);
            *step += 1;
            is_open[index] = true;
            let element = &self.elements[index];
            let link = next.checked_sub(element.children.len()).map(|link| element.links.get(link));
            let to = match link {
                None => element.children[next],
                Some(Some(link)) if is_open[link.to] => {
                    return Err(BoundError::Cycle { place: self.place(index, Some((link.name, link.at))) });
                }
                Some(Some(link)) => link.to,
                Some(None) => {
                    sizes[index] = Some(self.fold(index, &sizes)?);
                    is_open[index] = false;
                    open.pop();
                    continue;
                }
            };
            if sizes[to].is_none() {
                open.push((to, 0));
            }
        }
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

impl Size {
    /// An element alone. Gradients and their stops are no elements to draw.
    pub(super) fn own(name: &str, properties: &[Property<'_>]) -> Self {
        let value =
            |name: &str| properties.iter().rev().find(|property| property.name == name).map(|found| found.value);
        let path = value("d").or_else(|| value("points")).unwrap_or_default();
        let arcs = path.bytes().filter(|byte| matches!(byte, b'a' | b'A')).count() as u64;
        let is_round = matches!(name, "circle" | "ellipse" | "rect");
        let is_relative = is_round && ["r", "rx", "ry"].iter().filter_map(|name| value(name)).any(number::is_relative);
        let round = u64::from(is_round) * ROUND_BYTES + u64::from(is_relative) * RELATIVE_BYTES;
        let bytes: u64 = properties.iter().map(|property| property.value.len() as u64).sum();
        let is_drawn = !matches!(name, "linearGradient" | "radialGradient" | "stop");
        let is_frame = matches!(name, "svg" | "symbol" | "use");
        let grows = |name: &str| name == "font-size" || (is_frame && matches!(name, "width" | "height"));
        let sizes = properties.iter().filter(|property| grows(property.name));
        let growth = sizes.map(|size| number::growth(size.name, size.value)).fold(1.0, f64::max);
        Self {
            total: u64::from(is_drawn),
            elements: 1,
            vertices: 2 + path.len() as u64 / 2,
            bytes: bytes + round + arcs * ARC_BYTES,
            levels: 1,
            growth,
            ..Self::default()
        }
    }

    /// With so many steps more.
    pub(super) const fn with_steps(self, steps: usize) -> Self {
        Self { steps: self.steps + steps as u64, ..self }
    }

    /// With a child, or with what a reference leads to.
    fn with(self, other: Self, times: Option<Times>) -> Self {
        let count = match times {
            None | Some(Times::Use | Times::Once) => 1,
            Some(Times::Elements) => self.elements,
            Some(Times::Vertices) => self.vertices,
        };
        let is_inside = matches!(times, None | Some(Times::Use));
        let add = |own: u64, more: u64| own.saturating_add(more.saturating_mul(count));
        let inside = |own: u64, more: u64| if is_inside { own.saturating_add(more) } else { own };
        Self {
            total: add(self.total, other.total),
            elements: inside(self.elements, other.elements),
            vertices: inside(self.vertices, other.vertices),
            bytes: add(self.bytes, other.bytes),
            steps: add(self.steps, other.steps.saturating_add(other.total)),
            linked: self.linked.saturating_add(if is_inside { other.linked } else { other.total }),
            checks: add(self.checks, other.checks),
            levels: self.levels.max(other.levels + if times == Some(Times::Use) { 2 } else { 1 }),
            growth: self.growth.max(other.growth),
        }
    }
}
