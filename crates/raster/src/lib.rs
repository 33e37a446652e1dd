//! Pixel operations for linocut: Pillow-exact resampling, alpha, picture differences, the contest's filters, PNG and JPEG.
//!
//! Pictures are the `image` crate's own types; this crate adds none. Samples are 8-bit sRGB and are not linearised: every
//! operation works on the stored values, as Pillow and scikit-image do. Only [`ssimulacra2`] compares in linear light, and XYB.
//!
//! - [`resize`]: Pillow's `Image.resize`, bit for bit, with a bilinear, bicubic or Lanczos [`Filter`]; [`crop`]: Pillow's
//!   `Image.crop` inside the picture
//! - [`drop_alpha`], [`composite`]: two ways from RGBA to RGB
//! - [`psnr`], [`mean_abs_difference`], [`ssim`], [`ms_ssim`], [`ssimulacra2`]: how much two pictures differ
//! - [`median`], [`low_pass`], [`bilateral`], and all three in a row as [`fixed_defences`]: the contest's filters that use no
//!   random numbers; [`FixedDefences`] applies them to many pictures of one size
//! - [`decode`], [`encode_png`]: reads PNG and JPEG within limits, writes PNG
//!
//! ```
//! use image::{Rgb, RgbImage};
//! use linocut_raster::{DecodeLimits, Filter, decode, drop_alpha, encode_png, resize, ssim};
//!
//! let drawn = RgbImage::from_fn(64, 48, |x, y| Rgb([4 * x as u8, 5 * y as u8, 128]));
//! let file = encode_png(&drawn)?;
//! let read = drop_alpha(&decode(&file, &DecodeLimits::default())?);
//! assert_eq!(read, drawn);
//!
//! let small = resize(&drawn, 32, 24, Filter::Lanczos)?;
//! let back = resize(&small, 64, 48, Filter::Bicubic)?;
//! assert!(ssim(&drawn, &back)? > 0.99);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod alpha;
mod crop;
mod decode;
mod difference;
mod encode;
mod fixed_defences;
mod resample;

pub use alpha::{composite, drop_alpha};
pub use crop::{CropError, crop};
pub use decode::{DecodeError, DecodeLimits, FileFormat, decode};
pub use difference::{
    DifferenceError, SSIM_WINDOW, Ssimulacra2, mean_abs_difference, ms_ssim, psnr, ssim, ssim_weights, ssimulacra2,
};
pub use encode::{EncodeError, encode_png};
pub use fixed_defences::{FixedDefenceError, FixedDefences, bilateral, fixed_defences, low_pass, median};
pub use resample::{Filter, PassOrder, ResizeError, resize, resize_in_order};
