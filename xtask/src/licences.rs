//! Compares the licence of every dependency with what `deny.toml` allows, without a network.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use spdx::{Expression, ParseMode};

use crate::Failure;
use crate::workspace::{Metadata, root};

/// The part of `deny.toml` that is about licences.
#[derive(Debug, Deserialize)]
struct Deny {
    licenses: Licences,
}

#[derive(Debug, Deserialize)]
struct Licences {
    allow: BTreeSet<String>,
    #[serde(default)]
    exceptions: Vec<Exception>,
}

/// Licences that one package may have beyond the others.
#[derive(Debug, Deserialize)]
struct Exception {
    #[serde(rename = "crate")]
    package: String,
    allow: BTreeSet<String>,
}

impl Licences {
    /// Whether a package may be used under its licence; an error says why that cannot be told.
    fn allow(&self, package: &str, licence: &str) -> Result<bool, String> {
        let expression = Expression::parse_mode(licence, ParseMode::LAX).map_err(|error| error.reason.to_string())?;
        let of_package = |it: &&Exception| it.package == package;
        let excepted: Vec<&BTreeSet<String>> =
            self.exceptions.iter().filter(of_package).map(|exception| &exception.allow).collect();
        Ok(expression.evaluate(|requirement| {
            let name = requirement.to_string();
            self.allow.contains(&name) || excepted.iter().any(|allow| allow.contains(&name))
        }))
    }
}

pub(crate) fn run() -> Result<(), Failure> {
    let text = std::fs::read_to_string(root().join("deny.toml"))?;
    let Deny { licenses: allowed } = toml::from_str(&text)?;
    let metadata = Metadata::read(&["--all-features"])?;
    let used = used(&metadata);
    let mut wrong = Vec::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for package in metadata.packages.iter().filter(|package| used.contains(package.id.as_str())) {
        let licence = package.license.as_deref().unwrap_or("none stated");
        match allowed.allow(&package.name, licence) {
            Ok(true) => *counts.entry(licence).or_default() += 1,
            Ok(false) => wrong.push(format!("{} {}: {licence} is not allowed", package.name, package.version)),
            Err(reason) => wrong.push(format!("{} {}: {licence}: {reason}", package.name, package.version)),
        }
    }
    for (licence, count) in &counts {
        println!("{count:4}  {licence}");
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// The packages that anything but a test of ours is built from.
fn used(metadata: &Metadata) -> BTreeSet<&str> {
    let nodes = metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
    let dependencies: BTreeMap<&str, Vec<&str>> = nodes
        .map(|node| {
            let real = node.deps.iter().filter(|dep| dep.dep_kinds.iter().any(|it| it.kind.as_deref() != Some("dev")));
            (node.id.as_str(), real.map(|dep| dep.pkg.as_str()).collect())
        })
        .collect();
    let mut used = BTreeSet::new();
    let mut open: Vec<&str> = metadata.workspace_members.iter().map(String::as_str).collect();
    while let Some(id) = open.pop() {
        if used.insert(id) {
            open.extend(dependencies.get(id).into_iter().flatten());
        }
    }
    used
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(licence: &str) -> Result<bool, String> {
        let text = "[licenses]\nallow = [\"MIT\", \"Apache-2.0\", \"Apache-2.0 WITH LLVM-exception\"]\n\
                    exceptions = [{ crate = \"special\", allow = [\"MPL-2.0\"] }]";
        let deny: Deny = toml::from_str(text).unwrap();
        deny.licenses.allow("special", licence)
    }

    #[test]
    fn one_allowed_side_of_an_or_is_enough_and_both_sides_of_an_and_are_needed() {
        assert_eq!(allowed("GPL-3.0 OR MIT"), Ok(true));
        assert_eq!(allowed("GPL-3.0 AND MIT"), Ok(false));
        assert_eq!(allowed("MIT/Apache-2.0"), Ok(true), "the older spelling");
        assert_eq!(allowed("Apache-2.0 WITH LLVM-exception"), Ok(true));
    }

    #[test]
    fn a_package_may_be_an_exception() {
        assert_eq!(allowed("MPL-2.0"), Ok(true));
        let deny: Deny = toml::from_str("[licenses]\nallow = [\"MIT\"]").unwrap();
        assert_eq!(deny.licenses.allow("special", "MPL-2.0"), Ok(false));
    }

    #[test]
    fn what_is_no_licence_is_an_error() {
        assert!(allowed("none stated").is_err());
    }
}
