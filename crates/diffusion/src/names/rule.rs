//! Renames as data.

use std::collections::BTreeMap;

use linocut_nn::weights::{Cut, Piece};

/// What stands between the parts of a name in files of weights.
pub(crate) const DOTS: &[char] = &['.'];
/// In LoRA files; parts themselves may have underlines in them.
pub(crate) const LINES: &[char] = &['.', '_'];

/// A name in the original code, and what diffusers makes of the tensor.
///
/// In both, `#` is a number and `*` all the rest. In the original `$` is the last number; in the other `~` is a number counted from the
/// last. An empty name leaves the tensor out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
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
    cut(from, to, Cut::part(at, 3))
}

/// Rules of a network: of several for one name all count, unless the first leaves the tensor out; of several names that fit the first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    /// What stands before the number of which the last counts.
    pub(super) counted: &'static str,
    pub(super) rules: &'static [Rule],
}

impl Rules {
    /// Views under the names of diffusers of the tensors of a network, whose names begin with `prefix` in the file. A name that no rule
    /// knows stays as it is, without `prefix`.
    pub(crate) fn views(&self, prefix: &str, names: &[&str]) -> BTreeMap<String, Piece> {
        let last = names.iter().filter_map(|name| number(name.strip_prefix(self.counted)?)).max().unwrap_or(0);
        let mut views = BTreeMap::new();
        for name in names {
            let found = self.found(name, last, DOTS).unwrap_or_else(|| vec![((*name).to_owned(), Cut::Whole)]);
            views.extend(found.into_iter().map(|(to, cut)| (to, Piece { of: format!("{prefix}{name}"), cut })));
        }
        views
    }

    /// What diffusers makes of a tensor: names, and what each is of it; nothing for a name that no rule knows. `last` is the highest of the
    /// numbers that are counted, `between` what stands between the parts of a name.
    pub(crate) fn found(&self, name: &str, last: usize, between: &[char]) -> Option<Vec<(String, Cut)>> {
        let known = |rule: &Rule| Some((*rule, read(rule.from, name, last, between)?));
        let (first, (numbers, rest)) = self.rules.iter().find_map(known)?;
        let rules = self.rules.iter().filter(|rule| rule.from == first.from && !first.to.is_empty());
        Some(rules.map(|rule| (write(rule.to, &numbers, rest, last), rule.cut)).collect())
    }
}

/// The number with which a name begins.
fn number(name: &str) -> Option<usize> {
    name.split('.').next()?.parse().ok()
}

/// The numbers and the rest of a name that fits a pattern.
fn read<'a>(pattern: &str, name: &'a str, last: usize, between: &[char]) -> Option<(Vec<usize>, &'a str)> {
    let (mut numbers, mut left) = (Vec::new(), Some(name));
    for part in pattern.split(between) {
        let rest = left?;
        if part == "*" {
            return Some((numbers, rest));
        }
        let (found, behind) = rest.split_once(between).map_or((rest, None), |(found, behind)| (found, Some(behind)));
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
        assert_eq!(views["k"].cut, Cut::part(1, 3));
    }

    #[test]
    fn a_rule_fits_whole_names_only() {
        assert_eq!(read("qkv", "qkv.weight", 0, DOTS), None);
        assert_eq!(read("up.#.block.#.*", "up.0.block", 0, DOTS), None);
        assert_eq!(read("up.#.block.#.*", "up.x.block.0.a", 0, DOTS), None);
        assert_eq!(read("up.#.to_q.*", "up_3_to_q_weight", 0, DOTS), None);
    }

    #[test]
    fn underlines_are_as_good_as_dots_where_they_are_told() {
        for name in ["up.3.to_q.weight", "up_3_to_q_weight"] {
            assert_eq!(read("up.#.to_q.*", name, 0, LINES), Some((vec![3], "weight")), "{name}");
        }
    }
}
