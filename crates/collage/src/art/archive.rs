//! The bundled art: an archive of labelled pictures, decoded one by one.

use std::io::{Cursor, Read};
use std::sync::OnceLock;

use linocut_svg::Drawing;
use serde::Deserialize;
use zip::ZipArchive;

use crate::art::set::ArtSet;
use crate::error::CollageError;

/// Made by `assets/art/make/build_archive.py`.
use linocut_art::ARCHIVE;

/// Longest file of the archive that is read, in bytes.
const MAX_ENTRY_BYTES: u64 = 4 << 20;

/// A picture of the archive and what it shows.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Picture {
    /// File name without folder and ending: its source, a hyphen, its name there.
    pub name: String,
    /// What it shows, lower case, for example `polar bear`.
    pub label: String,
    /// Words and phrases that have to do with it, lower case.
    pub keywords: Vec<String>,
    /// Kind of thing, for example `animals-nature`.
    pub group: String,
    /// Code points of its emoji as hexadecimal numbers joined by `-`, without variation selectors; may be empty.
    pub code: String,
    /// The set that it comes from.
    pub source: ArtSet,
    /// Who made it, where that is known of this picture; else empty.
    pub author: String,
}

/// Names and texts of the licences in the archive.
///
/// # Errors
///
/// [`CollageError::Archive`] if the bundled archive is damaged.
pub fn license_texts() -> Result<Vec<(&'static str, String)>, CollageError> {
    ["LICENSE-noto", "LICENSE-fluent", "LICENSE-flat-color-icons", "LICENSE-emojibase", "CREDITS"]
        .into_iter()
        .map(|name| Ok((name, read(name)?)))
        .collect()
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

/// The shapes of a picture, on a square grid of 128 to 256 units.
///
/// # Errors
///
/// [`CollageError::Archive`] if there is no such picture, [`CollageError::Picture`] if it is damaged.
pub(crate) fn drawing(picture: &Picture) -> Result<Drawing, CollageError> {
    let text = read(&format!("svg/{}.svg", picture.name))?;
    Drawing::parse(&text).map_err(|source| CollageError::Picture { name: picture.name.clone(), source })
}

/// The archive with its directory read; a clone shares both.
fn archive() -> Result<ZipArchive<Cursor<&'static [u8]>>, CollageError> {
    static OPEN: OnceLock<ZipArchive<Cursor<&'static [u8]>>> = OnceLock::new();
    if let Some(open) = OPEN.get() {
        return Ok(open.clone());
    }
    let fresh = ZipArchive::new(Cursor::new(ARCHIVE)).map_err(|e| damaged("art.zip", e))?;
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
        assert!(ARCHIVE.len() < 10_000_000, "{} bytes", ARCHIVE.len());
    }

    #[test]
    fn names_are_unique_and_labels_are_words() {
        let pictures = pictures().unwrap();
        assert!(pictures.len() > 3000, "{}", pictures.len());
        assert!(pictures.windows(2).all(|pair| pair[0].name < pair[1].name));
        assert!(pictures.iter().all(|p| p.label.chars().any(char::is_alphabetic)));
    }

    #[test]
    fn pictures_are_short_and_have_shapes_on_a_square() {
        let mut sizes = Vec::new();
        for picture in pictures().unwrap() {
            let drawing = drawing(picture).unwrap();
            assert!(!drawing.shapes.is_empty() && drawing.width == drawing.height, "{}", picture.name);
            assert!((128..=256).contains(&drawing.width), "{}", picture.name);
            sizes.push(drawing.byte_count());
        }
        sizes.sort_unstable();
        let (median, most) = (sizes[sizes.len() / 2], sizes[sizes.len() - 1]);
        assert!(median < 1_500 && most <= 6_000, "median {median}, most {most} bytes");
    }

    #[test]
    fn licences_travel_with_the_art() {
        let texts = license_texts().unwrap();
        assert!(
            texts[0].1.contains("Apache License") && texts[1..4].iter().all(|(_, text)| text.contains("MIT License"))
        );
        let credits = &texts[4].1;
        assert!(crate::art::credit::credits().iter().all(|credit| credits.contains(credit.url)), "{credits}");
    }

    #[test]
    fn a_missing_picture_is_an_error() {
        let picture = Picture { name: "no such".into(), ..pictures().unwrap()[0].clone() };
        assert!(matches!(drawing(&picture), Err(CollageError::Archive { .. })));
    }
}
