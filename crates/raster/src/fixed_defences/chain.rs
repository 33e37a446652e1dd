//! The chain of the three fixed filters, with its buffers, for many pictures of one size.

use image::RgbImage;

use super::bilateral::Bilateral;
use super::low_pass::LowPass;
use super::median::Median;
use super::planes::Planes;
use super::{FixedDefenceError, check};

/// The contest's defences that use no random numbers, for many pictures of one size.
///
/// Holds the transforms' plans and every buffer, about 20 bytes a pixel; after [`FixedDefences::new`] only results are
/// allocated. A result depends on its picture alone, not on those before it. Single-threaded.
///
/// ```
/// use image::RgbImage;
/// use linocut_raster::{FixedDefences, fixed_defences};
///
/// let (black, white) = (RgbImage::new(64, 48), RgbImage::from_pixel(64, 48, image::Rgb([255; 3])));
/// let mut defences = FixedDefences::new(64, 48)?;
/// assert_eq!(defences.apply(&white)?, white);
/// assert_eq!(defences.apply(&black)?, fixed_defences(&black)?);
/// # Ok::<(), linocut_raster::FixedDefenceError>(())
/// ```
#[derive(Debug, Clone)]
pub struct FixedDefences {
    size: (u32, u32),
    median: Median,
    low_pass: LowPass,
    bilateral: Bilateral,
    planes: Planes,
    filtered: Planes,
}

impl FixedDefences {
    /// Prepares the filters for pictures of `width` x `height` px.
    ///
    /// # Errors
    ///
    /// [`FixedDefenceError::TooSmall`] if a side is under 4 px; [`FixedDefenceError::TooLarge`] if one is over 65,535 px or the
    /// picture has over 2^24 px.
    pub fn new(width: u32, height: u32) -> Result<Self, FixedDefenceError> {
        let size = (width, height);
        check(size)?;
        Ok(Self {
            size,
            median: Median::new(width, height),
            low_pass: LowPass::new(width, height),
            bilateral: Bilateral::new(width, height),
            planes: Planes::new(width, height),
            filtered: Planes::new(width, height),
        })
    }

    /// Width and height in px of the pictures that can be filtered.
    #[must_use]
    pub fn size(&self) -> (u32, u32) {
        self.size
    }

    /// All three filters in a row: [`fixed_defences`](super::fixed_defences).
    ///
    /// # Errors
    ///
    /// [`FixedDefenceError::SizeMismatch`] if `image` has another size than the filters.
    pub fn apply(&mut self, image: &RgbImage) -> Result<RgbImage, FixedDefenceError> {
        self.fill(image)?;
        self.run_all(&mut || true);
        Ok(self.result())
    }

    /// [`FixedDefences::apply`], unless `go_on` returns false in the meantime; then `None`. It is asked at least once for each
    /// channel and filter, and every few rows where a filter is slow.
    ///
    /// # Errors
    ///
    /// [`FixedDefenceError::SizeMismatch`] if `image` has another size than the filters.
    pub fn apply_while(
        &mut self,
        image: &RgbImage,
        mut go_on: impl FnMut() -> bool,
    ) -> Result<Option<RgbImage>, FixedDefenceError> {
        self.fill(image)?;
        Ok(self.run_all(&mut go_on).then(|| self.result()))
    }

    /// [`median`](super::median) alone.
    ///
    /// # Errors
    ///
    /// [`FixedDefenceError::SizeMismatch`] if `image` has another size than the filters.
    pub fn median(&mut self, image: &RgbImage) -> Result<RgbImage, FixedDefenceError> {
        self.fill(image)?;
        self.run_median(&mut || true);
        Ok(self.result())
    }

    /// [`low_pass`](super::low_pass) alone.
    ///
    /// # Errors
    ///
    /// [`FixedDefenceError::SizeMismatch`] if `image` has another size than the filters.
    pub fn low_pass(&mut self, image: &RgbImage) -> Result<RgbImage, FixedDefenceError> {
        self.fill(image)?;
        self.run_low_pass(&mut || true);
        Ok(self.result())
    }

    /// [`bilateral`](super::bilateral) alone.
    ///
    /// # Errors
    ///
    /// [`FixedDefenceError::SizeMismatch`] if `image` has another size than the filters.
    pub fn bilateral(&mut self, image: &RgbImage) -> Result<RgbImage, FixedDefenceError> {
        self.fill(image)?;
        self.run_bilateral(&mut || true);
        Ok(self.result())
    }

    fn fill(&mut self, image: &RgbImage) -> Result<(), FixedDefenceError> {
        if image.dimensions() != self.size {
            return Err(FixedDefenceError::SizeMismatch { expected: self.size, actual: image.dimensions() });
        }
        self.planes.fill(image);
        Ok(())
    }

    fn run_all(&mut self, go_on: &mut dyn FnMut() -> bool) -> bool {
        self.run_median(go_on) && self.run_low_pass(go_on) && self.run_bilateral(go_on)
    }

    /// Returns whether it was done, like the next two.
    fn run_median(&mut self, go_on: &mut dyn FnMut() -> bool) -> bool {
        for (from, to) in self.planes.channels.iter().zip(&mut self.filtered.channels) {
            if !go_on() {
                return false;
            }
            self.median.run(from, to);
        }
        std::mem::swap(&mut self.planes, &mut self.filtered);
        true
    }

    fn run_low_pass(&mut self, go_on: &mut dyn FnMut() -> bool) -> bool {
        for (from, to) in self.planes.channels.iter().zip(&mut self.filtered.channels) {
            if !go_on() {
                return false;
            }
            self.low_pass.run(from, to);
        }
        std::mem::swap(&mut self.planes, &mut self.filtered);
        true
    }

    fn run_bilateral(&mut self, go_on: &mut dyn FnMut() -> bool) -> bool {
        let done = self.bilateral.run(&self.planes, &mut self.filtered, go_on);
        std::mem::swap(&mut self.planes, &mut self.filtered);
        done
    }

    fn result(&self) -> RgbImage {
        self.planes.image(self.size.0, self.size.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_that_are_stopped_at_any_time_give_nothing_and_harm_nothing() {
        let image = RgbImage::from_fn(40, 90, |x, y| image::Rgb([(x * 6) as u8, (y * 2) as u8, (x * y % 251) as u8]));
        let mut defences = FixedDefences::new(40, 90).unwrap();
        let whole = defences.apply(&image).unwrap();
        let mut polls = 0;
        let counted = defences.apply_while(&image, || {
            polls += 1;
            true
        });
        assert_eq!(counted.unwrap(), Some(whole.clone()));
        for most in 0..polls {
            let mut left = most;
            let stopped = defences.apply_while(&image, || {
                left -= 1;
                left >= 0
            });
            assert_eq!(stopped.unwrap(), None);
        }
        assert_eq!(defences.apply(&image).unwrap(), whole);
    }
}
