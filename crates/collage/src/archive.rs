//! The bundled art: an archive of labelled SVG pictures, decoded one by one.

use std::io::{Cursor, Read};
use std::sync::OnceLock;

use serde::Deserialize;
use zip::ZipArchive;

use crate::error::CollageError;

/// Made by `fixtures/collage/build_archive.py`.
const ARCHIVE: &[u8] = include_bytes!("../art/noto.zip");

/// Longest file of the archive that is read, in bytes.
const MAX_ENTRY_BYTES: u64 = 4 << 20;

/// A picture of the archive and what it shows.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Picture {
    /// File name without folder and ending.
    pub name: String,
    /// What it shows, lower case, for example `polar bear`.
    pub label: String,
    /// Words and phrases that have to do with it, lower case.
    pub keywords: Vec<String>,
    /// Kind of thing, for example `animals-nature`.
    pub group: String,
    /// Code points of its emoji as hexadecimal numbers joined by `-`, without variation selectors; may be empty.
    pub code: String,
}

/// Where art comes from and under which licence.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Credit {
    /// Title of the work.
    pub title: &'static str,
    /// Who made it.
    pub author: &'static str,
    /// Where it is published.
    pub url: &'static str,
    /// Licence as an SPDX identifier.
    pub license: &'static str,
}

/// Source of all pictures of the archive.
pub(crate) const NOTO: Credit = Credit {
    title: "Noto Emoji",
    author: "Google Inc.",
    url: "https://github.com/googlefonts/noto-emoji",
    license: "Apache-2.0",
};

/// Source of their labels and keywords.
pub(crate) const EMOJIBASE: Credit = Credit {
    title: "emojibase-data",
    author: "Miles Johnson",
    url: "https://github.com/milesj/emojibase",
    license: "MIT",
};

/// Sources and licences of everything bundled. The full texts are in [`license_texts`].
#[must_use]
pub const fn credits() -> [Credit; 2] {
    [NOTO, EMOJIBASE]
}

/// Names and texts of the licences in the archive.
///
/// # Errors
///
/// [`CollageError::Archive`] if the bundled archive is damaged.
pub fn license_texts() -> Result<Vec<(&'static str, String)>, CollageError> {
    ["LICENSE-noto", "LICENSE-emojibase", "CREDITS"].into_iter().map(|name| Ok((name, read(name)?))).collect()
}

/// All pictures, by name.
///
/// # Errors
///
/// [`CollageError::Archive`] if the bundled archive is damaged.
pub fn pictures() -> Result<&'static [Picture], CollageError> {
    static PICTURES: OnceLock<Vec<Picture>> = OnceLock::new();
    if let Some(pictures) = PICTURES.get() {
        return Ok(pictures);
    }
    let parsed = serde_json::from_str(&read("index.json")?).map_err(|e| damaged("index.json", e))?;
    Ok(PICTURES.get_or_init(|| parsed))
}

/// The SVG text of a picture.
///
/// # Errors
///
/// [`CollageError::Archive`] if there is no such picture.
pub(crate) fn svg(picture: &Picture) -> Result<String, CollageError> {
    read(&format!("svg/{}.svg", picture.name))
}

/// The archive with its directory read; a clone shares both.
fn archive() -> Result<ZipArchive<Cursor<&'static [u8]>>, CollageError> {
    static OPEN: OnceLock<ZipArchive<Cursor<&'static [u8]>>> = OnceLock::new();
    if let Some(open) = OPEN.get() {
        return Ok(open.clone());
    }
    let fresh = ZipArchive::new(Cursor::new(ARCHIVE)).map_err(|e| damaged("noto.zip", e))?;
    Ok(OPEN.get_or_init(|| fresh).clone())
}

fn read(entry: &str) -> Result<String, CollageError> {
    let mut archive = archive()?;
    let file = archive.by_name(entry).map_err(|e| damaged(entry, e))?;
    let mut text = String::new();
    file.take(MAX_ENTRY_BYTES).read_to_string(&mut text).map_err(|e| damaged(entry, e))?;
    Ok(text)
}

fn damaged(entry: &str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> CollageError {
    CollageError::Archive { entry: entry.to_owned(), source: source.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_archive_is_small() {
        assert!(ARCHIVE.len() < 2_500_000, "{} bytes", ARCHIVE.len());
    }

    #[test]
    fn names_are_unique_and_labels_are_words() {
        let pictures = pictures().unwrap();
        assert!(pictures.len() > 1000, "{}", pictures.len());
        assert!(pictures.windows(2).all(|pair| pair[0].name < pair[1].name));
        assert!(pictures.iter().all(|p| p.label.chars().any(char::is_alphabetic)));
    }

    #[test]
    fn sampled_pictures_read_as_shapes() {
        for picture in pictures().unwrap().iter().step_by(10) {
            let foreign = linocut_svg::read_foreign(&svg(picture).unwrap(), 512).unwrap();
            assert!(!foreign.drawing.shapes.is_empty(), "{}", picture.name);
        }
    }

    #[test]
    fn licences_travel_with_the_art() {
        let texts = license_texts().unwrap();
        assert!(texts[0].1.contains("Apache License") && texts[1].1.contains("MIT License"));
        assert!(texts[2].1.contains(NOTO.url) && texts[2].1.contains("emojibase"));
    }

    #[test]
    fn a_missing_picture_is_an_error() {
        let picture = Picture { name: "no such".into(), ..pictures().unwrap()[0].clone() };
        assert!(matches!(svg(&picture), Err(CollageError::Archive { .. })));
    }
}
