//! What is sanitised is valid and needs nothing more.

#![no_main]

use libfuzzer_sys::fuzz_target;
use linocut_constraints::{Profile, check, sanitise};

fuzz_target!(|text: &str| {
    let Ok(once) = sanitise(text, &Profile::CONTEST) else { return };
    assert!(check(once.svg.as_str(), &Profile::CONTEST).is_ok());
    assert!(once.changes.iter().all(|change| !change.to_string().is_empty()));
    let twice = sanitise(once.svg.as_str(), &Profile::CONTEST).expect("what was made can be made again");
    assert_eq!(twice.svg.as_str(), once.svg.as_str());
    assert_eq!(twice.changes, []);
});
