//! What is sanitised is valid, does not change when it is sanitised again, and stays within the limits of the renderer.

#![no_main]

use libfuzzer_sys::fuzz_target;
use linocut_constraints::{Profile, check, sanitise};
use linocut_svg::{BoundError, RenderError, rasterize};

/// Side of the drawn picture, px.
const SIDE: u32 = 16;

fuzz_target!(|text: &str| {
    let Ok(once) = sanitise(text, &Profile::CONTEST) else { return };
    assert!(check(once.svg.as_str(), &Profile::CONTEST).is_ok());
    assert!(once.changes.iter().all(|change| !change.to_string().is_empty()));
    let twice = sanitise(once.svg.as_str(), &Profile::CONTEST).expect("what was made can be made again");
    assert_eq!(twice.svg.as_str(), once.svg.as_str());
    assert_eq!(twice.changes, []);
    match rasterize(once.svg.svg(), SIDE, SIDE) {
        Ok(_) | Err(RenderError::Parse(_) | RenderError::Bound(BoundError::Drawing { .. })) => {}
        Err(error) => panic!("{error}: {}", once.svg.as_str()),
    }
});
