//! The check for while you work: format, lints and tests of the packages that changed.

use std::collections::BTreeSet;
use std::path::Path;

use crate::Failure;
use crate::workspace::{Metadata, cargo, execute, output, program};

pub(crate) fn run(base: &str) -> Result<(), Failure> {
    execute(cargo().args(["fmt", "--all", "--check"]))?;
    let changed = output(program("git").args(["diff", "--name-only", base]))?;
    let new = output(program("git").args(["ls-files", "--others", "--exclude-standard"]))?;
    let metadata = Metadata::read(&["--no-deps"])?;
    let folders: Vec<(&str, &Path)> = metadata
        .members()
        .into_iter()
        .filter_map(|package| {
            let folder = package.manifest_path.parent()?.strip_prefix(&metadata.workspace_root).ok()?;
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

/// The packages that these files belong to.
fn packages<'a>(files: impl Iterator<Item = &'a str>, folders: &[(&'a str, &'a Path)]) -> BTreeSet<&'a str> {
    files.filter_map(|file| package(Path::new(file), folders)).collect()
}

/// A file of `examples` belongs to the facade, one of `fixtures/NAME` to `linocut-NAME`, any other to the package whose folder it is in.
fn package<'a>(file: &Path, folders: &[(&'a str, &'a Path)]) -> Option<&'a str> {
    let owner = match file.iter().next()?.to_str()? {
        "examples" => Some("linocut".to_owned()),
        "fixtures" => file.iter().nth(1).map(|name| format!("linocut-{}", name.to_string_lossy())),
        _ => None,
    };
    let found = folders.iter().find(|(name, folder)| match &owner {
        Some(owner) => owner == name,
        None => file.starts_with(folder),
    });
    found.map(|(name, _)| *name)
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
        assert_eq!(of(&["examples/custom_stage.rs"]), ["linocut"]);
        assert_eq!(of(&["README.md", "docs/architecture.md", "fixtures/README.md"]), [""; 0]);
    }
}
