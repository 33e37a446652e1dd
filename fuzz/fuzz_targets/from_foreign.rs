//! Any text is read or refused, and what was read can be written.

#![no_main]

use libfuzzer_sys::fuzz_target;
use linocut_svg::{Svg, read_foreign};

fuzz_target!(|text: &str| {
    let Ok(foreign) = read_foreign(text, 384) else { return };
    let svg = foreign.drawing.write();
    assert_eq!(svg.byte_count(), foreign.drawing.byte_count());
    assert!(Svg::new(svg.as_str()).is_ok());
});
