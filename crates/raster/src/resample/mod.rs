//! Resizes pictures exactly as Pillow does.

mod filter;
mod pass;
mod taps;

pub use filter::Filter;

use image::{ImageBuffer, Pixel};
use pass::{horizontal, vertical};
use taps::Taps;
use thiserror::Error;

/// Longest side of a picture before or after, in px; JPEG's own limit, far above any use here.
const MAX_SIDE: u32 = 65_535;
/// Most samples that the result and the picture between the passes may have together; 2^30 bytes.
const MAX_SAMPLES: u64 = 1 << 30;

/// Resizes to `width` x `height` px as Pillow's `Image.resize` does, bit for bit.
///
/// The kernel is widened when shrinking (antialiasing). Rows come first, then columns, with 8 bits between the passes; a pass
/// whose size does not change is left out. Works on one to four channels independently: for RGBA the result is that of
/// Pillow on split bands, since Pillow itself resizes RGBA premultiplied.
///
/// # Shapes
///
/// - `image`: W x H, 8 bits a sample
/// - returns `width` x `height`
///
/// # Errors
///
/// [`ResizeError::Empty`] if a side, before or after, is 0 px; [`ResizeError::TooLarge`] if a side is over 65,535 px
/// or the samples of the result and of the picture between the passes are over 2^30.
///
/// # Source
///
/// Pillow up to 12, `src/libImaging/Resample.c`, for 8-bit channels. Pillow 13 begins with the columns when the height
/// shrinks far more than the width, and then differs by a few levels, up to about 20 at hard edges.
pub fn resize<P: Pixel<Subpixel = u8>>(
    image: &ImageBuffer<P, Vec<u8>>,
    width: u32,
    height: u32,
    filter: Filter,
) -> Result<ImageBuffer<P, Vec<u8>>, ResizeError> {
    check(image.dimensions(), (width, height), P::CHANNEL_COUNT)?;
    let samples = match P::CHANNEL_COUNT {
        1 => passes::<1>(image.as_raw(), image.dimensions(), (width, height), filter),
        2 => passes::<2>(image.as_raw(), image.dimensions(), (width, height), filter),
        3 => passes::<3>(image.as_raw(), image.dimensions(), (width, height), filter),
        4 => passes::<4>(image.as_raw(), image.dimensions(), (width, height), filter),
        channels => return Err(ResizeError::Channels { channels }),
    };
    ImageBuffer::from_raw(width, height, samples)
        .ok_or(ResizeError::Empty { from: image.dimensions(), to: (width, height) })
}

/// The one or two passes; `from` and `to` are (width, height) in px.
fn passes<const CHANNELS: usize>(samples: &[u8], from: (u32, u32), to: (u32, u32), filter: Filter) -> Vec<u8> {
    let row = |width: u32| width as usize * CHANNELS;
    let columns = (from.0 != to.0).then(|| Taps::new(from.0, to.0, filter));
    let rows = (from.1 != to.1).then(|| Taps::new(from.1, to.1, filter));
    match (columns, rows) {
        (None, None) => samples[..row(from.0) * from.1 as usize].to_vec(),
        (Some(columns), None) => horizontal::<CHANNELS>(samples, row(from.0), &columns),
        (None, Some(rows)) => vertical(samples, row(from.0), &rows),
        (Some(columns), Some(rows)) => {
            let narrow = horizontal::<CHANNELS>(samples, row(from.0), &columns);
            vertical(&narrow, row(to.0), &rows)
        }
    }
}

fn check(from: (u32, u32), to: (u32, u32), channels: u8) -> Result<(), ResizeError> {
    let sides = [from.0, from.1, to.0, to.1];
    if sides.contains(&0) {
        return Err(ResizeError::Empty { from, to });
    }
    let samples = u64::from(to.0) * (u64::from(from.1) + u64::from(to.1)) * u64::from(channels);
    if sides.iter().any(|side| *side > MAX_SIDE) || samples > MAX_SAMPLES {
        return Err(ResizeError::TooLarge { from, to });
    }
    Ok(())
}

