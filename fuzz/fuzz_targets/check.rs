//! The check gives bytes and text the same verdict, and the renderer's parser can read what is valid.

#![no_main]

use libfuzzer_sys::fuzz_target;
use linocut_constraints::{Profile, check, check_bytes};
use linocut_svg::Svg;

fuzz_target!(|bytes: &[u8]| {
    let verdict = check_bytes(bytes, &Profile::CONTEST);
    if let Ok(text) = std::str::from_utf8(bytes) {
        assert_eq!(check(text, &Profile::CONTEST), verdict);
    }
    match verdict {
        Ok(valid) => {
            assert_eq!(valid.as_str().as_bytes(), bytes);
            assert!(Svg::new(valid.as_str()).is_err() || valid.svg().as_str() == valid.as_str());
        }
        Err(invalid) => assert!(!invalid.violations.is_empty() && !invalid.to_string().is_empty()),
    }
});
