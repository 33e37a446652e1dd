//! Pictures as the networks take them: resized, cropped, normalised.

use candle_core::{Device, Tensor};
use image::RgbImage;
use linocut_nn::Location;
use linocut_raster::{CropError, Filter, ResizeError, crop, resize};
use serde::Deserialize;
use thiserror::Error;

use crate::neural::tower_error::TowerError;

/// How a picture is brought to a network's size and range.
///
/// `value = (level / 255 - mean) / std` for each channel, after resizing and cropping 8-bit samples.
#[derive(Clone, PartialEq, Debug)]
pub struct PixelValues {
    /// The size that pictures are resized to.
    pub size: PictureSize,
    /// What is cut from the middle: (width, height) in px. Default: nothing.
    pub crop: Option<(u32, u32)>,
    /// Filter for resizing. Default: bicubic, as Pillow computes it.
    pub filter: Filter,
    /// Mean of each channel, 0 to 1.
    pub mean: [f64; 3],
    /// Deviation of each channel, above 0.
    pub deviation: [f64; 3],
}

/// The size that a picture is resized to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PictureSize {
    /// Width and height, px.
    Exactly(u32, u32),
    /// The shorter side, px; the other side keeps the proportion, rounded down.
    ShortSide(u32),
}

impl PixelValues {
    /// As for CLIP: the shorter side to `side`, the square in the middle, the mean and deviation of its pictures.
    ///
    /// # Source
    ///
    /// `preprocessor_config.json` of openai/clip-vit-large-patch14.
    pub fn clip(side: u32) -> Self {
        Self {
            size: PictureSize::ShortSide(side),
            crop: Some((side, side)),
            filter: Filter::Bicubic,
            mean: [0.481_454_66, 0.457_827_5, 0.408_210_73],
            deviation: [0.268_629_54, 0.261_302_58, 0.275_777_11],
        }
    }

    /// As for SigLIP: resized to a square, mean and deviation one half.
    ///
    /// # Source
    ///
    /// `preprocessor_config.json` of google/siglip-so400m-patch14-384.
    pub fn siglip(side: u32) -> Self {
        let size = PictureSize::Exactly(side, side);
        Self { size, crop: None, filter: Filter::Bicubic, mean: [0.5; 3], deviation: [0.5; 3] }
    }

    /// Reads `preprocessor_config.json` of a folder; what it leaves out, or all of it if there is no such file, is as in
    /// `default`.
    ///
    /// # Errors
    ///
    /// [`TowerError::Io`] and [`TowerError::Config`] for a file that cannot be used.
    pub fn read(folder: impl Into<Location>, default: Self) -> Result<Self, TowerError> {
        let file = folder.into().join("preprocessor_config.json");
        if !file.exists() {
            return Ok(default);
        }
        let text = file.read()?;
        let invalid = |reason: String| TowerError::Config { file: file.path(), reason };
        let read: Published = serde_json::from_slice(&text).map_err(|error| invalid(error.to_string()))?;
        read.over(default).map_err(invalid)
    }

    /// Pictures as one tensor.
    ///
    /// # Shapes
    ///
    /// - result: (pictures, 3, height, width), f32, on `device`
    ///
    /// # Errors
    ///
    /// [`PixelError`] for a picture without pixels or too large, one that is smaller than the crop after resizing, or one that
    /// comes to another size than the first.
    pub fn tensor(&self, pictures: &[&RgbImage], device: &Device) -> Result<Tensor, TowerError> {
        let ready = pictures.iter().map(|picture| self.prepare(picture)).collect::<Result<Vec<_>, _>>()?;
        let (width, height) = ready.first().map_or((0, 0), RgbImage::dimensions);
        if let Some(other) = ready.iter().find(|picture| picture.dimensions() != (width, height)) {
            return Err(PixelError::Sizes { first: (width, height), other: other.dimensions() }.into());
        }
        let area = width as usize * height as usize;
        let mut values = Vec::with_capacity(ready.len() * 3 * area);
        for picture in &ready {
            for channel in 0..3 {
                let levels = self.levels(channel);
                values.extend(picture.pixels().map(|pixel| levels[usize::from(pixel[channel])]));
            }
        }
        Ok(Tensor::from_vec(values, (ready.len(), 3, height as usize, width as usize), device)?)
    }

