//! The openly licensed pictures that `linocut-collage` composes its drawings from, as one ZIP archive.
//!
//! Data only. `README.md` is its card: contents, sources, licences, limits and how it is built.

/// ZIP archive, 2.6 MB: `index.json` (name, label, keywords, group, code points, source and author of each picture),
/// `svg/<name>.svg`, the licence texts and `CREDITS`.
pub static ARCHIVE: &[u8] = include_bytes!("../data/art.zip");
