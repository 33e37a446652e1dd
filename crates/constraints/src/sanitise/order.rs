//! Reference cycles, and the order in which nothing refers to what comes later.

use super::change::{Action, Changes};
use super::links::unlink;
use super::tree::{Link, Tree};

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Open,
    Done,
}

/// An element whose ways are being followed: its children first, then its links.
struct Visit {
    index: usize,
    children: usize,
    links: Vec<Link>,
}

impl Visit {
    fn new(index: usize, tree: &Tree) -> Self {
        let mut links = tree[index].links.clone();
        links.reverse();
        Self { index, children: 0, links }
    }

    /// The next element to go to, and the attribute that leads there.
    fn next(&mut self, tree: &Tree) -> Option<(usize, Option<&'static str>)> {
        let child = tree[self.index].children.get(self.children);
        self.children += 1;
        child.map(|&to| (to, None)).or_else(|| self.links.pop().map(|link| (link.to, Some(link.attribute))))
    }
}

/// Takes out references that close a cycle; all elements, each after its children and what it refers to.
pub(super) fn break_cycles(tree: &mut Tree, changes: &mut Changes) -> Vec<usize> {
    let (mut states, mut order) = (vec![State::New; tree.len()], Vec::with_capacity(tree.len()));
    let mut open: Vec<Visit> = tree.first().map(|_| Visit::new(0, tree)).into_iter().collect();
    while let Some(visit) = open.last_mut() {
        let index = visit.index;
        states[index] = State::Open;
        match visit.next(tree) {
            None => {
                states[index] = State::Done;
                order.push(index);
                open.pop();
            }
            Some((to, _)) if states[to] == State::New => open.push(Visit::new(to, tree)),
            Some((to, Some(name))) if states[to] == State::Open => {
                let element = &mut tree[index];
                changes.add(element.at, element.rule.name, Action::Cycle { attribute: name.to_owned() });
                unlink(element, name);
            }
            Some(_) => {}
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
