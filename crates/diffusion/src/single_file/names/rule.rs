//! Renames as data.

use std::collections::BTreeMap;

use linocut_nn::weights::{Cut, Piece};

/// A name in the original code, and what diffusers makes of the tensor.
///
/// In both, `#` is a number and `*` all the rest. In the original `$` is the last number; in the other `~` is a number counted from the
/// last. An empty name leaves the tensor out.
#[derive(Clone, Copy, Debug)]
pub(in crate::single_file) struct Rule {
    pub(super) from: &'static str,
    pub(super) to: &'static str,
    pub(super) cut: Cut,
}

pub(super) const fn whole(from: &'static str, to: &'static str) -> Rule {
    Rule { from, to, cut: Cut::Whole }
}

pub(super) const fn cut(from: &'static str, to: &'static str, cut: Cut) -> Rule {
    Rule { from, to, cut }
}

/// One of three parts: queries, keys, values.
pub(super) const fn third(from: &'static str, to: &'static str, at: usize) -> Rule {
    Rule { from, to, cut: Cut::Part { at, of: 3 } }
}

/// Rules of a network: of several for one name all count, unless the first leaves the tensor out; of several names that fit the first.
#[derive(Clone, Copy, Debug)]
pub(in crate::single_file) struct Rules {
    /// What stands before the number of which the last counts.
    pub(super) counted: &'static str,
    pub(super) rules: &'static [Rule],
}

impl Rules {
    /// Views under the names of diffusers of the tensors of a network, whose names begin with `prefix` in the file. A name that no rule
    /// knows stays as it is, without `prefix`.
    pub(super) fn views(&self, prefix: &str, names: &[&str]) -> BTreeMap<String, Piece> {
        let last = names.iter().filter_map(|name| number(name.strip_prefix(self.counted)?)).max().unwrap_or(0);
        let mut views = BTreeMap::new();
        for name in names {
            let view = |cut| Piece { of: format!("{prefix}{name}"), cut };
            let found = self.rules.iter().find_map(|rule| Some((rule, read(rule.from, name, last)?)));
            let Some((first, (numbers, rest))) = found else {
                views.insert((*name).to_owned(), view(Cut::Whole));
                continue;
            };
            let rules = self.rules.iter().filter(|rule| rule.from == first.from && !first.to.is_empty());
            views.extend(rules.map(|rule| (write(rule.to, &numbers, rest, last), view(rule.cut))));
        }
        views
    }
}

/// The number with which a name begins.
fn number(name: &str) -> Option<usize> {
    name.split('.').next()?.parse().ok()
}

/// The numbers and the rest of a name that fits a pattern.
fn read<'a>(pattern: &str, name: &'a str, last: usize) -> Option<(Vec<usize>, &'a str)> {
    let (mut numbers, mut left) = (Vec::new(), Some(name));
    for part in pattern.split('.') {
        let rest = left?;
        if part == "*" {
            return Some((numbers, rest));
        }
        let (found, behind) = rest.split_once('.').map_or((rest, None), |(found, behind)| (found, Some(behind)));
        match (part, found.parse::<usize>()) {
            ("#", Ok(number)) => numbers.push(number),
            ("$", Ok(number)) if number == last => numbers.push(number),
            _ if part == found => {}
            _ => return None,
        }
        left = behind;
    }
    left.is_none().then_some((numbers, ""))
}

fn write(pattern: &str, numbers: &[usize], rest: &str, last: usize) -> String {
    let mut numbers = numbers.iter();
    let mut next = || numbers.next().copied().unwrap_or(0);
    let part = |part| match part {
        "#" => next().to_string(),
        "~" => last.saturating_sub(next()).to_string(),
        "*" => rest.to_owned(),
        part => part.to_owned(),
    };
    pattern.split('.').map(part).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: Rules = Rules {
        counted: "up.",
        rules: &[
            whole("up.$.special.*", "last.#.special.*"),
            whole("up.#.block.#.*", "blocks.~.#.*"),
            third("qkv", "q", 0),
            third("qkv", "k", 1),
            whole("scale", ""),
            whole("scale", "scale"),
        ],
    };

    #[test]
    fn names_become_what_the_first_rule_that_fits_says() {
        let names = ["up.0.block.4.conv.weight", "up.2.special.bias", "up.1.special.bias", "qkv", "scale", "other.x"];
        let views = RULES.views("net.", &names);
        let found: Vec<(&str, &str)> = views.iter().map(|(name, view)| (name.as_str(), view.of.as_str())).collect();
        assert_eq!(
            found,
            [
                ("blocks.2.4.conv.weight", "net.up.0.block.4.conv.weight"),
                ("k", "net.qkv"),
                ("last.2.special.bias", "net.up.2.special.bias"),
                ("other.x", "net.other.x"),
                ("q", "net.qkv"),
                ("up.1.special.bias", "net.up.1.special.bias"),
            ]
        );
        assert_eq!(views["k"].cut, Cut::Part { at: 1, of: 3 });
    }

    #[test]
    fn a_rule_fits_whole_names_only() {
        assert_eq!(read("qkv", "qkv.weight", 0), None);
        assert_eq!(read("up.#.block.#.*", "up.0.block", 0), None);
        assert_eq!(read("up.#.block.#.*", "up.x.block.0.a", 0), None);
    }
}
