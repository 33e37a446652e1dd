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

/// Which of the two passes comes first. Between them samples are rounded to 8 bits, so the order shows: by a few levels, up to about 20 at
/// hard edges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum PassOrder {
    /// Along the rows first, as Pillow up to 12 does.
    #[default]
    RowsFirst,
    /// Along the columns first where the height loses more than twice as many px as the width, else along the rows, as Pillow 13
    /// does.
    ByLoss,
}

impl PassOrder {
    /// Whether the columns come first; sizes are (width, height) in px.
    fn begins_with_columns(self, from: (u32, u32), to: (u32, u32)) -> bool {
        let loss = |from: u32, to: u32| i64::from(from) - i64::from(to);
        let (width, height) = (loss(from.0, to.0), loss(from.1, to.1));
        self == Self::ByLoss && height > 0 && height > 2 * width
    }
}

/// Resizes to `width` x `height` px as `Image.resize` of Pillow up to 12 does, bit for bit.
///
/// The kernel is widened when shrinking (antialiasing). Rows come first, then columns, with 8 bits between the passes; a pass
/// whose size does not change is left out. Works on one to four channels independently: for RGBA the result is that of
/// Pillow on split bands, since Pillow itself resizes RGBA premultiplied. [`resize_in_order`] does what Pillow 13 does.
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
/// Pillow up to 12, `src/libImaging/Resample.c`, for 8-bit channels.
pub fn resize<P: Pixel<Subpixel = u8>>(
    image: &ImageBuffer<P, Vec<u8>>,
    width: u32,
    height: u32,
    filter: Filter,
) -> Result<ImageBuffer<P, Vec<u8>>, ResizeError> {
    resize_in_order(image, width, height, filter, PassOrder::RowsFirst)
}

/// Resizes as [`resize`] does, with the passes in this order: [`PassOrder::ByLoss`] gives the bits of Pillow 13.
///
/// # Shapes
///
/// As [`resize`].
///
/// # Errors
///
/// As [`resize`].
///
/// # Source
///
/// Pillow 13.0, `src/libImaging/Resample.c`, for 8-bit channels.
pub fn resize_in_order<P: Pixel<Subpixel = u8>>(
    image: &ImageBuffer<P, Vec<u8>>,
    width: u32,
    height: u32,
    filter: Filter,
    order: PassOrder,
) -> Result<ImageBuffer<P, Vec<u8>>, ResizeError> {
    let (from, to) = (image.dimensions(), (width, height));
    let columns_first = order.begins_with_columns(from, to);
    check(from, to, P::CHANNEL_COUNT, columns_first)?;
    let samples = match P::CHANNEL_COUNT {
        1 => passes::<1>(image.as_raw(), from, to, filter, columns_first),
        2 => passes::<2>(image.as_raw(), from, to, filter, columns_first),
        3 => passes::<3>(image.as_raw(), from, to, filter, columns_first),
        4 => passes::<4>(image.as_raw(), from, to, filter, columns_first),
        channels => return Err(ResizeError::Channels { channels }),
    };
    ImageBuffer::from_raw(width, height, samples).ok_or(ResizeError::Empty { from, to })
}

/// The one or two passes; `from` and `to` are (width, height) in px.
fn passes<const CHANNELS: usize>(
    samples: &[u8],
    from: (u32, u32),
    to: (u32, u32),
    filter: Filter,
    columns_first: bool,
) -> Vec<u8> {
    let row = |width: u32| width as usize * CHANNELS;
    let columns = (from.0 != to.0).then(|| Taps::new(from.0, to.0, filter));
    let rows = (from.1 != to.1).then(|| Taps::new(from.1, to.1, filter));
    match (columns, rows) {
        (None, None) => samples[..row(from.0) * from.1 as usize].to_vec(),
        (Some(columns), None) => horizontal::<CHANNELS>(samples, row(from.0), &columns),
        (None, Some(rows)) => vertical(samples, row(from.0), &rows),
        (Some(columns), Some(rows)) if columns_first => {
            let low = vertical(samples, row(from.0), &rows);
            horizontal::<CHANNELS>(&low, row(from.0), &columns)
        }
        (Some(columns), Some(rows)) => {
            let narrow = horizontal::<CHANNELS>(samples, row(from.0), &columns);
            vertical(&narrow, row(to.0), &rows)
        }
    }
}

fn check(from: (u32, u32), to: (u32, u32), channels: u8, columns_first: bool) -> Result<(), ResizeError> {
    let sides = [from.0, from.1, to.0, to.1];
    if sides.contains(&0) {
        return Err(ResizeError::Empty { from, to });
    }
    let between = if columns_first { (from.0, to.1) } else { (to.0, from.1) };
    let area = |(width, height): (u32, u32)| u64::from(width) * u64::from(height);
    let samples = (area(between) + area(to)) * u64::from(channels);
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

    #[test]
    fn columns_come_first_where_the_height_loses_more_than_twice_as_much() {
        let first = |from, to| PassOrder::ByLoss.begins_with_columns(from, to);
        assert!(first((100, 200), (56, 111)) && !first((100, 200), (56, 112)));
        assert!(first((40, 57), (56, 56)) && !first((40, 56), (56, 56)) && !first((40, 20), (56, 56)));
        assert!(!PassOrder::RowsFirst.begins_with_columns((40, 200), (56, 56)));
    }

    #[test]
    fn columns_first_have_their_own_limit() {
        let tall = GrayImage::new(2, 60_000);
        // Between the passes 30,000 x 60,000 samples, or 2 x 10.
        let asked = |order| resize_in_order(&tall, 30_000, 10, Filter::Bilinear, order);
        assert!(matches!(asked(PassOrder::RowsFirst), Err(ResizeError::TooLarge { .. })));
        assert_eq!(asked(PassOrder::ByLoss).unwrap().dimensions(), (30_000, 10));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn both_orders_agree_where_one_axis_changes(
            size in (1..40u32, 1..40u32), side in 1..60u32, is_height: bool, filter in filters(),
        ) {
            let image = stripes(size.0, size.1);
            let (width, height) = if is_height { (size.0, side) } else { (side, size.1) };
            let by_loss = resize_in_order(&image, width, height, filter, PassOrder::ByLoss).unwrap();
            prop_assert_eq!(by_loss, resize(&image, width, height, filter).unwrap());
        }

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
