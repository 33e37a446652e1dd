//! The check for while you work: format, lints and tests of the packages that changed.

use std::collections::BTreeSet;
use std::path::Path;

use crate::Failure;
use crate::workspace::{Metadata, cargo, execute, output, program, root};

pub(crate) fn run(base: &str) -> Result<(), Failure> {
    execute(cargo().args(["fmt", "--all", "--check"]))?;
    let changed = output(program("git").args(["diff", "--name-only", base]))?;
    let new = output(program("git").args(["ls-files", "--others", "--exclude-standard"]))?;
    let metadata = Metadata::read(&["--no-deps"])?;
    let root = root().canonicalize()?;
    let folders: Vec<(&str, &Path)> = metadata
        .members()
        .into_iter()
        .filter_map(|package| {
            let folder = package.manifest_path.parent()?.strip_prefix(&root).ok()?;
            Some((package.name.as_str(), folder))
        })
        .collect();
    let packages = packages(changed.lines().chain(new.lines()), &folders);
    if packages.is_empty() {
        println!("no package changed since {base}");
        return Ok(());
    }
    println!("changed: {}", packages.iter().copied().collect::<Vec<_>>().join(", "));
    let selected: Vec<&str> = packages.into_iter().flat_map(|name| ["--package", name]).collect();
    execute(cargo().args(["clippy", "--all-targets"]).args(&selected).args(["--", "-D", "warnings"]))?;
    execute(cargo().arg("test").args(&selected))
}

/// The packages that these files lie in; a file of `fixtures/NAME` belongs to `linocut-NAME`.
fn packages<'a>(files: impl Iterator<Item = &'a str>, folders: &[(&'a str, &'a Path)]) -> BTreeSet<&'a str> {
    files
        .filter_map(|file| {
            let file = Path::new(file);
            let of_fixture = file.strip_prefix("fixtures").ok().and_then(|rest| rest.iter().next()).map(|first| {
                let name = format!("linocut-{}", first.to_string_lossy());
                folders.iter().find(|(package, _)| *package == name)
            });
            let found = match of_fixture {
                Some(found) => found,
                None => folders.iter().find(|(_, folder)| file.starts_with(folder)),
            };
            found.map(|(package, _)| *package)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_belong_to_the_package_of_their_folder_and_fixtures_to_their_crate() {
        let folders = [
            ("linocut-svg", Path::new("crates/svg")),
            ("linocut", Path::new("crates/linocut")),
            ("xtask", Path::new("xtask")),
        ];
        let of = |files: &[&'static str]| packages(files.iter().copied(), &folders).into_iter().collect::<Vec<_>>();
        assert_eq!(of(&["crates/svg/src/lib.rs", "crates/svg/Cargo.toml"]), ["linocut-svg"]);
        assert_eq!(of(&["fixtures/svg/a.svg", "xtask/src/main.rs"]), ["linocut-svg", "xtask"]);
        assert_eq!(of(&["README.md", "docs/architecture.md"]), [""; 0]);
    }
}
