//! The font that `linocut` captions its contact sheets with: Roboto Regular, reduced to Latin, Greek and Cyrillic.
//!
//! Data only. `README.md` is its card: contents, source, licence, limits and how it is built.

/// TrueType font, 49 kB. Apache-2.0; the licence text is `data/LICENSE`.
pub static ROBOTO: &[u8] = include_bytes!("../data/Roboto-Regular.subset.ttf");
