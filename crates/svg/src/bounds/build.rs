//! Builds the reference graph of a document: elements, the properties that apply to them, and what these refer to.

use std::collections::BTreeMap;

use roxmltree::{Document, Node};

use super::error::{BoundError, clipped};
use super::graph::{Element, Graph, Link};
use super::link::{Reference, Times, reference};
use super::magnitude;
use super::size::Size;
use crate::limits::{MAX_DEPTH, MAX_NODES};
use crate::style::{Property, Styles};

/// A reference whose target is not known yet.
struct Pending<'a> {
    from: usize,
    name: &'static str,
    at: usize,
    reference: Reference<'a>,
}

/// A graph under construction.
struct Builder<'a> {
    graph: Graph<'a>,
    styles: Styles<'a>,
    /// Elements by node, and the level of each.
    indices: Vec<usize>,
    levels: Vec<usize>,
    /// The first and the last element of each id.
    ids: BTreeMap<&'a str, (usize, usize)>,
    pending: Vec<Pending<'a>>,
}

impl<'a> Builder<'a> {
    fn add(&mut self, node: Node<'a, 'a>, properties: &mut Vec<Property<'a>>) -> Result<(), BoundError> {
        let before = self.styles.steps();
        self.styles.properties(node, properties)?;
        let name = node.tag_name().name();
        let own = Size::own(name, properties).with_steps(self.styles.steps() - before + node.children().count());
        let index = self.place_in_tree(node, own)?;
        self.graph.check_numbers(index, properties)?;
        for property in properties.iter().filter(|property| property.name == "id") {
            self.ids.entry(property.value).or_insert((index, index)).1 = index;
        }
        for property in effective(properties) {
            if property.value.trim() == "none" {
                self.graph.elements[index].none.push(stable(property.name));
            }
            if let Some(reference) = reference(name, property) {
                let (name, at) = (stable(property.name), property.at);
                self.pending.push(Pending { from: index, name, at, reference });
            }
        }
        Ok(())
    }

    /// Adds an element below its parent; its index.
    fn place_in_tree(&mut self, node: Node<'a, 'a>, own: Size) -> Result<usize, BoundError> {
        let index = self.graph.elements.len();
        let (name, at) = (node.tag_name().name(), node.range().start);
        self.graph.elements.push(Element { name, at, children: vec![], links: vec![], own, none: vec![] });
        self.indices[node.id().get_usize()] = index;
        let parent = node.parent_element().map(|parent| self.indices[parent.id().get_usize()]);
        self.levels.push(parent.map_or(1, |parent| self.levels[parent] + 1));
        if let Some(parent) = parent {
            self.graph.elements[parent].children.push(index);
        }
        if self.levels[index] > MAX_DEPTH {
            return Err(BoundError::Depth { place: self.graph.place(index, None), limit: MAX_DEPTH });
        }
        if index >= MAX_NODES {
            return Err(self.graph.excess(index, None, "elements", index as u64 + 1, MAX_NODES as u64));
        }
        Ok(index)
    }
}

/// Of the properties that can refer, the one of each name that applies: the last one, but an important one before others.
fn effective<'a>(properties: &[Property<'a>]) -> impl Iterator<Item = Property<'a>> + use<'a> {
    let mut found: BTreeMap<&str, Property<'a>> = BTreeMap::new();
    for property in properties.iter().filter(|property| !stable(property.name).is_empty()) {
        if found.get(property.name).is_none_or(|old| property.is_important || !old.is_important) {
            found.insert(property.name, *property);
        }
    }
    found.into_values()
}

impl<'a> Graph<'a> {
    /// The graph of a document.
    pub(super) fn of(document: &'a Document<'a>) -> Result<Self, BoundError> {
        let mut builder = Builder {
            graph: Self { document, elements: Vec::new() },
            styles: Styles::of(document),
            indices: vec![usize::MAX; document.descendants().len()],
            levels: Vec::new(),
            ids: BTreeMap::new(),
            pending: Vec::new(),
        };
        let mut properties = Vec::new();
        for node in document.descendants().filter(Node::is_element) {
            builder.add(node, &mut properties)?;
        }
        let Builder { mut graph, pending, ids, .. } = builder;
        graph.resolve(&pending, &ids);
        graph.inherit();
        Ok(graph)
    }

    fn check_numbers(&self, index: usize, properties: &[Property<'_>]) -> Result<(), BoundError> {
        for property in properties.iter().filter(|property| magnitude::is_numeric(property.name)) {
            if let Some((value, limit)) = magnitude::first_beyond(property.name, property.value) {
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
            all.retain(|(_, name, _)| !element.none.contains(name));
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
}

/// The name of an attribute that refers.
fn stable(name: &str) -> &'static str {
    let names =
        ["href", "fill", "stroke", "marker", "marker-start", "marker-mid", "marker-end", "mask", "clip-path", "filter"];
    names.into_iter().find(|stable| *stable == name).unwrap_or_default()
}
