//! Any bytes are a picture within the limits or refused; nothing panics.

#![no_main]

use libfuzzer_sys::fuzz_target;
use linocut_raster::{DecodeLimits, decode};

fuzz_target!(|bytes: &[u8]| {
    let limits = DecodeLimits { max_width: 512, max_height: 512, max_pixels: 1 << 16, ..DecodeLimits::default() };
    match decode(bytes, &limits) {
        Ok(image) => assert!(image.width().max(image.height()) <= 512 && image.as_raw().len() <= 4 << 16),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
