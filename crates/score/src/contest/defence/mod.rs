//! The defences: what the contest's metric does to a picture before its models see it, so that marks too fine to notice
//! do not count.
//!
//! Two chains start from the rendered picture and share one random generator: [`defend`] makes the picture that is
//! rated and asked about, then [`ocr_branch`] the one for OCR. [`defended`] runs both from the picture's seed, which
//! [`RowSeeds`] yields. Each step is a function of its own: [`crop_resize`], [`jpeg_round_trip`], and from
//! `linocut-raster` [`median`], [`low_pass`] and [`bilateral`].
//!
//! ```
//! use image::RgbImage;
//! use linocut_score::contest::defence::{Defences, RandomState, RowSeeds, defend, defended, ocr_branch};
//!
//! let drawn = RgbImage::from_fn(96, 64, |x, y| image::Rgb([2 * x as u8, 3 * y as u8, 128]));
//! let seed = RowSeeds::default().next().ok_or("the seeds never end")?;
//! let both = defended(&drawn, seed)?;
//!
//! let mut random = RandomState::new(seed);
//! assert_eq!(both.defended, defend(&drawn, &mut random)?);
//! assert_eq!(both.ocr, ocr_branch(&drawn, &mut random)?);
//!
//! let harsher = Defences { last_quality: 30, ..Defences::default() };
//! assert_ne!(harsher.defended(&drawn, seed)?.defended, both.defended);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod chain;
mod crop_resize;
mod jpeg;
mod random_state;
mod row_seeds;

pub use chain::{Defences, Defended, defend, defended, ocr_branch};
pub use crop_resize::crop_resize;
pub use jpeg::jpeg_round_trip;
pub use linocut_raster::{FixedDefenceError, FixedDefences, bilateral, fixed_defences, low_pass, median};
pub use random_state::{RandintError, RandomState};
pub use row_seeds::RowSeeds;

use linocut_raster::{CropError, ResizeError};
use thiserror::Error;

/// Why a picture cannot be defended. Sizes are (width, height) in px.
#[derive(Clone, Copy, PartialEq, Debug, Error)]
#[non_exhaustive]
pub enum DefenceError {
    /// The picture has no pixels, or is larger than a JPEG can be.
    #[error("cannot defend a picture of {size:?} (width, height, px): expected 1 to {limit} px a side")]
    Size {
        /// The size of the picture.
        size: (u32, u32),
        /// The longest side that a JPEG may have, in px.
        limit: u32,
    },
    /// The crop might leave nothing.
    #[error("cannot crop a share of {share} from each side: expected at least 0 and less than 0.5")]
    Share {
        /// The share that was asked for.
        share: f64,
    },
    /// The JPEG quality is out of range.
    #[error("no JPEG has quality {quality}: expected 1 to 100")]
    Quality {
        /// The quality that was asked for.
        quality: u8,
    },
    /// The picture cannot be filtered.
    #[error(transparent)]
    Filter(#[from] FixedDefenceError),
    /// The picture cannot be cropped.
    #[error(transparent)]
    Crop(#[from] CropError),
    /// The cropped picture cannot be resized.
    #[error(transparent)]
    Resize(#[from] ResizeError),
}
