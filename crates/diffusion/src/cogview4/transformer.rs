//! The whole transformer.

use candle_core::{Device, Tensor};
use linocut_core::Stop;
use linocut_nn::weights::Weights;
use linocut_nn::{Activation, Linear, Pairs, PatchEmbedding, Rotary, normalised};

use super::block::{Block, EPS};
use super::config::CogView4Config;
use crate::block::modulation::{modulated, parts};
use crate::denoise::{Encoded, Question};
use crate::model_error::{ModelError, go_on};
use crate::unet::{Projection, Waves};

/// Base of the frequencies of places.
const BASE: f64 = 10_000.0;
/// Numbers of a size that the network is told: height and width as they were, what was cut off above and on the left, height and width.
const NUMBERS: usize = 6;

/// The denoiser of `CogView4`.
#[derive(Clone, Debug)]
pub struct CogView4Transformer {
    config: CogView4Config,
    enter: PatchEmbedding,
    text: Linear,
    time: Projection,
    size: Projection,
    blocks: Vec<Block>,
    by_time: Linear,
    leave: Linear,
}

impl CogView4Transformer {
    /// Loads a network of this shape under its published names.
    ///
    /// # Errors
    ///
    /// [`ModelError::Unsupported`] if the numbers do not fit, [`ModelError::Weights`] if a tensor is missing or has another shape.
    pub fn load(weights: &Weights, config: &CogView4Config) -> Result<Self, ModelError> {
        config.check()?;
        let (hidden, time, patch) = (config.hidden(), config.time_embed_dim, config.patch_size);
        let (entry, told) = (weights.pp("patch_embed"), weights.pp("time_condition_embed"));
        let linear = |weights: &Weights, depth, width| Linear::load(weights, depth, width, true);
        let block = |at| Block::load(&weights.pp("transformer_blocks").pp(at), config);
        Ok(Self {
            enter: PatchEmbedding::load_matrix(&entry.pp("proj"), config.in_channels, patch, hidden, true)?,
            text: linear(&entry.pp("text_proj"), config.text_embed_dim, hidden)?,
            time: Projection::load(&told.pp("timestep_embedder"), hidden, time)?,
            size: Projection::load(&told.pp("condition_embedder"), NUMBERS * config.condition_dim, time)?,
            blocks: (0..config.num_layers).map(block).collect::<Result<_, _>>()?,
            by_time: linear(&weights.pp("norm_out.linear"), time, 2 * hidden)?,
            leave: linear(&weights.pp("proj_out"), hidden, patch * patch * config.out_channels)?,
            config: config.clone(),
        })
    }

    /// The direction from picture to noise, of the latents' shape and type.
    ///
    /// # Shapes
    ///
    /// - `latents`: (batch, channels, height, width), sides multiples of the patch
    /// - texts: (1, words, length) each, all of as many words
    ///
    /// # Errors
    ///
    /// [`ModelError::ShapeMismatch`] if an input has another shape, [`ModelError::Stopped`] if `stop`, polled before each block, asks
    /// for an end.
    pub fn forward(&self, question: &Question<'_>, stop: &Stop) -> Result<Tensor, ModelError> {
        let (latents, text) = (question.latents, Encoded { states: question.states()?, pooled: None });
        self.check(latents, &text.states)?;
        let (_, _, height, width) = latents.dims4()?;
        let (rows, columns) = (height / self.config.patch_size, width / self.config.patch_size);
        let (words, time) = (text.states.dim(1)?, self.told(question)?);
        let rotary = self.rotary(words, rows, columns, latents.device())?;
        let mut row = Tensor::cat(&[self.text.forward(&text.states)?, self.enter.forward(latents)?], 1)?;
        for block in &self.blocks {
            go_on(stop)?;
            row = block.forward(&row, words, &rotary, &time)?;
        }
        let picture = normalised(&row.narrow(1, words, rows * columns)?.contiguous()?, EPS)?;
        let [scale, shift] = &parts(&self.by_time.forward(&time)?, 2)?[..] else { return Ok(picture) };
        self.unpatch(&self.leave.forward(&modulated(&picture, shift, scale)?)?, rows, columns)
    }

    /// The configuration that the network was loaded with.
    pub fn config(&self) -> &CogView4Config {
        &self.config
    }

    /// Time and size as one vector, activated: (batch, length). The picture was never of another size, and nothing of it was cut off.
    fn told(&self, question: &Question<'_>) -> Result<Tensor, ModelError> {
        let (batch, device, dtype) = (question.texts.len(), question.latents.device(), question.latents.dtype());
        let (width, height) = (question.size.0 as f32, question.size.1 as f32);
        let waves = |length| Waves { length, cosines_first: true, shift: 0.0 };
        let time = waves(self.config.hidden()).embed(&vec![question.timestep as f32; batch], device)?;
        let size: [f32; NUMBERS] = [height, width, 0.0, 0.0, height, width];
        let size = waves(self.config.condition_dim).embed(&size.repeat(batch), device)?.reshape((batch, ()))?;
        let told = (self.time.forward(&time.to_dtype(dtype)?)? + self.size.forward(&size.to_dtype(dtype)?)?)?;
        Ok(Activation::Silu.forward(&told)?)
    }

    /// Rotations of words, which have no place, then of patches, whose rows and columns are spread among the same places in any picture.
    fn rotary(&self, words: usize, rows: usize, columns: usize, device: &Device) -> Result<Rotary, ModelError> {
        let ([most_rows, most_columns], half) = (self.config.rope_axes_dim, self.config.attention_head_dim / 2);
        let patch = |at: usize| [at / columns * most_rows / rows, at % columns * most_columns / columns];
        let places = std::iter::repeat_n([0; 2], words).chain((0..rows * columns).map(patch));
        let places: Vec<[usize; 2]> = places.collect();
        Ok(Rotary::of_places(&places, &[half, half], BASE, Pairs::Halves, device)?)
    }

    /// (batch, patches, channels x side x side) to (batch, channels, height, width).
    fn unpatch(&self, patches: &Tensor, rows: usize, columns: usize) -> Result<Tensor, ModelError> {
        let (batch, side, channels) = (patches.dim(0)?, self.config.patch_size, self.config.out_channels);
        let cut = patches.reshape(&[batch, rows, columns, channels, side, side][..])?;
        let whole = cut.permute([0, 3, 1, 4, 2, 5])?.contiguous()?;
        Ok(whole.reshape((batch, channels, rows * side, columns * side))?)
    }

    fn check(&self, latents: &Tensor, text: &Tensor) -> Result<(), ModelError> {
        let (config, batch) = (&self.config, latents.dims().first().copied().unwrap_or(0));
        let (side, channels, length) = (config.patch_size, config.in_channels, config.text_embed_dim);
        let mismatch = |tensor, expected, actual: &Tensor| {
            Err(ModelError::ShapeMismatch { tensor, expected, actual: actual.dims().to_vec() })
        };
        let fits = |length: usize| length > 0 && length.is_multiple_of(side);
        if !matches!(latents.dims(), [b, c, h, w] if *b > 0 && *c == channels && fits(*h) && fits(*w)) {
            let expected = format!("(batch, {channels}, height, width), multiples of {side}");
            return mismatch("latents", expected, latents);
        }
        if !matches!(text.dims(), [b, words, l] if *b == batch && *words > 0 && *l == length) {
            return mismatch("text", format!("({batch}, words, {length})"), text);
        }
        Ok(())
    }
}
