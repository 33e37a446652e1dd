//! Bounds how much is drawn once every reference is followed.

use crate::limits::{MAX_DEPTH, MAX_NODES};

use super::change::{Action, Changes};
use super::links::unlink;
use super::tree::{Element, Link, Tree};

/// What an element draws, at most.
#[derive(Clone, Copy, Debug, Default)]
struct Size {
    /// Elements, without what markers and patterns repeat.
    elements: u64,
    /// Vertices of paths.
    vertices: u64,
    /// Elements with everything that is repeated.
    total: u64,
    /// Levels.
    height: usize,
}

/// Drops references that draw too much; `order` has each element after what it refers to.
///
/// Everything that is drawn is an element of the tree or is drawn through a reference; so the references share what the
/// elements leave of [`MAX_NODES`], first come, first served.
pub(super) fn bound(tree: &mut Tree<'_>, order: &[usize], changes: &mut Changes) {
    let mut sizes = vec![Size::default(); tree.len()];
    let mut left = (MAX_NODES as u64).saturating_sub(tree.len() as u64);
    for &index in order {
        let own = own_size(&tree[index]);
        let mut size = tree[index].children.iter().fold(own, |size, &child| joined(size, None, sizes[child]));
        for Link { attribute, to, .. } in tree[index].links.clone() {
            let with = joined(size, Some(attribute), sizes[to]);
            let more = with.total - size.total;
            if more <= left && tree[index].depth + with.height <= MAX_DEPTH {
                left -= more;
                size = with;
            } else {
                let element = &mut tree[index];
                changes.add(element.at, &element.rule.name, Action::Expansion { attribute: attribute.to_owned() });
                unlink(element, attribute);
            }
        }
        sizes[index] = size;
    }
}

/// An element with one of its children, or with what it refers to by an attribute. Paint and markers are inherited, so
/// that they repeat with everything inside.
fn joined(size: Size, attribute: Option<&str>, other: Size) -> Size {
    let repeated = match attribute {
        None | Some("href") => None,
        Some("marker" | "marker-start" | "marker-mid" | "marker-end") => Some(size.vertices),
        Some(_) => Some(size.elements),
    };
    let times = repeated.unwrap_or(1);
    let (elements, vertices) = if repeated.is_none() { (other.elements, other.vertices) } else { (0, 0) };
    Size {
        elements: size.elements.saturating_add(elements),
        vertices: size.vertices.saturating_add(vertices),
        total: size.total.saturating_add(other.total.saturating_mul(times)),
        height: size.height.max(other.height + 1),
    }
}

/// The size of an element alone. Gradients and their stops are not drawn; each vertex of a path takes two bytes or more.
fn own_size(element: &Element<'_>) -> Size {
    let is_drawn = !matches!(&*element.rule.name, "linearGradient" | "radialGradient" | "stop");
    let path = element.get("d").or_else(|| element.get("points"));
    let vertices = path.map_or(2, |path| path.len() as u64 / 2 + 1);
    Size { elements: 1, vertices, total: u64::from(is_drawn), height: 1 }
}

#[cfg(test)]
mod tests {
    use crate::{Action, Profile, sanitise};

    fn changes(body: &str) -> Vec<Action> {
        let text = format!("<svg xmlns=\"http://www.w3.org/2000/svg\">{body}</svg>");
        let found = sanitise(&text, &Profile { max_bytes: 100_000, ..Profile::CONTEST }).unwrap();
        found.changes.into_iter().map(|change| change.action).collect()
    }

    /// Levels of ten uses each of the level before.
    fn bomb(levels: usize) -> String {
        let level = |index: usize| {
            let uses = format!("<use href='#a{}'/>", index - 1).repeat(10);
            format!("<g id='a{index}'>{uses}</g>")
        };
        format!("<g id='a0'/>{}", (1..=levels).map(level).collect::<String>())
    }

    #[test]
    fn moderate_repetition_stays() {
        assert_eq!(changes(&bomb(3)), []);
    }

    #[test]
    fn bombs_lose_what_explodes() {
        let found = changes(&bomb(9));
        assert!(
            !found.is_empty() && found.iter().all(|action| matches!(action, Action::Expansion { .. })),
            "{found:?}"
        );
    }

    #[test]
    fn markers_count_with_every_vertex() {
        let marker = format!("<marker id='m'>{}</marker>", "<g/>".repeat(100));
        let path = |vertices: usize| format!("{marker}<path marker-mid='url(#m)' d='M0 0{}'/>", "h1".repeat(vertices));
        assert_eq!(changes(&path(100)), []);
        assert_eq!(changes(&path(2000)), [Action::Expansion { attribute: "marker-mid".to_owned() }]);
    }

    #[test]
    fn gradients_may_colour_as_much_as_there_is() {
        let gradient = format!("<linearGradient id='a'>{}</linearGradient>", "<stop/>".repeat(500));
        assert_eq!(changes(&format!("{gradient}<g fill='url(#a)'>{}</g>", "<path/>".repeat(500))), []);
    }

    #[test]
    fn chains_of_references_are_not_deeper_than_elements_may_be() {
        let chain = |count: usize| {
            let uses: String = (1..count).map(|index| format!("<use id='{index}' href='#{}'/>", index - 1)).collect();
            format!("<g id='0'/>{uses}")
        };
        let deep = format!("{}{}{}", "<g>".repeat(990), chain(30), "</g>".repeat(990));
        assert!(matches!(changes(&deep)[..], [Action::Expansion { .. }, ..]));
        assert_eq!(changes(&chain(300)), []);
    }
}
