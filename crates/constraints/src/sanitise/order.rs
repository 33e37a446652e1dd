//! Reference cycles, and the order in which nothing refers to what comes later.

use super::change::{Action, Changes};
use super::links::{Ids, target, unlink};
use super::tree::{Element, Tree};

/// A way from an element to another: its child or, by an attribute, what it refers to.
#[derive(Clone, Copy)]
pub(super) struct Edge {
    pub(super) attribute: Option<&'static str>,
    pub(super) to: usize,
}

/// The edges of an element: children, then references.
pub(super) fn edges<'a>(element: &'a Element, ids: &'a Ids) -> impl Iterator<Item = Edge> + 'a {
    let children = element.children.iter().map(|&to| Edge { attribute: None, to });
    children.chain(element.attributes.iter().filter_map(|(name, value)| {
        let to = *ids.get(target(name, value)??)?;
        Some(Edge { attribute: Some(name), to })
    }))
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Open,
    Done,
}

/// Takes out references that close a cycle; all elements, each after its children and what it refers to.
pub(super) fn break_cycles(tree: &mut Tree, ids: &Ids, changes: &mut Changes) -> Vec<usize> {
    let (mut states, mut order) = (vec![State::New; tree.len()], Vec::with_capacity(tree.len()));
    let mut open: Vec<(usize, Vec<Edge>)> = Vec::new();
    let enter = |index: usize, tree: &Tree, states: &mut Vec<State>, open: &mut Vec<(usize, Vec<Edge>)>| {
        states[index] = State::Open;
        let mut rest: Vec<Edge> = edges(&tree[index], ids).collect();
        rest.reverse();
        open.push((index, rest));
    };
    if !tree.is_empty() {
        enter(0, tree, &mut states, &mut open);
    }
    while let Some((index, rest)) = open.last_mut() {
        let index = *index;
        let Some(edge) = rest.pop() else {
            states[index] = State::Done;
            order.push(index);
            open.pop();
            continue;
        };
        match (states[edge.to], edge.attribute) {
            (State::New, _) => enter(edge.to, tree, &mut states, &mut open),
            (State::Open, Some(name)) => {
                let element = &mut tree[index];
                changes.add(element.at, element.rule.name, Action::Cycle { attribute: name.to_owned() });
                unlink(element, name);
            }
            _ => {}
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use crate::{Action, Profile, sanitise};

    fn cycles(body: &str) -> Vec<String> {
        let text = format!("<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"r\">{body}</svg>");
        let changes = sanitise(&text, &Profile::CONTEST).unwrap().changes;
        let broken = |action| if let Action::Cycle { attribute } = action { attribute } else { panic!("{action:?}") };
        changes.into_iter().map(|change| broken(change.action)).collect()
    }

    #[test]
    fn cycles_of_one_two_and_three_are_broken_once() {
        assert_eq!(cycles("<use id='a' href='#a'/>"), ["href"]);
        assert_eq!(cycles("<g id='a'><use href='#b'/></g><g id='b'><use href='#a'/></g>"), ["href"]);
        assert_eq!(cycles("<use href='#r'/>"), ["href"]);
        let three =
            "<g id='a'><g fill='url(#p)'/></g><pattern id='p'><use href='#b'/></pattern><use id='b' href='#a'/>";
        assert_eq!(cycles(three), ["href"]);
    }

    #[test]
    fn paint_that_paints_itself_becomes_none() {
        assert_eq!(cycles("<pattern id='p'><path fill='url(#p)'/></pattern>"), ["fill"]);
        assert_eq!(cycles("<linearGradient id='p' href='#q'/><radialGradient id='q' href='#p'/>"), ["href"]);
    }

    #[test]
    fn what_is_used_often_is_no_cycle() {
        assert_eq!(cycles("<g id='a'/><use href='#a'/><use href='#a'/><g id='b'><use href='#a'/></g>"), [""; 0]);
    }
}