    /// The value of each of the 256 levels.
    fn levels(&self, channel: usize) -> [f32; 256] {
        std::array::from_fn(|level| {
            let (mean, deviation) = (self.mean[channel] as f32, self.deviation[channel] as f32);
            ((level as f64 / 255.0) as f32 - mean) / deviation
        })
    }

    fn prepare(&self, picture: &RgbImage) -> Result<RgbImage, PixelError> {
        let (width, height) = self.target(picture.dimensions());
        let resized = resize(picture, width, height, self.filter)?;
        let (left, top, right, bottom) = self.middle((width, height))?;
        if (right - left, bottom - top) == (width, height) {
            return Ok(resized);
        }
        Ok(crop(&resized, left, top, right, bottom)?)
    }

    /// The size that a picture of at least 1 px a side is resized to.
    pub(crate) fn checked_target(&self, size: (u32, u32)) -> Result<(u32, u32), ResizeError> {
        let target = self.target(size);
        let is_empty = [size.0, size.1, target.0, target.1].contains(&0);
        if is_empty { Err(ResizeError::Empty { from: size, to: target }) } else { Ok(target) }
    }

    /// What is cut from the middle of a resized picture: left, top, right, bottom.
    pub(crate) fn middle(&self, size: (u32, u32)) -> Result<(u32, u32, u32, u32), CropError> {
        let (across, down) = self.crop.unwrap_or(size);
        let (left, top) = (size.0.saturating_sub(across) / 2, size.1.saturating_sub(down) / 2);
        let area = (left, top, left.saturating_add(across), top.saturating_add(down));
        if across == 0 || down == 0 {
            Err(CropError::Empty { area })
        } else if area.2 > size.0 || area.3 > size.1 {
            Err(CropError::Outside { area, size })
        } else {
            Ok(area)
        }
    }

    fn target(&self, (width, height): (u32, u32)) -> (u32, u32) {
        let long =
            |side: u32, short: u32, long: u32| (u64::from(side) * u64::from(long) / u64::from(short.max(1))) as u32;
        match self.size {
            PictureSize::Exactly(width, height) => (width, height),
            PictureSize::ShortSide(side) if width <= height => (side, long(side, width, height)),
            PictureSize::ShortSide(side) => (long(side, height, width), side),
        }
    }
}

