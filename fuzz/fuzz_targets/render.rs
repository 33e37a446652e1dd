//! What passes the check is drawn as the metric draws it, or rejected; nothing panics inside.

#![no_main]

use libfuzzer_sys::fuzz_target;
use linocut_constraints::{Profile, check};
use linocut_score::{MetricRenderError, MetricRenderer};
use linocut_svg::{BoundError, RenderError};

/// Side of the drawn picture, px: less than the metric's, for speed.
const SIDE: u32 = 64;

fuzz_target!(|text: &str| {
    let Ok(valid) = check(text, &Profile::CONTEST) else { return };
    match MetricRenderer.picture(valid.svg(), SIDE, SIDE) {
        Ok(image) => assert_eq!(image.dimensions(), (SIDE, SIDE)),
        Err(MetricRenderError::Render(RenderError::Bound(error @ BoundError::Panic { .. }))) => panic!("{error}"),
        Err(_) => {}
    }
});
