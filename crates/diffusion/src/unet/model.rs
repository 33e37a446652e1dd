//! The whole UNet.

use candle_core::{DType, Tensor};
use linocut_nn::weights::Weights;
use linocut_nn::{Conv2d, ConvConfig, GroupNorm};

use super::config::UNetConfig;
use super::embedding::{Projection, Waves};
use super::stage::Stage;
use crate::model_error::ModelError;

/// Numbers that describe a picture's size.
const TIME_IDS: usize = 6;

/// What the UNet is told.
#[derive(Clone, Debug)]
pub struct UNetInput<'a> {
    /// Noisy latents, (batch, channels, height, width).
    pub latents: &'a Tensor,
    /// The time, 0 to 999, the same for the whole batch.
    pub timestep: f64,
    /// States of the text, (batch, words, length).
    pub text: &'a Tensor,
    /// Pooled text, (batch, length); none for a network that is not told of it.
    pub pooled: Option<&'a Tensor>,
    /// Height and width of the original, top and left of the crop, height and width of the target, in pixels: (batch, 6); none for
    /// a network that is not told of it.
    pub time_ids: Option<&'a Tensor>,
}

/// The denoiser of Stable Diffusion and of the SDXL family.
#[derive(Clone, Debug)]
pub struct UNet {
    config: UNetConfig,
    pub(super) enter: Conv2d,
    time: Projection,
    added: Option<Projection>,
    pub(super) down: Vec<Stage>,
    pub(super) middle: Option<Stage>,
    pub(super) up: Vec<Stage>,
    pub(super) norm: GroupNorm,
    pub(super) leave: Conv2d,
}

impl UNet {
    /// Loads a network of this shape under its published names.
    ///
    /// # Errors
    ///
    /// [`ModelError::Unsupported`] if it is none of this family, [`ModelError::Weights`] if a tensor is missing or has another
    /// shape.
    pub fn load(weights: &Weights, config: &UNetConfig) -> Result<Self, ModelError> {
        config.check()?;
        let (first, stages) = (config.block_out_channels[0], config.block_out_channels.len());
        let conv = |name: &str, depth, width| Conv2d::load(&weights.pp(name), depth, width, ConvConfig::SAME);
        let added = config.projection_class_embeddings_input_dim.unwrap_or(0);
        let groups = config.norm_num_groups;
        Ok(Self {
            enter: conv("conv_in", config.in_channels, first)?,
            time: Projection::load(&weights.pp("time_embedding"), first, 4 * first)?,
            added: config
                .is_told_size()
                .then(|| Projection::load(&weights.pp("add_embedding"), added, 4 * first))
                .transpose()?,
            down: (0..stages).map(|at| Stage::load_down(weights, config, at)).collect::<Result<_, _>>()?,
            middle: Stage::load_middle(weights, config)?,
            up: (0..stages).map(|at| Stage::load_up(weights, config, at)).collect::<Result<_, _>>()?,
            norm: GroupNorm::load(&weights.pp("conv_norm_out"), first, groups, config.norm_eps)?,
            leave: conv("conv_out", first, config.out_channels)?,
            config: config.clone(),
        })
    }

    /// The configuration that the network was loaded with.
    pub fn config(&self) -> &UNetConfig {
        &self.config
    }

    /// Time, pooled text and the picture's size as one vector, (batch, 4 x first stage's channels), of an input that is checked first.
    pub(super) fn embed_time(&self, input: &UNetInput<'_>) -> Result<Tensor, ModelError> {
        self.check(input)?;
        let (batch, device, dtype) = (input.latents.dim(0)?, input.latents.device(), input.latents.dtype());
        let waves =
            |length| Waves { length, cosines_first: self.config.flip_sin_to_cos, shift: self.config.freq_shift };
        let time = waves(self.config.block_out_channels[0]).embed(&vec![input.timestep as f32; batch], device)?;
        let time = self.time.forward(&time.to_dtype(dtype)?)?;
        let (Some(added), Some(pooled), Some(sizes)) = (&self.added, input.pooled, input.time_ids) else {
            return Ok(time);
        };
        let sizes = sizes.to_dtype(DType::F32)?.flatten_all()?.to_vec1::<f32>()?;
        let sizes = waves(self.size_length()).embed(&sizes, device)?.reshape((batch, ()))?;
        let told = Tensor::cat(&[&pooled.to_dtype(dtype)?, &sizes.to_dtype(dtype)?], 1)?;
        Ok((time + added.forward(&told)?)?)
    }

    fn size_length(&self) -> usize {
        self.config.addition_time_embed_dim.unwrap_or(0)
    }

    fn check(&self, input: &UNetInput<'_>) -> Result<(), ModelError> {
        let channels = self.config.in_channels;
        let batch = input.latents.dims().first().copied().unwrap_or(0);
        let all = self.config.projection_class_embeddings_input_dim.unwrap_or(0);
        let pooled = all.saturating_sub(TIME_IDS * self.size_length());
        let text = self.config.cross_attention_dim;
        let expect = |holds: bool, tensor: &'static str, found: Option<&Tensor>, expected: String| {
            let actual = found.map_or(Vec::new(), |found| found.dims().to_vec());
            if holds { Ok(()) } else { Err(ModelError::ShapeMismatch { tensor, expected, actual }) }
        };
        let is_latents = matches!(input.latents.dims(), [b, c, h, w] if *b > 0 && *c == channels && *h > 0 && *w > 0);
        let is_text = matches!(input.text.dims(), [b, words, length] if *b == batch && *words > 0 && *length == text);
        expect(is_latents, "latents", Some(input.latents), format!("(batch, {channels}, height, width)"))?;
        expect(is_text, "text", Some(input.text), format!("({batch}, words, {text})"))?;
        if self.added.is_none() {
            return Ok(());
        }
        let has = |found: Option<&Tensor>, shape: [usize; 2]| found.is_some_and(|found| found.dims() == shape);
        let (is_pooled, is_sizes) = (has(input.pooled, [batch, pooled]), has(input.time_ids, [batch, TIME_IDS]));
        expect(is_pooled, "pooled", input.pooled, format!("({batch}, {pooled})"))?;
        expect(is_sizes, "time_ids", input.time_ids, format!("({batch}, {TIME_IDS})"))
    }
}