/// Why a picture could not be brought to a network's size.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PixelError {
    /// The picture cannot be resized: it has no pixels, or far too many.
    #[error(transparent)]
    Resize(#[from] ResizeError),
    /// The picture is smaller than what is cut from its middle.
    #[error(transparent)]
    Crop(#[from] CropError),
    /// Nothing is cut from the middle, and the pictures come to different sizes.
    #[error("pictures of {first:?} and {other:?} (width, height, px) do not fit one tensor")]
    Sizes {
        /// Size of the first.
        first: (u32, u32),
        /// Size of another.
        other: (u32, u32),
    },
}

/// `preprocessor_config.json` as published.
#[derive(Deserialize)]
struct Published {
    size: Option<PublishedSize>,
    crop_size: Option<PublishedSize>,
    do_center_crop: Option<bool>,
    resample: Option<u32>,
    image_mean: Option<[f64; 3]>,
    image_std: Option<[f64; 3]>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(untagged)]
enum PublishedSize {
    Number(u32),
    ShortestEdge { shortest_edge: u32 },
    Sides { width: u32, height: u32 },
}

impl Published {
    fn over(self, default: PixelValues) -> Result<PixelValues, String> {
        let size = self.size.map_or(default.size, |size| size.of_picture(default.size));
        let crop = match (self.do_center_crop, self.crop_size) {
            (Some(false), _) => None,
            (_, Some(size)) => Some(size.of_crop()),
            _ => default.crop,
        };
        let filter = self.resample.map_or(Ok(default.filter), filter)?;
        let mean = self.image_mean.unwrap_or(default.mean);
        let deviation = self.image_std.unwrap_or(default.deviation);
        Ok(PixelValues { size, crop, filter, mean, deviation })
    }
}

impl PublishedSize {
    /// A bare number means what the default means: the shorter side or both.
    fn of_picture(self, default: PictureSize) -> PictureSize {
        match (self, default) {
            (Self::Number(side), PictureSize::Exactly(..)) => PictureSize::Exactly(side, side),
            (Self::Number(side) | Self::ShortestEdge { shortest_edge: side }, _) => PictureSize::ShortSide(side),
            (Self::Sides { width, height }, _) => PictureSize::Exactly(width, height),
        }
    }

    fn of_crop(self) -> (u32, u32) {
        match self {
            Self::Number(side) | Self::ShortestEdge { shortest_edge: side } => (side, side),
            Self::Sides { width, height } => (width, height),
        }
    }
}

/// Pillow's number of a filter.
fn filter(number: u32) -> Result<Filter, String> {
    match number {
        1 => Ok(Filter::Lanczos),
        2 => Ok(Filter::Bilinear),
        3 => Ok(Filter::Bicubic),
        _ => Err(format!("resample is {number}, expected 1 (Lanczos), 2 (bilinear) or 3 (bicubic)")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn published(json: &str, default: PixelValues) -> Result<PixelValues, String> {
        serde_json::from_str::<Published>(json).unwrap().over(default)
    }

    #[test]
    fn the_shorter_side_is_matched_and_the_middle_cut() {
        let values = PixelValues::clip(4);
        assert_eq!((values.target((91, 67)), values.target((67, 91))), ((5, 4), (4, 5)));
        let picture = RgbImage::from_fn(12, 4, |x, _| image::Rgb([20 * x as u8; 3]));
        assert_eq!(values.prepare(&picture).unwrap().get_pixel(0, 0), &image::Rgb([80; 3]));
    }

    #[test]
    fn white_and_black_become_the_ends_of_the_range() {
        let (black, white) = (RgbImage::new(9, 5), RgbImage::from_pixel(5, 9, image::Rgb([255; 3])));
        let tensor = PixelValues::siglip(2).tensor(&[&black, &white], &Device::Cpu).unwrap();
        assert_eq!(tensor.dims(), [2, 3, 2, 2]);
        let values = tensor.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        assert_eq!((values[0], values[12]), (-1.0, 1.0));
    }

    #[test]
    fn old_and_new_configurations_are_read() {
        let old = published(r#"{"size": 224, "crop_size": 224, "resample": 3}"#, PixelValues::clip(1)).unwrap();
        assert_eq!(old, PixelValues::clip(224));
        let new = r#"{"size": {"height": 384, "width": 384}, "image_mean": [0.5, 0.5, 0.5]}"#;
        assert_eq!(published(new, PixelValues::siglip(1)).unwrap(), PixelValues::siglip(384));
        assert!(published(r#"{"resample": 7}"#, PixelValues::siglip(1)).unwrap_err().contains("resample is 7"));
    }

    #[test]
    fn pictures_that_come_to_different_sizes_are_an_error() {
        let values = PixelValues { crop: None, ..PixelValues::clip(4) };
        let error = values.tensor(&[&RgbImage::new(5, 4), &RgbImage::new(4, 5)], &Device::Cpu).unwrap_err();
        assert!(error.to_string().contains("(5, 4) and (4, 5)"), "{error}");
    }

    #[test]
    fn a_picture_without_pixels_is_an_error() {
        for values in [PixelValues::clip(4), PixelValues::siglip(4)] {
            let error = values.tensor(&[&RgbImage::new(0, 3)], &Device::Cpu).unwrap_err();
            assert!(matches!(error, TowerError::Pixels(PixelError::Resize(ResizeError::Empty { .. }))), "{error}");
        }
    }
}
