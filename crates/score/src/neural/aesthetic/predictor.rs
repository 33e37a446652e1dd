//! A picture tower and the head that rates what it sees.

use std::borrow::Cow;
use std::path::Path;

use candle_core::{Device, Tensor};
use image::RgbImage;
use linocut_core::{Score, Scores, StageError, Subject};

use super::linear_head::LinearHead;
use crate::neural::batches::in_batches;
use crate::neural::pixel_values::PixelValues;
use crate::neural::tower_error::TowerError;

/// A network that makes a vector of each picture.
pub trait PictureTower {
    /// Vectors of pictures, not normalised.
    ///
    /// # Shapes
    ///
    /// - `pixel_values`: (pictures, 3, side, side)
    /// - result: (pictures, n)
    ///
    /// # Errors
    ///
    /// When the pictures have another size, or the tower makes no vectors.
    fn vectors(&self, pixel_values: &Tensor) -> candle_core::Result<Tensor>;
}

/// A picture tower with a linear head: [`ClipAesthetic`](super::ClipAesthetic), [`SiglipAesthetic`](super::SiglipAesthetic).
///
/// [`Self::rate`] is exact and without a gradient. [`Self::rate_levels`] is one graph from a picture's levels to its rating; with
/// [`SmoothDefences`](crate::neural::smooth::SmoothDefences) in front, from the picture to the rating that the contest gives it:
///
/// ```
/// use candle_core::{DType, Device, Tensor, Var};
/// use linocut_score::aesthetic::ClipAesthetic;
/// use linocut_score::smooth::SmoothDefences;
///
/// # let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/score/clip");
/// # let head = folder.join("linearMSE_head.safetensors");
/// let clip = ClipAesthetic::load(&folder, &head, &Device::Cpu)?;
/// let defences = SmoothDefences::new((40, 30), [1, 0, 0, 1], DType::F32, &Device::Cpu)?;
///
/// let picture = Var::from_tensor(&Tensor::rand(0_f32, 255.0, (1, 3, 30, 40), &Device::Cpu)?)?;
/// let rating = clip.rate_levels(&defences.forward(&picture)?)?;
/// let gradients = rating.sum_all()?.backward()?;
/// assert_eq!(gradients.get(&picture).map(Tensor::dims), Some(&[1, 3, 30, 40][..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Predictor<T> {
    tower: T,
    pixels: PixelValues,
    head: LinearHead,
    device: Device,
}

impl<T: PictureTower> Predictor<T> {
    /// A tower, how pictures are made for it, and the head's file for vectors of `size` elements.
    pub(super) fn new(
        tower: T,
        pixels: PixelValues,
        (head, size): (&Path, usize),
        device: &Device,
    ) -> Result<Self, TowerError> {
        Ok(Self { tower, pixels, head: LinearHead::read(head, size)?, device: device.clone() })
    }

    /// The rating of each picture, about 1 to 10. All pictures run in one pass.
    ///
    /// # Errors
    ///
    /// [`TowerError`] for a picture without pixels.
    pub fn rate(&self, pictures: &[&RgbImage]) -> Result<Vec<f64>, TowerError> {
        if pictures.is_empty() {
            return Ok(Vec::new());
        }
        let vectors = self.tower.vectors(&self.pixels.tensor(pictures, &self.device)?)?;
        Ok(vectors.to_vec2::<f32>()?.iter().map(|vector| self.head.rate(vector)).collect())
    }

    /// The ratings of pictures as levels, with a gradient with respect to them and none of the weights.
    ///
    /// Those of [`Self::rate`], but that pixel values are not rounded to whole levels: see [`PixelValues::of_levels`].
    ///
    /// # Shapes
    ///
    /// - `levels`: (pictures, 3, height, width), f32, 0 to 255
    /// - result: (pictures)
    ///
    /// # Errors
    ///
    /// [`TowerError`] for another shape, or pictures without pixels.
    pub fn rate_levels(&self, levels: &Tensor) -> Result<Tensor, TowerError> {
        Ok(self.rate_pixels(&self.pixels.of_levels(levels)?)?)
    }

    /// The ratings of pictures as pixel values, with a gradient with respect to them and none of the weights.
    ///
    /// # Shapes
    ///
    /// - `pixel_values`: (pictures, 3, side, side), as [`PixelValues::tensor`] makes them
    /// - result: (pictures)
    ///
    /// # Errors
    ///
    /// When the pictures have another size.
    pub fn rate_pixels(&self, pixel_values: &Tensor) -> candle_core::Result<Tensor> {
        self.head.forward(&self.tower.vectors(pixel_values)?)
    }

    /// A tenth of the rating, not clipped. Parts: `rating`.
    ///
    /// # Errors
    ///
    /// [`TowerError`] for a picture without pixels.
    pub fn scores(&self, subject: &Subject<'_>) -> Result<Scores, TowerError> {
        let ratings = self.rate(&[subject.image])?;
        Ok(scores(ratings.first().copied().unwrap_or(0.0)))
    }
}

fn scores(rating: f64) -> Scores {
    Scores { total: rating / 10.0, parts: vec![(Cow::Borrowed("rating"), rating)] }
}

impl<T: PictureTower> Score for Predictor<T> {
    fn score(&self, subject: &Subject<'_>) -> Result<Scores, StageError> {
        self.scores(subject).map_err(|error| StageError::new("score", error))
    }

    fn score_batch(&self, subjects: &[Subject<'_>]) -> Vec<Result<Scores, StageError>> {
        in_batches(
            subjects,
            |subjects| {
                let pictures: Vec<&RgbImage> = subjects.iter().map(|subject| subject.image).collect();
                Ok(self.rate(&pictures)?.into_iter().map(scores).collect())
            },
            |subject| self.score(subject),
        )
    }
}
