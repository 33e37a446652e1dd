//! Texts of style sheets: spellings that usvg reads, and whether it reads all of them.

use roxmltree::Node;

use super::element::{ROOT_CLASS, has_root};
use super::{Edits, Unread, colour};

/// Pseudo-classes that are read, or that never hold in a picture.
const CLASSES: [&str; 12] = [
    "root",
    "first-child",
    "hover",
    "active",
    "focus",
    "focus-visible",
    "focus-within",
    "link",
    "visited",
    "target",
    "before",
    "after",
];

/// Rules that never change a picture of flat shapes.
const RULES: [&str; 5] = ["charset", "font-face", "keyframes", "-webkit-keyframes", "namespace"];

/// Amends a text of a style sheet.
pub(super) fn amend(node: Node<'_, '_>, edits: &mut Edits, unread: &mut Unread) {
    let old = &node.document().input_text()[node.range()];
    let mut text = without_transforms(old);
    if has_root(&text) {
        text = text.replace(":root", &format!(".{ROOT_CLASS}"));
    }
    if let Some(coloured) = colour::amended(&text) {
        text = coloured;
    }
    if text != old {
        edits.replace(node.range(), text);
    }
    unread.styles |= !is_read(node.text().unwrap_or_default());
}

/// The text with the property `transform` under a name that usvg does not know: its notation is CSS's.
pub(super) fn without_transforms(text: &str) -> String {
    const NAME: &str = "transform";
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    while let Some(found) = text[at..].to_ascii_lowercase().find(NAME).map(|found| at + found) {
        let end = found + NAME.len();
        let starts = text[..found].trim_end().chars().next_back().is_none_or(|c| matches!(c, ';' | '{' | '/'));
        let is_property = starts && text[end..].trim_start().starts_with(':');
        out.push_str(&text[at..found]);
        if is_property {
            out.push('-');
        }
        out.push_str(&text[found..end]);
        at = end;
    }
    out.push_str(&text[at..]);
    out
}

/// Whether every rule of a style sheet is of a kind that is read.
fn is_read(text: &str) -> bool {
    let text = without_comments(text);
    let mut rest = text.as_str();
    loop {
        // What ends without braces is a rule such as `@import`, or the end of a rule that holds others.
        let (head, after) = rest.split_once('{').map_or((rest, None), |(head, after)| (head, Some(after)));
        let mut heads = head.split([';', '}']).map(str::trim).filter(|head| !head.is_empty());
        let known = |rule: &str| RULES.iter().any(|known| rule.starts_with(known));
        if !heads.all(|head| head.strip_prefix('@').map_or_else(|| is_selector_read(head), known)) {
            return false;
        }
        let Some(after) = after else { return true };
        // A rule within these braces is looked at like any other.
        rest = match after.find(['{', '}']) {
            Some(end) if after[end..].starts_with('}') => &after[end + 1..],
            _ => after,
        };
    }
}

fn is_selector_read(selector: &str) -> bool {
    let names = selector.split(':').skip(1).filter(|name| !name.is_empty());
    let name = |text: &str| -> String { text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect() };
    let known = |text: &str| CLASSES.contains(&name(text).as_str()) && !text[name(text).len()..].starts_with('(');
    selector.contains('[') || (!selector.contains('~') && names.into_iter().all(known))
}

fn without_comments(text: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_property_loses_its_name() {
        for (old, new) in [
            ("transform:scale(2)", "-transform:scale(2)"),
            ("a{fill:red; transform : none}", "a{fill:red; -transform : none}"),
            (".transform{transform-origin:0 0}", ".transform{transform-origin:0 0}"),
            ("a{TRANSFORM:none}", "a{-TRANSFORM:none}"),
            ("text-transform:none", "text-transform:none"),
        ] {
            assert_eq!(without_transforms(old), new);
        }
    }

    #[test]
    fn unread_selectors_and_rules_are_found() {
        for read in [
            "",
            "a{fill:red}",
            "/* :not(x) */ .a:first-child>b , #c{fill:red;stroke:blue}",
            ":root{--a:1}",
            "@font-face{src:url(a)} a{fill:red}",
            "@keyframes x{from{fill:red}to{fill:blue}}",
            "a:hover{fill:red}",
            "[id='a:b']{fill:red}",
        ] {
            assert!(is_read(read), "{read}");
        }
        for unread in [
            "a:not(.b){fill:red}",
            "a{fill:red}b:last-child{fill:red}",
            "a:nth-child(2){}",
            "a~b{fill:red}",
            "@media screen{a{fill:red}}",
            "@import 'a.css';",
            "@import 'a.css';a{fill:red}",
        ] {
            assert!(!is_read(unread), "{unread}");
        }
    }
}
