//! Resolves ids and references: ids become unique, references that lead nowhere are dropped.

use std::collections::BTreeMap;

use linocut_svg::reference::url_targets;

use crate::expat::clipped;

use super::change::{Action, Changes};
use super::tree::{Element, Link, Tree};

/// The elements that ids stand for.
type Ids = BTreeMap<String, usize>;

/// Makes ids unique, finds what references lead to and drops those that lead nowhere.
pub(super) fn resolve(tree: &mut Tree<'_>, changes: &mut Changes) {
    let ids = unique_ids(tree, changes);
    for index in 0..tree.len() {
        let (mut links, mut lost) = (Vec::new(), Vec::new());
        for (name, value) in &tree[index].attributes {
            match (target(name, value), meant(tree, &ids, index, name, value)) {
                (Some(_), Some(to)) => links.push(Link { attribute: name, to, is_inherited: false }),
                (Some(_), None) => lost.push(*name),
                (None, _) => {}
            }
        }
        let element = &mut tree[index];
        element.links = links;
        for name in lost {
            let value = clipped(element.get(name).unwrap_or_default());
            changes.add(element.at, &element.rule.name, Action::Reference { attribute: name.to_owned(), value });
            unlink(element, name);
        }
    }
    inherit(tree);
}

/// Gives patterns, markers and symbols the references that they inherit: what is inside is painted by them, so that one
/// that leads back closes a cycle.
fn inherit(tree: &mut Tree<'_>) {
    let mut inherited: Vec<Vec<Link<'_>>> = vec![Vec::new(); tree.len()];
    for index in 0..tree.len() {
        let element = &mut tree[index];
        let mut links = std::mem::take(&mut inherited[index]);
        links.retain(|link| element.get(link.attribute).is_none());
        let is_own =
            |link: &&Link<'_>| link.attribute.starts_with("marker") || matches!(link.attribute, "fill" | "stroke");
        let own: Vec<Link<'_>> = element.links.iter().filter(is_own).copied().collect();
        if matches!(&*element.rule.name, "pattern" | "marker" | "symbol") {
            element.links.extend(&links);
        }
        links.extend(own.iter().map(|link| Link { is_inherited: true, ..*link }));
        for child in element.children.clone() {
            inherited[child].clone_from(&links);
        }
    }
}

fn unique_ids(tree: &mut Tree<'_>, changes: &mut Changes) -> Ids {
    let mut ids = Ids::new();
    for (index, element) in tree.iter_mut().enumerate() {
        let Some(id) = element.get("id").map(str::to_owned) else { continue };
        if ids.contains_key(&id) || id.is_empty() {
            element.remove("id");
            changes.add(element.at, &element.rule.name, Action::Id { id: clipped(&id) });
        } else {
            ids.insert(id, index);
        }
    }
    ids
}

/// The id that an attribute refers to, if it refers; an external reference is to none.
fn target<'a>(name: &str, value: &'a str) -> Option<Option<&'a str>> {
    if name == "href" {
        return Some(value.strip_prefix('#'));
    }
    url_targets(name)?;
    url(value).map(|(url, _)| url.strip_prefix('#'))
}

/// The address in `url(...)` and what follows it.
fn url(value: &str) -> Option<(&str, &str)> {
    let start = value.trim_start();
    let rest = start.get(..4).filter(|word| word.eq_ignore_ascii_case("url(")).map(|_| &start[4..])?;
    let (address, rest) = rest.split_once(')').unwrap_or((rest, ""));
    let address = address.trim();
    let quoted = |quote: char| address.strip_prefix(quote).and_then(|text| text.strip_suffix(quote));
    Some((quoted('"').or_else(|| quoted('\'')).unwrap_or(address).trim(), rest.trim()))
}

/// The element that an attribute refers to, if it exists and is of a kind that the attribute may refer to.
fn meant(tree: &Tree<'_>, ids: &Ids, index: usize, name: &str, value: &str) -> Option<usize> {
    let to = *ids.get(target(name, value)??)?;
    let found = &*tree[to].rule.name;
    let is_meant = match (url_targets(name), &*tree[index].rule.name) {
        (Some(elements), _) => elements.contains(&found),
        (None, "pattern") => found == "pattern",
        (None, "linearGradient" | "radialGradient") => found.ends_with("Gradient"),
        (None, _) => true,
    };
    is_meant.then_some(to)
}

/// Takes a reference out: paint becomes what follows the reference or none, what is inherited becomes none, other
/// attributes go.
pub(super) fn unlink<'p>(element: &mut Element<'p>, name: &'p str) {
    let is_inherited = element.links.iter().any(|link| link.attribute == name && link.is_inherited);
    element.links.retain(|link| link.attribute != name);
    if is_inherited {
        return element.set(name, "none".to_owned());
    }
    let fallback = match name {
        "fill" | "stroke" => element.get(name).and_then(url).map(|(_, rest)| rest.to_owned()),
        _ => None,
    };
    match fallback {
        Some(rest) if rest.is_empty() || url(&rest).is_some() => element.set(name, "none".to_owned()),
        Some(rest) => element.set(name, rest),
        None => element.remove(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Profile, sanitise};

    fn sanitised(body: &str) -> String {
        let text = format!("<svg xmlns=\"http://www.w3.org/2000/svg\">{body}</svg>");
        sanitise(&text, &Profile::CONTEST).unwrap().svg.as_str()[40..].to_owned()
    }

    #[test]
    fn addresses_are_read_in_any_spelling() {
        assert_eq!(url(" URL( '#a b' ) red "), Some(("#a b", "red")));
        assert_eq!([url("url(#a"), url("#a"), url("é"), url("none")], [Some(("#a", "")), None, None, None]);
        assert_eq!([target("fill", "url(x#a)"), target("d", "url(#a)")], [Some(None), None]);
    }

    #[test]
    fn references_that_lead_nowhere_become_their_fallback() {
        let made = sanitised("<g fill='url(#x) red' stroke='url(a.svg#x)' mask='url(#x)' clip-path='url(#x)' id='x'/>");
        assert_eq!(made, "<g fill=\"red\" stroke=\"none\" id=\"x\"/></svg>");
    }

    #[test]
    fn references_to_what_is_there_stay() {
        let body = "<linearGradient id=\"a\" href=\"#b\"/><radialGradient id=\"b\"/><g fill=\"url(#a)\"/></svg>";
        assert_eq!(sanitised(body.trim_end_matches("</svg>")), body);
    }

    #[test]
    fn the_first_of_equal_ids_keeps_it() {
        assert_eq!(
            sanitised("<g id='a'/><path id='a'/><use href='#a'/>"),
            "<g id=\"a\"/><path/><use href=\"#a\"/></svg>"
        );
    }
}
