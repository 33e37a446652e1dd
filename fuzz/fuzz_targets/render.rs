//! What passes the gate is drawn or refused, as the metric draws it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use linocut_constraints::{Profile, check};
use linocut_score::MetricRenderer;

/// Side in pixels: less than the metric's, for speed.
const SIDE: u32 = 64;

fuzz_target!(|text: &str| {
    let Ok(valid) = check(text, &Profile::CONTEST) else { return };
    if let Ok(image) = MetricRenderer.picture(valid.svg(), SIDE, SIDE) {
        assert_eq!(image.dimensions(), (SIDE, SIDE));
    }
});
