//! The whole transformer.

use candle_core::Tensor;
use linocut_core::Stop;
use linocut_nn::weights::Weights;
use linocut_nn::{Activation, Linear, Pairs, Rotary};

use super::block::{DoubleBlock, SingleBlock};
use super::config::FluxConfig;
use crate::block::modulation::{modulated, normalised, parts};
use crate::denoise::{Encoded, Question};
use crate::model_error::{ModelError, go_on};
use crate::unet::{Projection, Waves};

/// Waves that tell time and guidance.
const WAVES: Waves = Waves { length: 256, cosines_first: true, shift: 0.0 };
/// Base of the frequencies of places.
const BASE: f64 = 10_000.0;
/// Guidance is told in thousandths, as the time is.
const GUIDANCE: f64 = 1_000.0;

/// The denoiser of FLUX.1.
#[derive(Clone, Debug)]
pub struct FluxTransformer {
    config: FluxConfig,
    enter: Linear,
    text: Linear,
    time: Projection,
    /// Of models that are told it.
    guidance: Option<Projection>,
    pooled: Projection,
    doubles: Vec<DoubleBlock>,
    singles: Vec<SingleBlock>,
    by_time: Linear,
    leave: Linear,
}

impl FluxTransformer {
    /// Loads a network of this shape under the names of diffusers.
    ///
    /// # Errors
    ///
    /// [`ModelError::Unsupported`] if the numbers do not fit, [`ModelError::Weights`] if a tensor is missing or has another shape.
    pub fn load(weights: &Weights, config: &FluxConfig) -> Result<Self, ModelError> {
        config.check()?;
        let (hidden, told) = (config.hidden(), weights.pp("time_text_embed"));
        let linear = |name: &str, depth, width| Linear::load(&weights.pp(name), depth, width, true);
        let waves = |name: &str| Projection::load(&told.pp(name), WAVES.length, hidden);
        let double = |at| DoubleBlock::load(&weights.pp("transformer_blocks").pp(at), config);
        let single = |at| SingleBlock::load(&weights.pp("single_transformer_blocks").pp(at), config);
        Ok(Self {
            enter: linear("x_embedder", config.in_channels, hidden)?,
            text: linear("context_embedder", config.joint_attention_dim, hidden)?,
            time: waves("timestep_embedder")?,
            guidance: config.guidance_embeds.then(|| waves("guidance_embedder")).transpose()?,
            pooled: Projection::load(&told.pp("text_embedder"), config.pooled_projection_dim, hidden)?,
            doubles: (0..config.num_layers).map(double).collect::<Result<_, _>>()?,
            singles: (0..config.num_single_layers).map(single).collect::<Result<_, _>>()?,
            by_time: linear("norm_out.linear", hidden, 2 * hidden)?,
            leave: linear("proj_out", hidden, config.in_channels)?,
            config: config.clone(),
        })
    }

    /// The direction from picture to noise, of the latents' shape and type.
    ///
    /// # Shapes
    ///
    /// - `latents`: (batch, channels, height, width), sides multiples of 2
    /// - texts: states (batch, words, length) and pooled (batch, length)
    ///
    /// # Errors
    ///
    /// [`ModelError::ShapeMismatch`] if an input has another shape, [`ModelError::Stopped`] if `stop`, polled before each block, asks
    /// for an end.
    pub fn forward(&self, question: &Question<'_>, stop: &Stop) -> Result<Tensor, ModelError> {
        let latents = question.latents;
        let text = Encoded { states: question.states()?, pooled: question.pooled()? };
        let pooled = self.check(latents, &text)?;
        let (_, _, height, width) = latents.dims4()?;
        let (rows, columns, words) = (height / 2, width / 2, text.states.dim(1)?);
        let time = self.told(question, pooled)?;
        let rotary = self.rotary(words, rows, columns, latents)?;
        let mut states = [self.text.forward(&text.states)?, self.enter.forward(&self.pack(latents)?)?];
        for block in &self.doubles {
            go_on(stop)?;
            states = block.forward(states.each_ref(), &rotary, &time)?;
        }
        let mut state = Tensor::cat(&states, 1)?;
        for block in &self.singles {
            go_on(stop)?;
            state = block.forward(&state, &rotary, &time)?;
        }
        let state = state.narrow(1, words, rows * columns)?.contiguous()?;
        let [scale, shift] = &parts(&self.by_time.forward(&time)?, 2)?[..] else { return Ok(state) };
        self.unpack(&self.leave.forward(&modulated(&normalised(&state)?, shift, scale)?)?, rows, columns)
    }

