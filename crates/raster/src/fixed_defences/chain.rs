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
        self.run_median();
        self.run_low_pass();
        self.run_bilateral();
        Ok(self.result())
    }

    /// [`median`](super::median) alone.
    ///
    /// # Errors
    ///
    /// [`FixedDefenceError::SizeMismatch`] if `image` has another size than the filters.
    pub fn median(&mut self, image: &RgbImage) -> Result<RgbImage, FixedDefenceError> {
        self.fill(image)?;
        self.run_median();
        Ok(self.result())
    }

    /// [`low_pass`](super::low_pass) alone.
    ///
    /// # Errors
    ///
    /// [`FixedDefenceError::SizeMismatch`] if `image` has another size than the filters.
    pub fn low_pass(&mut self, image: &RgbImage) -> Result<RgbImage, FixedDefenceError> {
        self.fill(image)?;
        self.run_low_pass();
        Ok(self.result())
    }

    /// [`bilateral`](super::bilateral) alone.
    ///
    /// # Errors
    ///
    /// [`FixedDefenceError::SizeMismatch`] if `image` has another size than the filters.
    pub fn bilateral(&mut self, image: &RgbImage) -> Result<RgbImage, FixedDefenceError> {
        self.fill(image)?;
        self.run_bilateral();
        Ok(self.result())
    }

    fn fill(&mut self, image: &RgbImage) -> Result<(), FixedDefenceError> {
        if image.dimensions() != self.size {
            return Err(FixedDefenceError::SizeMismatch { expected: self.size, actual: image.dimensions() });
        }
        self.planes.fill(image);
        Ok(())
    }

    fn run_median(&mut self) {
        for (from, to) in self.planes.channels.iter().zip(&mut self.filtered.channels) {
            self.median.run(from, to);
        }
        std::mem::swap(&mut self.planes, &mut self.filtered);
    }

    fn run_low_pass(&mut self) {
        for (from, to) in self.planes.channels.iter().zip(&mut self.filtered.channels) {
            self.low_pass.run(from, to);
        }
        std::mem::swap(&mut self.planes, &mut self.filtered);
    }

    fn run_bilateral(&mut self) {
        self.bilateral.run(&self.planes, &mut self.filtered);
        std::mem::swap(&mut self.planes, &mut self.filtered);
    }

    fn result(&self) -> RgbImage {
        self.planes.image(self.size.0, self.size.1)
    }
}
