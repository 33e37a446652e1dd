//! Pictures that were uploaded, in memory.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use image::RgbImage;
use linocut::raster::{DecodeLimits, composite, decode};
use linocut::svg::Color;
use siphasher::sip128::{Hasher128, SipHasher13};
use std::hash::Hasher;

use crate::error::Refusal;

/// An uploaded picture.
pub(crate) struct Picture {
    /// Follows from the bytes of the file.
    pub(crate) id: String,
    /// The file as it came.
    pub(crate) file: Vec<u8>,
    /// Its type.
    pub(crate) kind: &'static str,
    /// Its pixels over white, as `linocut trace` takes them.
    pub(crate) pixels: RgbImage,
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Picture").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Picture {
    fn bytes(&self) -> usize {
        self.file.len() + self.pixels.as_raw().len()
    }
}

/// The pictures that are kept.
#[derive(Debug)]
pub(crate) struct Pictures {
    /// Those used last at the end.
    held: Mutex<Vec<Arc<Picture>>>,
    /// Decoding a large file takes up to 1 GiB, so one is decoded at a time.
    decoding: Mutex<()>,
    most: usize,
}

impl Pictures {
    /// Keeps at most so many bytes.
    pub(crate) fn new(most: usize) -> Self {
        Self { held: Mutex::default(), decoding: Mutex::default(), most }
    }

    /// Decodes a PNG or JPEG and keeps it.
    pub(crate) fn add(&self, file: Vec<u8>) -> Result<Arc<Picture>, Refusal> {
        let id = id(&file);
        if let Some(picture) = self.get(&id) {
            return Ok(picture);
        }
        let turn = self.decoding.lock().unwrap_or_else(PoisonError::into_inner);
        let pixels = composite(&decode(&file, &DecodeLimits::default())?, Color::WHITE.into());
        drop(turn);
        let kind = if file.starts_with(b"\x89PNG") { "image/png" } else { "image/jpeg" };
        let picture = Arc::new(Picture { id, file, kind, pixels });
        self.keep(&picture)?;
        Ok(picture)
    }

    /// The picture of this id, if it is still there.
    pub(crate) fn get(&self, id: &str) -> Option<Arc<Picture>> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let place = held.iter().position(|picture| picture.id == id)?;
        let picture = held.remove(place);
        held.push(Arc::clone(&picture));
        Some(picture)
    }

    fn keep(&self, picture: &Arc<Picture>) -> Result<(), Refusal> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|other| other.id != picture.id);
        let total = |held: &[Arc<Picture>]| held.iter().map(|held| held.bytes()).sum::<usize>() + picture.bytes();
        while total(&held) > self.most {
            // Those that jobs use take their memory whether they are kept or not.
            let Some(place) = held.iter().position(|held| Arc::strong_count(held) == 1) else {
                let most = self.most >> 20;
                return Err(Refusal::Busy(format!(
                    "pictures take {most} MiB already: close some tabs, or take a smaller one"
                )));
            };
            held.remove(place);
        }
        held.push(Arc::clone(picture));
        Ok(())
    }
}

/// 128 bits of the file, the same in every version: links name pictures by it.
fn id(file: &[u8]) -> String {
    let mut hasher = SipHasher13::new();
    hasher.write(file);
    let hash = hasher.finish128();
    format!("{:016x}{:016x}", hash.h1, hash.h2)
}

#[cfg(test)]
mod tests {
    use linocut::raster::encode_png;

    use super::*;

    /// A file of which 30,000 bytes of pixels come.
    fn file(level: u8) -> Vec<u8> {
        encode_png(&RgbImage::from_pixel(100, 100, [level; 3].into())).unwrap()
    }

    #[test]
    fn the_same_bytes_have_the_same_id() {
        let pictures = Pictures::new(1 << 20);
        let [a, b, again] = [1, 2, 1].map(|level| pictures.add(file(level)).unwrap());
        assert!(Arc::ptr_eq(&a, &again) && a.id != b.id);
        assert_eq!(id(b"linocut"), "5f3ee0eee165323acc9eefbc9c1b106b");
    }

    #[test]
    fn what_was_not_used_for_longest_goes_first() {
        let pictures = Pictures::new(70_000);
        let [a, b] = [1, 2].map(|level| pictures.add(file(level)).unwrap().id.clone());
        assert!(pictures.get(&a).is_some());
        pictures.add(file(3)).unwrap();
        assert!(pictures.get(&a).is_some() && pictures.get(&b).is_none());
    }

    #[test]
    fn pictures_in_use_are_kept_and_count() {
        let pictures = Pictures::new(70_000);
        let used: Vec<_> = [1, 2].map(|level| pictures.add(file(level)).unwrap()).into();
        assert!(matches!(pictures.add(file(3)), Err(Refusal::Busy(_))));
        drop(used);
        assert!(pictures.add(file(3)).is_ok());
    }

    #[test]
    fn transparent_pixels_are_white() {
        let mut png = Vec::new();
        let image = image::RgbaImage::from_pixel(9, 9, [0, 0, 0, 0].into());
        image.write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png).unwrap();
        assert_eq!(Pictures::new(1 << 20).add(png).unwrap().pixels.get_pixel(4, 4).0, [255; 3]);
    }
}
