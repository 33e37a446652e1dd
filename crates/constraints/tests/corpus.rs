//! Small files, valid and not, and the verdict on each; `UPDATE=1` rewrites the verdicts.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use linocut_constraints::{Profile, SanitiseError, check, check_bytes, sanitise};

/// Names and contents of the corpus, by name.
fn files() -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder().join("corpus")).expect("the corpus is a folder");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("its entries can be listed").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "svg"));
    paths.sort();
    let name = |path: &Path| path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    paths.iter().map(|path| (name(path), fs::read(path).expect("its files can be read"))).collect()
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/constraints"))
}

#[test]
fn every_file_has_the_verdict_of_its_name_and_the_violations_written_down() {
    let mut found = String::new();
    for (name, bytes) in files() {
        let verdict = check_bytes(&bytes, &Profile::CONTEST);
        assert_eq!(verdict.is_ok(), name.starts_with("good-"), "{name}: {verdict:?}");
        let said = verdict.map_or_else(|invalid| invalid.to_string(), |_| "valid".to_owned());
        writeln!(found, "{name}\t{}", said.escape_debug()).unwrap();
    }
    assert!(found.matches("bad-").count() >= 40);
    let path = folder().join("expected.tsv");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &found).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap();
    for (found, expected) in found.lines().zip(expected.lines()) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.lines().count(), expected.lines().count());
}

#[test]
fn what_is_sanitised_is_valid_and_needs_nothing_more() {
    let mut made = 0;
    for (name, bytes) in files() {
        let Ok(text) = String::from_utf8(bytes) else { continue };
        let Ok(once) = sanitise(&text, &Profile::CONTEST) else { continue };
        made += 1;
        assert!(check(once.svg.as_str(), &Profile::CONTEST).is_ok(), "{name}");
        let twice = sanitise(once.svg.as_str(), &Profile::CONTEST).unwrap();
        assert_eq!((twice.svg.as_str(), twice.changes), (once.svg.as_str(), vec![]), "{name}");
    }
    assert!(made >= 40, "{made}");
}

#[test]
fn what_is_not_well_formed_is_not_sanitised() {
    for (name, bytes) in files().into_iter().filter(|(name, _)| name.starts_with("bad-tag-")) {
        let text = String::from_utf8(bytes).unwrap();
        assert!(matches!(sanitise(&text, &Profile::CONTEST), Err(SanitiseError::Xml(_))), "{name}");
    }
}

#[test]
fn the_corpus_of_meanings_has_every_element_and_attribute_of_the_contest() {
    let corpus = fs::read_to_string(folder().join("../svg/corpus/corpus.jsonl")).expect("the corpus is there");
    let rules = Profile::CONTEST.elements.iter().filter(|rule| rule.name != "common").cloned().collect::<Vec<_>>();
    for rule in &rules {
        assert!(corpus.contains(&format!("<{}", rule.name)), "no {}", rule.name);
    }
    let own = rules.iter().flat_map(|rule| rule.attributes.iter().map(str::to_owned).collect::<Vec<_>>());
    for name in own.chain(Profile::CONTEST.common_attributes.iter().map(str::to_owned)) {
        let is_there = [" ", "\\n"]
            .iter()
            .any(|before| [r#"=\""#, "='"].iter().any(|after| corpus.contains(&format!("{before}{name}{after}"))));
        assert!(is_there, "no attribute {name}");
    }
}