/// Why a picture cannot be resized. Sizes are (width, height) in px.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ResizeError {
    /// A side is 0 px.
    #[error("cannot resize {from:?} to {to:?} (width, height, px): each side needs at least 1 px")]
    Empty {
        /// The size before.
        from: (u32, u32),
        /// The size that was asked for.
        to: (u32, u32),
    },
    /// A side or the whole is over the limit.
    #[error(
        "cannot resize {from:?} to {to:?} (width, height, px): a side may have {MAX_SIDE} px, \
         the result and the picture between the passes {MAX_SAMPLES} samples"
    )]
    TooLarge {
        /// The size before.
        from: (u32, u32),
        /// The size that was asked for.
        to: (u32, u32),
    },
    /// A pixel type of another crate has more than four channels.
    #[error("cannot resize pixels of {channels} channels: expected 1 to 4")]
    Channels {
        /// Channels of a pixel.
        channels: u8,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{GrayImage, Luma, Rgb, RgbImage};
    use proptest::prelude::*;

    fn filters() -> impl Strategy<Value = Filter> {
        prop_oneof![Just(Filter::Bilinear), Just(Filter::Bicubic), Just(Filter::Lanczos)]
    }

    fn stripes(width: u32, height: u32) -> RgbImage {
        RgbImage::from_fn(width, height, |x, y| Rgb([255 * (x % 2) as u8, 255 * (y % 2) as u8, (x * y) as u8]))
    }

    #[test]
    fn refuses_sizes_without_pixels() {
        let (from, to) = ((4, 4), (0, 3));
        let error = resize(&stripes(4, 4), 0, 3, Filter::Bicubic).unwrap_err();
        assert_eq!(error, ResizeError::Empty { from, to });
        assert!(resize(&RgbImage::new(0, 9), 2, 2, Filter::Bicubic).is_err());
    }

    #[test]
    fn refuses_sizes_that_would_fill_the_memory() {
        for to in [(65_536, 1), (40_000, 40_000)] {
            let error = resize(&stripes(4, 4), to.0, to.1, Filter::Bilinear).unwrap_err();
            assert_eq!(error, ResizeError::TooLarge { from: (4, 4), to });
        }
    }

    #[test]
    fn halving_a_checkerboard_is_grey_away_from_its_edges() {
        let board = GrayImage::from_fn(8, 8, |x, y| Luma([255 * ((x + y) % 2) as u8]));
        let half = resize(&board, 4, 4, Filter::Bilinear).unwrap();
        let inner = [(1, 1), (2, 1), (1, 2), (2, 2)].map(|(x, y)| half.get_pixel(x, y).0[0]);
        assert_eq!(inner, [128; 4]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_constant_picture_stays_constant(
            colour: [u8; 3],
            from in (1..40u32, 1..40u32),
            to in (1..60u32, 1..60u32),
            filter in filters(),
        ) {
            let image = RgbImage::from_pixel(from.0, from.1, Rgb(colour));
            let resized = resize(&image, to.0, to.1, filter).unwrap();
            prop_assert_eq!(resized, RgbImage::from_pixel(to.0, to.1, Rgb(colour)));
        }

        #[test]
        fn the_same_size_is_the_same_picture(size in (1..40u32, 1..40u32), filter in filters()) {
            let image = stripes(size.0, size.1);
            prop_assert_eq!(&resize(&image, size.0, size.1, filter).unwrap(), &image);
        }

        #[test]
        fn resizing_commutes_with_mirroring_up_to_rounding(
            size in (1..40u32, 1..40u32), to in (1..40u32, 1..40u32), filter in filters(),
        ) {
            let image = stripes(size.0, size.1);
            let mirrored = image::imageops::flip_horizontal(&image);
            let one = resize(&mirrored, to.0, to.1, filter).unwrap();
            let two = image::imageops::flip_horizontal(&resize(&image, to.0, to.1, filter).unwrap());
            let farthest = one.iter().zip(two.iter()).map(|(a, b)| a.abs_diff(*b)).max();
            prop_assert!(farthest <= Some(2), "{:?}", farthest);
        }
    }
}