    /// The configuration that the network was loaded with.
    pub fn config(&self) -> &FluxConfig {
        &self.config
    }

    /// Time, guidance and the whole text as one vector, activated: (batch, hidden).
    fn told(&self, question: &Question<'_>, pooled: &Tensor) -> Result<Tensor, ModelError> {
        let (batch, latents) = (pooled.dim(0)?, question.latents);
        let waves = |number: f64| WAVES.embed(&vec![number as f32; batch], latents.device())?.to_dtype(latents.dtype());
        let mut told = self.time.forward(&waves(question.timestep)?)?;
        if let Some(guidance) = &self.guidance {
            told = (told + guidance.forward(&waves(question.guidance * GUIDANCE)?)?)?;
        }
        Ok(Activation::Silu.forward(&(told + self.pooled.forward(pooled)?)?)?)
    }

    /// Rotations of words, which have no place, then of patches by row and column.
    fn rotary(&self, words: usize, rows: usize, columns: usize, like: &Tensor) -> Result<Rotary, ModelError> {
        let patches = (0..rows * columns).map(|at| [0, at / columns, at % columns]);
        let places: Vec<[usize; 3]> = std::iter::repeat_n([0; 3], words).chain(patches).collect();
        Ok(Rotary::of_places(&places, &self.config.axes_dims_rope, BASE, Pairs::Neighbours, like.device())?)
    }

    /// (batch, channels, height, width) to (batch, patches, channels x 2 x 2).
    fn pack(&self, latents: &Tensor) -> candle_core::Result<Tensor> {
        let (batch, channels, height, width) = latents.dims4()?;
        let cut = latents.contiguous()?.reshape(&[batch, channels, height / 2, 2, width / 2, 2][..])?;
        cut.permute([0, 2, 4, 1, 3, 5])?.contiguous()?.reshape((batch, (), self.config.in_channels))
    }

    /// The other way round.
    fn unpack(&self, patches: &Tensor, rows: usize, columns: usize) -> Result<Tensor, ModelError> {
        let (batch, channels) = (patches.dim(0)?, self.config.channels());
        let cut = patches.reshape(&[batch, rows, columns, channels, 2, 2][..])?;
        let whole = cut.permute([0, 3, 1, 4, 2, 5])?.contiguous()?;
        Ok(whole.reshape((batch, channels, 2 * rows, 2 * columns))?)
    }

    fn check<'a>(&self, latents: &Tensor, text: &'a Encoded) -> Result<&'a Tensor, ModelError> {
        let (config, batch) = (&self.config, latents.dims().first().copied().unwrap_or(0));
        let mismatch = |tensor, expected, actual: &[usize]| {
            Err(ModelError::ShapeMismatch { tensor, expected, actual: actual.to_vec() })
        };
        let channels = config.channels();
        let fits = |side: usize| side > 0 && side.is_multiple_of(2);
        if !matches!(latents.dims(), [b, c, h, w] if *b > 0 && *c == channels && fits(*h) && fits(*w)) {
            let expected = format!("(batch, {channels}, height, width), multiples of 2");
            return mismatch("latents", expected, latents.dims());
        }
        let length = config.joint_attention_dim;
        if !matches!(text.states.dims(), [b, words, l] if *b == batch && *words > 0 && *l == length) {
            return mismatch("text", format!("({batch}, words, {length})"), text.states.dims());
        }
        let length = config.pooled_projection_dim;
        match &text.pooled {
            Some(pooled) if pooled.dims() == [batch, length] => Ok(pooled),
            other => {
                let actual = other.as_ref().map_or(&[][..], Tensor::dims);
                mismatch("pooled", format!("({batch}, {length})"), actual)
            }
        }
    }
}
