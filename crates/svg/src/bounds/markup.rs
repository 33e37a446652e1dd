//! Checks the text before it goes to the XML parser, for what would make that slow or use much memory.

use std::collections::{BTreeMap, BTreeSet};

use super::MAX_BYTES;
use super::error::BoundError;

/// Most attributes of an element: the parser compares each with all others of its element.
const MAX_ATTRIBUTES: usize = 2500;

/// Most namespace declarations, times different prefixes: the parser repeats those around an element for each.
const MAX_NAMESPACES: usize = 1_000_000;

/// Checks a text's length, attributes, namespaces and entities.
pub(super) fn check(text: &str) -> Result<(), BoundError> {
    if text.len() > MAX_BYTES {
        return Err(BoundError::Bytes { actual: text.len(), limit: MAX_BYTES });
    }
    let excess = check_tags(text).err().or_else(|| check_namespaces(text).err()).or_else(|| check_entities(text).err());
    let Some(Excess { at, what, limit }) = excess else { return Ok(()) };
    let (line, column) = position(text, at);
    Err(BoundError::Markup { line, column, what, limit })
}

struct Excess {
    at: usize,
    what: &'static str,
    limit: usize,
}

/// Line and column, both from 1, of a byte.
fn position(text: &str, at: usize) -> (u32, u32) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or(before).chars().count() + 1;
    (line as u32, column as u32)
}

/// Counts quoted values between `<` and `>`: at least as many as an element has attributes.
fn check_tags(text: &str) -> Result<(), Excess> {
    let bytes = text.as_bytes();
    let find = |byte: u8, from: usize| bytes[from..].iter().position(|&b| b == byte).map(|n| from + n);
    let mut at = 0;
    while let Some(start) = find(b'<', at) {
        let opaque = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")];
        if let Some((open, close)) = opaque.iter().find(|(open, _)| text[start..].starts_with(open)) {
            let body = start + open.len();
            let Some(length) = text[body..].find(close) else { return Ok(()) };
            at = body + length + close.len();
            continue;
        }
        let is_quote = |byte: u8| matches!(byte, b'"' | b'\'');
        let mut values = 0;
        at = start + 1;
        loop {
            let Some(next) = bytes[at..].iter().position(|&b| b == b'>' || is_quote(b)) else { return Ok(()) };
            at += next + 1;
            if bytes[at - 1] == b'>' {
                break;
            }
            let Some(end) = find(bytes[at - 1], at) else { return Ok(()) };
            at = end + 1;
            values += 1;
            // An internal subset has any number of entities.
            if values > MAX_ATTRIBUTES && !text[start..].starts_with("<!") {
                return Err(Excess { at: start, what: "attributes of an element", limit: MAX_ATTRIBUTES });
            }
        }
    }
    Ok(())
}

fn check_namespaces(text: &str) -> Result<(), Excess> {
    let (mut count, mut prefixes) = (0_usize, BTreeSet::new());
    for (at, _) in text.match_indices("xmlns") {
        let name = &text[at..];
        prefixes.insert(&name[..name.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(0)]);
        count += 1;
        if count * prefixes.len() > MAX_NAMESPACES {
            return Err(Excess { at, what: "namespaces times prefixes", limit: MAX_NAMESPACES });
        }
    }
    Ok(())
}

/// Adds up what references to declared entities expand to.
fn check_entities(text: &str) -> Result<(), Excess> {
    let entities = entities(text);
    if entities.is_empty() {
        return Ok(());
    }
    let mut total = 0_usize;
    for (at, name) in references(text) {
        total = total.saturating_add(entities.get(name).copied().unwrap_or(0));
        if total > MAX_BYTES {
            return Err(Excess { at, what: "bytes in entities", limit: MAX_BYTES });
        }
    }
    Ok(())
}

/// Declared entities and the bytes that each expands to. An entity may use those declared before it; the parser refuses
/// cycles, and one that is used before it is declared counts as all of the text.
fn entities(text: &str) -> BTreeMap<&str, usize> {
    let mut sizes = BTreeMap::new();
    for (at, keyword) in text.match_indices("<!ENTITY") {
        let rest = text[at + keyword.len()..].trim_start();
        let Some(end) = rest.find(char::is_whitespace) else { continue };
        let (name, rest) = rest.split_at(end);
        let Some(open) = rest.find(['"', '\'']) else { continue };
        let value = &rest[open + 1..];
        let value = &value[..value.find(&rest[open..=open]).unwrap_or(value.len())];
        let within = |(_, name)| sizes.get(name).copied().unwrap_or(text.len());
        let size = references(value).map(within).fold(value.len(), usize::saturating_add);
        sizes.entry(name).or_insert(size);
    }
    sizes
}

/// Names of entities that a text refers to, and where.
fn references(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices('&').filter_map(|(at, _)| {
        let name = &text[at + 1..];
        let end = name.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-' | '.' | ':'))?;
        (end > 0 && name[end..].starts_with(';')).then(|| (at, &name[..end]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_counted_for_each_element() {
        let tag = |count: usize| format!("<g{}/>", " a='>'".repeat(count));
        assert!(check(&format!("<!-- <g '\"' -->{}{}", tag(2500), tag(2500))).is_ok());
        let error = check(&format!("<svg>\n{}", tag(2501))).unwrap_err();
        assert_eq!(error.to_string(), "2:1: more than 2500 attributes of an element");
    }

    #[test]
    fn entities_are_counted_as_they_expand() {
        let text = |uses: usize| {
            format!(
                "<!DOCTYPE svg [<!ENTITY a '{}'>\n<!ENTITY b '&a;&a;'>]><svg id='{}'/>",
                "x".repeat(1000),
                "&b;".repeat(uses)
            )
        };
        assert!(check(&text(1000)).is_ok());
        assert!(check(&text(10_000)).unwrap_err().to_string().ends_with("more than 16777216 bytes in entities"));
    }

    #[test]
    fn namespaces_may_be_many_or_various() {
        let text = |count: usize, prefix: fn(usize) -> String| {
            (0..count).map(|n| format!("<g xmlns:{}='u'/>", prefix(n))).collect::<String>()
        };
        assert!(check(&text(20_000, |_| "a".to_owned())).is_ok());
        assert!(check(&text(20_000, |n| format!("a{n}"))).is_err());
    }

    #[test]
    fn unfinished_markup_is_left_to_the_parser() {
        for text in ["<", "<!--", "<g a='", "<![CDATA[", "<?a", "&", "<!ENTITY", "<!ENTITY a", "<!ENTITY a '"] {
            assert!(check(text).is_ok(), "{text}");
        }
    }
}
