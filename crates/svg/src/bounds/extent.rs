//! How much a document is once every reference is followed.

use std::collections::BTreeMap;

use roxmltree::Document;

use super::error::{BoundError, Place, clipped};
use super::link::{Reference, Times, reference};
use super::number;
use super::style::{Property, Styles};
use super::{MAX_BYTES, MAX_DEPTH, MAX_NODES, MAX_NUMBER};

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

/// Elements whose content is not drawn where it stands.
const UNDRAWN: &[&str] =
    &["defs", "symbol", "marker", "pattern", "mask", "clipPath", "filter", "linearGradient", "radialGradient"];

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

struct Link {
    to: usize,
    times: Times,
    name: &'static str,
    at: usize,
}

struct Element<'a> {
    name: &'a str,
    at: usize,
    children: Vec<usize>,
    links: Vec<Link>,
    own: Size,
}

/// What an element comes to with all that is inside and that it refers to.
#[derive(Clone, Copy, Debug, Default)]
struct Size {
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

/// The elements of a document in its order, and where they lead.
struct Graph<'a> {
    document: &'a Document<'a>,
    elements: Vec<Element<'a>>,
}

/// A reference whose target is not known yet.
struct Pending<'a> {
    from: usize,
    name: &'static str,
    at: usize,
    reference: Reference<'a>,
}

impl<'a> Graph<'a> {
    fn of(document: &'a Document<'a>) -> Result<Self, BoundError> {
        let styles = Styles::of(document);
        let mut graph = Self { document, elements: Vec::new() };
        let mut indices = vec![usize::MAX; document.descendants().len()];
        let mut ids: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        let (mut pending, mut depths, mut properties) = (Vec::new(), Vec::new(), Vec::new());
        for node in document.descendants().filter(roxmltree::Node::is_element) {
            let index = graph.elements.len();
            indices[node.id().get_usize()] = index;
            let parent = node.parent_element().map(|parent| indices[parent.id().get_usize()]);
            let before = styles.steps();
            styles.properties(node, &mut properties)?;
            let name = node.tag_name().name();
            let mut own = own_size(name, &properties);
            own.steps += (styles.steps() - before + node.children().count()) as u64;
            graph.elements.push(Element { name, at: node.range().start, children: vec![], links: vec![], own });
            depths.push(parent.map_or(1, |parent| depths[parent] + 1));
            if depths[index] > MAX_DEPTH {
                return Err(BoundError::Depth { place: graph.place(index, None), limit: MAX_DEPTH });
            }
            if index >= MAX_NODES {
                return Err(graph.excess(index, None, "elements", index as u64 + 1, MAX_NODES as u64));
            }
            if let Some(parent) = parent {
                graph.elements[parent].children.push(index);
            }
            graph.check_numbers(index, &properties)?;
            for property in &properties {
                if property.name == "id" {
                    ids.entry(property.value).or_insert((index, index)).1 = index;
                }
                if let Some(reference) = reference(name, *property) {
                    pending.push(Pending { from: index, name: stable(property.name), at: property.at, reference });
                }
            }
        }
        graph.resolve(&pending, &ids);
        graph.inherit();
        Ok(graph)
    }

