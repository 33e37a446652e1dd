//! The whole transformer.

use candle_core::Tensor;
use linocut_core::Stop;
use linocut_nn::weights::Weights;
use linocut_nn::{Activation, Linear, PatchEmbedding};

use super::block::Block;
use super::config::TransformerConfig;
use crate::block::modulation::{modulated, normalised, parts};
use crate::model_error::{ModelError, go_on};
use crate::unet::{Projection, Waves};

/// Waves that tell the time.
const TIME: Waves = Waves { length: 256, cosines_first: true, shift: 0.0 };

/// The denoiser of Stable Diffusion 3 and 3.5.
#[derive(Clone, Debug)]
pub struct Transformer {
    config: TransformerConfig,
    enter: PatchEmbedding,
    /// (1, most patches along a side squared, hidden)
    places: Tensor,
    time: Projection,
    pooled: Projection,
    text: Linear,
    blocks: Vec<Block>,
    by_time: Linear,
    leave: Linear,
}

impl Transformer {
    /// Loads a network of this shape under its published names.
    ///
    /// # Errors
    ///
    /// [`ModelError::Unsupported`] if the numbers do not fit, [`ModelError::Weights`] if a tensor is missing or has another shape.
    pub fn load(weights: &Weights, config: &TransformerConfig) -> Result<Self, ModelError> {
        config.check()?;
        let (hidden, patch, most) = (config.hidden(), config.patch_size, config.pos_embed_max_size);
        let told = weights.pp("time_text_embed");
        let linear = |name: &str, depth, width| Linear::load(&weights.pp(name), depth, width, true);
        let places = weights.pp("pos_embed");
        Ok(Self {
            enter: PatchEmbedding::load(&places.pp("proj"), config.in_channels, patch, hidden, true)?,
            places: places.get("pos_embed", &[1, most * most, hidden])?,
            time: Projection::load(&told.pp("timestep_embedder"), TIME.length, hidden)?,
            pooled: Projection::load(&told.pp("text_embedder"), config.pooled_projection_dim, hidden)?,
            text: linear("context_embedder", config.joint_attention_dim, hidden)?,
            blocks: (0..config.num_layers).map(|at| Block::load(weights, config, at)).collect::<Result<_, _>>()?,
            by_time: linear("norm_out.linear", hidden, 2 * hidden)?,
            leave: linear("proj_out", hidden, patch * patch * config.out_channels)?,
            config: config.clone(),
        })
    }

    /// The prediction for noisy latents, of their shape and type.
    ///
    /// # Shapes
    ///
    /// - `latents`: (batch, channels, height, width), sides multiples of the patch
    /// - `text`: states (batch, words, length), pooled (batch, length), without which there is no prediction
    ///
    /// # Errors
    ///
    /// [`ModelError::ShapeMismatch`] if an input has another shape, [`ModelError::Stopped`] if `stop`, polled before each block, asks
    /// for an end.
    pub fn forward(
        &self,
        latents: &Tensor,
        timestep: f64,
        (states, pooled): (&Tensor, Option<&Tensor>),
        stop: &Stop,
    ) -> Result<Tensor, ModelError> {
        let pooled = self.check(latents, states, pooled)?;
        let (batch, _, height, width) = latents.dims4()?;
        let (rows, columns) = (height / self.config.patch_size, width / self.config.patch_size);
        let time = TIME.embed(&vec![timestep as f32; batch], latents.device())?.to_dtype(latents.dtype())?;
        let time = (self.time.forward(&time)? + self.pooled.forward(pooled)?)?;
        let time = Activation::Silu.forward(&time)?;
        let places = self.places(rows, columns)?.to_dtype(latents.dtype())?;
        let mut state = self.enter.forward(latents)?.broadcast_add(&places)?;
        let mut text = self.text.forward(states)?;
        for block in &self.blocks {
            go_on(stop)?;
            (state, text) = block.forward(&state, &text, &time)?;
        }
        let [scale, shift] = &parts(&self.by_time.forward(&time)?, 2)?[..] else { return Ok(state) };
        let patches = self.leave.forward(&modulated(&normalised(&state)?, shift, scale)?)?;
        self.unpatch(&patches, rows, columns)
    }

    /// The configuration that the network was loaded with.
    pub fn config(&self) -> &TransformerConfig {
        &self.config
    }

    /// Places of the patches in the middle of the largest picture: (1, rows x columns, hidden).
    fn places(&self, rows: usize, columns: usize) -> candle_core::Result<Tensor> {
        let most = self.config.pos_embed_max_size;
        let grid = self.places.reshape((most, most, self.config.hidden()))?;
        let middle = grid.narrow(0, (most - rows) / 2, rows)?.narrow(1, (most - columns) / 2, columns)?;
        middle.contiguous()?.flatten(0, 1)?.unsqueeze(0)
    }

    /// (batch, patches, side x side x channels) to (batch, channels, height, width).
    fn unpatch(&self, patches: &Tensor, rows: usize, columns: usize) -> Result<Tensor, ModelError> {
        let (batch, side, channels) = (patches.dim(0)?, self.config.patch_size, self.config.out_channels);
        let cut = patches.reshape(&[batch, rows, columns, side, side, channels][..])?;
        let whole = cut.permute([0, 5, 1, 3, 2, 4])?.contiguous()?;
        Ok(whole.reshape((batch, channels, rows * side, columns * side))?)
    }

    fn check<'a>(&self, latents: &Tensor, text: &Tensor, pooled: Option<&'a Tensor>) -> Result<&'a Tensor, ModelError> {
        let (config, batch) = (&self.config, latents.dims().first().copied().unwrap_or(0));
        let (side, channels) = (config.patch_size, config.in_channels);
        let fits =
            |length: usize| length > 0 && length.is_multiple_of(side) && length / side <= config.pos_embed_max_size;
        let expect = |holds: bool, tensor: &'static str, found: &Tensor, expected: String| {
            let actual = found.dims().to_vec();
            if holds { Ok(()) } else { Err(ModelError::ShapeMismatch { tensor, expected, actual }) }
        };
        let is_latents = matches!(latents.dims(), [b, c, h, w] if *b > 0 && *c == channels && fits(*h) && fits(*w));
        let most = side * config.pos_embed_max_size;
        let expected = format!("(batch, {channels}, height, width), multiples of {side} to {most}");
        expect(is_latents, "latents", latents, expected)?;
        let length = config.joint_attention_dim;
        let is_text = matches!(text.dims(), [b, words, l] if *b == batch && *words > 0 && *l == length);
        expect(is_text, "text", text, format!("({batch}, words, {length})"))?;
        let length = config.pooled_projection_dim;
        pooled.filter(|pooled| pooled.dims() == [batch, length]).ok_or_else(|| ModelError::ShapeMismatch {
            tensor: "pooled",
            expected: format!("({batch}, {length})"),
            actual: pooled.map_or(Vec::new(), |pooled| pooled.dims().to_vec()),
        })
    }
}
