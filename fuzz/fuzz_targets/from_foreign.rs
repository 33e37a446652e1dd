//! Any text is read or rejected, and what was read can be written; nothing panics inside.

#![no_main]

use libfuzzer_sys::fuzz_target;
use linocut_svg::{BoundError, ForeignError, Svg, read_foreign};

fuzz_target!(|text: &str| {
    let foreign = match read_foreign(text, 384) {
        Ok(foreign) => foreign,
        Err(ForeignError::Bound(error @ BoundError::Panic { .. })) => panic!("{error}"),
        Err(_) => return,
    };
    let svg = foreign.drawing.write();
    assert_eq!(svg.byte_count(), foreign.drawing.byte_count());
    assert!(Svg::new(svg.as_str()).is_ok());
});
