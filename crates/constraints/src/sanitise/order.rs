//! Breaks reference cycles and orders elements so that none refers to a later one.

use std::convert::Infallible;

use linocut_svg::reference::{Step, walk};

use super::change::{Action, Changes};
use super::links::unlink;
use super::tree::Tree;

/// Takes out references that close a cycle; returns all elements, each after its children and what it refers to.
pub(super) fn break_cycles(tree: &mut Tree<'_>, changes: &mut Changes) -> Vec<usize> {
    let (mut order, mut closing) = (Vec::with_capacity(tree.len()), Vec::new());
    let link = |index: usize, edge: usize| {
        let element = &tree[index];
        edge.checked_sub(element.children.len()).and_then(|link| element.links.get(link))
    };
    let lead = |index: usize, edge: usize| {
        tree[index].children.get(edge).copied().or_else(|| link(index, edge).map(|link| link.to))
    };
    let mut parents = vec![None; tree.len()];
    for (index, element) in tree.iter().enumerate() {
        element.children.iter().for_each(|child| parents[*child] = Some(index));
    }
    let Ok(()) = walk(
        tree.len(),
        lead,
        |index| parents[index],
        |step| {
            match step {
                Step::Done(index) => order.push(index),
                Step::Cycle { from, edge } => closing.extend(link(from, edge).map(|link| (from, link.attribute))),
            }
            Ok::<(), Infallible>(())
        },
    );
    for (index, name) in closing {
        let element = &mut tree[index];
        changes.add(element.at, &element.rule.name, Action::Cycle { attribute: name.to_owned() });
        unlink(element, name);
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
    fn cycles_that_are_entered_by_a_reference_are_broken() {
        let entered = "<use href='#a'/><g id='b'><symbol id='a'><use href='#b'/></symbol></g>";
        assert_eq!(cycles(entered), ["href"]);
        let deeper = "<use href='#a'/><g id='c'><g><symbol><g id='a'><use href='#b'/></g></symbol></g></g><use id='b' href='#c'/>";
        assert_eq!(cycles(deeper), ["href"]);
    }

    #[test]
    fn paint_that_paints_itself_becomes_none() {
        assert_eq!(cycles("<pattern id='p'><path fill='url(#p)'/></pattern>"), ["fill"]);
        assert_eq!(cycles("<linearGradient id='p' href='#q'/><radialGradient id='q' href='#p'/>"), ["href"]);
    }

    #[test]
    fn paint_that_is_inherited_by_itself_becomes_none() {
        assert_eq!(cycles("<g fill='url(#p)'><pattern id='p'><path/></pattern><path/></g>"), ["fill"]);
        assert_eq!(cycles("<g marker-end='url(#p)'><marker id='p'><path/></marker><path/></g>"), ["marker-end"]);
        assert_eq!(cycles("<g fill='url(#p)'><pattern id='p' fill='red'><path/></pattern><path/></g>"), [""; 0]);
    }

    #[test]
    fn what_is_used_often_is_no_cycle() {
        assert_eq!(cycles("<g id='a'/><use href='#a'/><use href='#a'/><g id='b'><use href='#a'/></g>"), [""; 0]);
    }
}
