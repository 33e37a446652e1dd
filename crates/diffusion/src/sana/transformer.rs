//! The whole transformer.

use candle_core::Tensor;
use linocut_core::Stop;
use linocut_nn::weights::{Weights, WeightsError};
use linocut_nn::{Activation, Gain, Linear, PatchEmbedding, RmsNorm};

use super::block::{Block, PARTS};
use super::config::SanaConfig;
use crate::block::modulation::{modulated, normalised};
use crate::model_error::{ModelError, go_on};
use crate::unet::{Projection, Waves};

/// Waves that tell time and guidance.
const WAVES: Waves = Waves { length: 256, cosines_first: true, shift: 0.0 };
/// Added to the mean square by the norm of words.
const EPS: f64 = 1e-5;

/// The denoiser of SANA.
#[derive(Clone, Debug)]
pub struct SanaTransformer {
    config: SanaConfig,
    enter: PatchEmbedding,
    time: Projection,
    /// Of models that are told it.
    guidance: Option<Projection>,
    /// The time's vector as the blocks want it.
    to_blocks: Linear,
    text: [Linear; 2],
    text_norm: RmsNorm,
    blocks: Vec<Block>,
    /// What is added to the time's vector behind the blocks: (2, hidden).
    table: Tensor,
    leave: Linear,
}

impl SanaTransformer {
    /// Loads a network of this shape under its published names.
    ///
    /// # Errors
    ///
    /// [`ModelError::Unsupported`] if the numbers do not fit, [`ModelError::Weights`] if a tensor is missing or has another shape.
    pub fn load(weights: &Weights, config: &SanaConfig) -> Result<Self, ModelError> {
        config.check()?;
        let (hidden, patch, is_told) = (config.hidden(), config.patch_size, config.guidance_embeds);
        let linear = |name: &str, depth, width| Linear::load(&weights.pp(name), depth, width, true);
        let told = weights.pp("time_embed");
        // Without guidance the time's layers are wrapped once more.
        let time = if is_told { told.pp("timestep_embedder") } else { told.pp("emb.timestep_embedder") };
        let guidance = || Projection::load(&told.pp("guidance_embedder"), WAVES.length, hidden);
        let block = |at| Block::load(&weights.pp("transformer_blocks").pp(at), config);
        let numbers = patch * patch * config.in_channels;
        Ok(Self {
            enter: PatchEmbedding::load(&weights.pp("patch_embed.proj"), config.in_channels, patch, hidden, true)?,
            time: Projection::load(&time, WAVES.length, hidden)?,
            guidance: is_told.then(guidance).transpose()?,
            to_blocks: linear("time_embed.linear", hidden, PARTS * hidden)?,
            text: [
                linear("caption_projection.linear_1", config.caption_channels, hidden)?,
                linear("caption_projection.linear_2", hidden, hidden)?,
            ],
            text_norm: RmsNorm::load(&weights.pp("caption_norm"), hidden, EPS, Gain::Weight)?,
            blocks: (0..config.num_layers).map(block).collect::<Result<_, WeightsError>>()?,
            table: weights.get_computed("scale_shift_table", &[2, hidden])?,
            leave: linear("proj_out", hidden, numbers)?,
            config: config.clone(),
        })
    }

    /// The direction from picture to noise, of the latents' shape and type.
    ///
    /// # Shapes
    ///
    /// - `latents`: (batch, channels, height, width), sides multiples of the patch
    /// - `time`: in the sampler's count, the same for the whole batch
    /// - `guidance`: how much is wanted, for networks that are told it
    /// - `text`: (1, words, length), the same for the whole batch
    ///
    /// # Errors
    ///
    /// [`ModelError::ShapeMismatch`] if an input has another shape, [`ModelError::Stopped`] if `stop`, polled before each block, asks
    /// for an end.
    pub fn forward(
        &self,
        latents: &Tensor,
        (time, guidance): (f64, f64),
        text: &Tensor,
        stop: &Stop,
    ) -> Result<Tensor, ModelError> {
        self.check(latents, text)?;
        let (batch, _, height, width) = latents.dims4()?;
        let (dtype, hidden, patch) = (latents.dtype(), self.config.hidden(), self.config.patch_size);
        let (rows, columns) = (height / patch, width / patch);
        let told = self.told(time, guidance, latents)?;
        let by_time = self.to_blocks.forward(&Activation::Silu.forward(&told)?)?.reshape((1, PARTS, hidden))?;
        let words = self.text[0].forward_activated(&text.to_dtype(dtype)?, Activation::GeluTanh)?;
        let words = self.text_norm.forward(&self.text[1].forward(&words)?)?;
        let mut state = self.enter.forward(latents)?;
        for block in &self.blocks {
            go_on(stop)?;
            state = block.forward(&state, (rows, columns), &words, &by_time)?;
        }
        let by_time = told.unsqueeze(1)?.broadcast_add(&self.table.to_dtype(dtype)?)?;
        let (shift, scale) = (by_time.narrow(1, 0, 1)?.contiguous()?, by_time.narrow(1, 1, 1)?.contiguous()?);
        let patches = self.leave.forward(&modulated(&normalised(&state)?, &shift, &scale)?)?;
        // Rows of patches, each of rows of latents, to planes.
        let cut = patches.reshape(&[batch, rows, columns, patch, patch, self.config.in_channels][..])?;
        let whole = cut.permute([0, 5, 1, 3, 2, 4])?.contiguous()?;
        Ok(whole.reshape(latents.shape())?)
    }

    /// Time and guidance as one vector, (1, hidden).
    fn told(&self, time: f64, guidance: f64, latents: &Tensor) -> candle_core::Result<Tensor> {
        let waves = |number: f64| WAVES.embed(&[number as f32], latents.device())?.to_dtype(latents.dtype());
        let Some(layers) = &self.guidance else {
            return self.time.forward(&waves(time * self.config.timestep_scale)?);
        };
        self.time.forward(&waves(time)?)? + layers.forward(&waves(guidance * self.config.guidance_embeds_scale)?)?
    }

    /// The configuration that the network was loaded with.
    pub fn config(&self) -> &SanaConfig {
        &self.config
    }

    fn check(&self, latents: &Tensor, text: &Tensor) -> Result<(), ModelError> {
        let (side, channels, length) = (self.config.patch_size, self.config.in_channels, self.config.caption_channels);
        let fits = |sides: usize| sides > 0 && sides.is_multiple_of(side);
        let is_latents = matches!(latents.dims(), [b, c, h, w] if *b > 0 && *c == channels && fits(*h) && fits(*w));
        let is_text = matches!(text.dims(), [1, words, l] if *words > 0 && *l == length);
        let expect = |holds: bool, tensor: &'static str, found: &Tensor, expected: String| {
            let actual = found.dims().to_vec();
            if holds { Ok(()) } else { Err(ModelError::ShapeMismatch { tensor, expected, actual }) }
        };
        expect(is_latents, "latents", latents, format!("(batch, {channels}, height, width), multiples of {side}"))?;
        expect(is_text, "text", text, format!("(1, words, {length})"))
    }
}
