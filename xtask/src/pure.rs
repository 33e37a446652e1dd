//! What the crates for the browser use that WebAssembly forbids: a list, so that nothing is added to it unseen.

use std::fs;
use std::path::Path;

use crate::Failure;
use crate::wasm::PACKAGES;
use crate::workspace::root;

/// What panics, or ends the program where a panic was to be caught, on `wasm32-unknown-unknown`.
const FORBIDDEN: [&str; 9] = [
    "std::thread",
    "catch_unwind",
    "resume_unwind",
    "Instant::now",
    "SystemTime::",
    "std::fs",
    "std::net",
    "std::process",
    "env::var",
];

/// Where it is used all the same: file, what, and why that is no trouble, or what is left to do.
const KNOWN: [(&str, &str, &str); 5] = [
    ("crates/core/src/stop.rs", "Instant::now", "only for a deadline that somebody asks for"),
    (
        "crates/raster/src/difference/ssimulacra2/threads.rs",
        "std::thread",
        "only for more than one thread, which somebody asks for",
    ),
    ("crates/svg/src/bounds/thread.rs", "catch_unwind", "readers of any SVG, behind features `foreign` and `render`"),
    ("crates/svg/src/bounds/thread.rs", "std::thread", "as above"),
    ("crates/trace/src/budget/threads.rs", "std::thread", "behind feature `threads`"),
];

/// Fails for a use that is not in the list, and for a line of the list that nothing uses any more.
pub(crate) fn run() -> Result<(), Failure> {
    let mut found = Vec::new();
    for package in PACKAGES {
        look_into(&root().join("crates").join(package.trim_start_matches("linocut-")).join("src"), &mut found)?;
    }
    found.sort();
    found.dedup();
    let is_known = |(file, what): &(String, &str)| KNOWN.iter().any(|known| known.0 == file && known.1 == *what);
    let new = found.iter().filter(|used| !is_known(used)).map(|(file, what)| format!("{file} uses {what}"));
    let is_used = |known: &&(&str, &str, &str)| found.iter().any(|(file, what)| known.0 == file && known.1 == *what);
    let gone =
        KNOWN.iter().filter(|known| !is_used(known)).map(|known| format!("{} no longer uses {}", known.0, known.1));
    let faults: Vec<String> = new.chain(gone).collect();
    if !faults.is_empty() {
        return Err(format!("the list in xtask/src/pure.rs does not hold: {}", faults.join("; ")).into());
    }
    for (file, what, why) in KNOWN {
        println!("{file}: {what}, {why}");
    }
    Ok(())
}

/// Adds what the sources below a folder use, with the path of each from the root.
fn look_into(folder: &Path, found: &mut Vec<(String, &'static str)>) -> Result<(), Failure> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            look_into(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path)?;
            let name = path.strip_prefix(root())?.to_string_lossy().replace('\\', "/");
            found.extend(used(&text).into_iter().map(|what| (name.clone(), what)));
        }
    }
    Ok(())
}

/// What a source uses, but for its tests and comments.
fn used(text: &str) -> Vec<&'static str> {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let code: Vec<&str> = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    FORBIDDEN.into_iter().filter(|what| code.iter().any(|line| line.contains(what))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_and_comments_may_use_anything() {
        let text = "fn a() { std::thread::spawn(b); }\n// catch_unwind\n#[cfg(test)]\nmod tests { use std::fs; }\n";
        assert_eq!(used(text), ["std::thread"]);
    }
}