    fn check_numbers(&self, index: usize, properties: &[Property<'_>]) -> Result<(), BoundError> {
        for property in properties.iter().filter(|property| number::is_numeric(property.name)) {
            if let Some((value, limit)) = number::first_beyond(property.name, property.value) {
                let place = self.place(index, Some((property.name, property.at)));
                return Err(BoundError::Number { place, value: clipped(value), limit });
            }
        }
        Ok(())
    }

    /// Finds what references lead to: `use` to the first element of an id, paint to the last, here both.
    fn resolve(&mut self, pending: &[Pending<'_>], ids: &BTreeMap<&str, (usize, usize)>) {
        for Pending { from, name, at, reference } in pending {
            for (first, last) in reference.ids.iter().filter_map(|id| ids.get(id)) {
                let both = [Some(*first), (first != last).then_some(*last)];
                for to in both.into_iter().flatten() {
                    if reference.meant.is_empty() || reference.meant.contains(&self.elements[to].name) {
                        self.elements[*from].links.push(Link { to, times: reference.times, name, at: *at });
                    }
                }
            }
        }
    }

    /// Gives patterns, markers, masks, clip paths and symbols the references that they inherit: what is inside is painted
    /// by them, so that one that leads back is a cycle.
    fn inherit(&mut self) {
        let mut inherited: Vec<Vec<(usize, &'static str, usize)>> = vec![vec![]; self.elements.len()];
        for index in 0..self.elements.len() {
            let element = &mut self.elements[index];
            let own = element.links.iter().filter(|link| link.times.is_inherited());
            let own: Vec<_> = own.map(|link| (link.to, link.name, link.at)).collect();
            let mut all = std::mem::take(&mut inherited[index]);
            if matches!(element.name, "pattern" | "marker" | "mask" | "clipPath" | "symbol") {
                let link = |&(to, name, at): &(usize, _, _)| Link { to, times: Times::Once, name, at };
                element.links.extend(all.iter().map(link));
            }
            all.retain(|(_, name, _)| own.iter().all(|(_, own, _)| own != name));
            all.extend(own);
            for child in element.children.clone() {
                inherited[child].clone_from(&all);
            }
        }
    }

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

    fn excess(
        &self,
        index: usize,
        at: Option<(&str, usize)>,
        what: &'static str,
        actual: u64,
        limit: u64,
    ) -> BoundError {
        BoundError::Expansion { place: self.place(index, at), what, actual, limit }
    }

    fn place(&self, index: usize, attribute: Option<(&str, usize)>) -> Place {
        let element = &self.elements[index];
        let position = self.document.text_pos_at(attribute.map_or(element.at, |(_, at)| at));
        let attribute = attribute.map(|(name, _)| clipped(name));
        Place { line: position.row, column: position.col, element: clipped(element.name), attribute }
    }

    /// Which elements are drawn, by themselves or through references.
    fn shown(&self) -> Vec<bool> {
        let mut shown = vec![false; self.elements.len()];
        let mut open: Vec<usize> = if self.elements.is_empty() { vec![] } else { vec![0] };
        while let Some(index) = open.pop() {
            if std::mem::replace(&mut shown[index], true) {
                continue;
            }
            let element = &self.elements[index];
            let drawn = |&&child: &&usize| !UNDRAWN.contains(&self.elements[child].name);
            open.extend(element.children.iter().filter(drawn));
            open.extend(element.links.iter().map(|link| link.to));
        }
        shown
    }
}

impl Size {
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

/// An element alone. Gradients and their stops are no elements to draw.
fn own_size(name: &str, properties: &[Property<'_>]) -> Size {
    let value = |name: &str| properties.iter().rev().find(|property| property.name == name).map(|found| found.value);
    let path = value("d").or_else(|| value("points")).unwrap_or_default();
    let arcs = path.bytes().filter(|byte| matches!(byte, b'a' | b'A')).count() as u64;
    let is_round = matches!(name, "circle" | "ellipse" | "rect");
    let is_relative = is_round && ["r", "rx", "ry"].iter().filter_map(|name| value(name)).any(number::is_relative);
    let round = u64::from(is_round) * ROUND_BYTES + u64::from(is_relative) * RELATIVE_BYTES;
    let bytes: u64 = properties.iter().map(|property| property.value.len() as u64).sum();
    let is_drawn = !matches!(name, "linearGradient" | "radialGradient" | "stop");
    let sizes = ["font-size", "width", "height"].iter().filter_map(|name| value(name)).map(number::growth);
    let is_frame = matches!(name, "svg" | "symbol" | "use") || value("font-size").is_some();
    Size {
        total: u64::from(is_drawn),
        elements: 1,
        vertices: 2 + path.len() as u64 / 2,
        bytes: bytes + round + arcs * ARC_BYTES,
        levels: 1,
        growth: if is_frame { sizes.fold(1.0, f64::max).min(MAX_NUMBER) } else { 1.0 },
        ..Size::default()
    }
}

/// The name of an attribute that refers.
fn stable(name: &str) -> &'static str {
    let names =
        ["href", "fill", "stroke", "marker", "marker-start", "marker-mid", "marker-end", "mask", "clip-path", "filter"];
    names.into_iter().find(|stable| *stable == name).unwrap_or_default()
}
