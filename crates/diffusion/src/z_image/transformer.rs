//! The whole transformer.

use candle_core::Tensor;
use linocut_core::Stop;
use linocut_nn::weights::{Weights, WeightsError};
use linocut_nn::{Activation, Gain, Linear, RmsNorm, Rotary};

use super::block::{Block, TIME};
use super::config::ZImageConfig;
use super::places;
use crate::block::modulation::normalised;
use crate::model_error::{ModelError, go_on};
use crate::unet::Waves;

/// Waves that tell the time.
const WAVES: Waves = Waves { length: 256, cosines_first: true, shift: 0.0 };
/// Length of the vectors between the time's layers.
const TIME_INSIDE: usize = 1024;

/// The denoiser of Z-Image.
#[derive(Clone, Debug)]
pub struct ZImageTransformer {
    config: ZImageConfig,
    time: [Linear; 2],
    text_norm: RmsNorm,
    text: Linear,
    enter: Linear,
    /// What fills up words and patches: (1, length) each.
    fillings: [Tensor; 2],
    word_blocks: Vec<Block>,
    patch_blocks: Vec<Block>,
    blocks: Vec<Block>,
    by_time: Linear,
    leave: Linear,
}

impl ZImageTransformer {
    /// Loads a network of this shape under its published names.
    ///
    /// # Errors
    ///
    /// [`ModelError::Unsupported`] if the numbers do not fit, [`ModelError::Weights`] if a tensor is missing or has another shape.
    pub fn load(weights: &Weights, config: &ZImageConfig) -> Result<Self, ModelError> {
        config.check()?;
        let (dim, patch) = (config.dim, config.patch());
        let (time, kind) = (dim.min(TIME), format!("{patch}-1"));
        let numbers = patch * patch * config.in_channels;
        let linear = |name: &str, depth, width| Linear::load(&weights.pp(name), depth, width, true);
        let blocks = |name: &str, count, is_timed| {
            let block = |at| Block::load(&weights.pp(name).pp(at), config, is_timed);
            (0..count).map(block).collect::<Result<Vec<_>, WeightsError>>()
        };
        let leave = format!("all_final_layer.{kind}");
        Ok(Self {
            time: [
                linear("t_embedder.mlp.0", WAVES.length, TIME_INSIDE)?,
                linear("t_embedder.mlp.2", TIME_INSIDE, time)?,
            ],
            text_norm: RmsNorm::load(
                &weights.pp("cap_embedder.0"),
                config.cap_feat_dim,
                config.norm_eps,
                Gain::Weight,
            )?,
            text: linear("cap_embedder.1", config.cap_feat_dim, dim)?,
            enter: linear(&format!("all_x_embedder.{kind}"), numbers, dim)?,
            fillings: [weights.get("cap_pad_token", &[1, dim])?, weights.get("x_pad_token", &[1, dim])?],
            word_blocks: blocks("context_refiner", config.n_refiner_layers, false)?,
            patch_blocks: blocks("noise_refiner", config.n_refiner_layers, true)?,
            blocks: blocks("layers", config.n_layers, true)?,
            by_time: linear(&format!("{leave}.adaLN_modulation.1"), time, dim)?,
            leave: linear(&format!("{leave}.linear"), dim, numbers)?,
            config: config.clone(),
        })
    }

    /// The direction from noise to picture, of the latents' shape and type.
    ///
    /// # Shapes
    ///
    /// - `latents`: (1, channels, height, width), sides multiples of the patch
    /// - `time`: 0 (noise) to 1 (picture)
    /// - `text`: (1, words, length)
    ///
    /// # Errors
    ///
    /// [`ModelError::ShapeMismatch`] if an input has another shape, [`ModelError::Stopped`] if `stop`, polled before each block, asks
    /// for an end.
    pub fn forward(&self, latents: &Tensor, time: f64, text: &Tensor, stop: &Stop) -> Result<Tensor, ModelError> {
        self.check(latents, text)?;
        let (_, _, height, width) = latents.dims4()?;
        let (rows, columns, words) = (height / self.config.patch(), width / self.config.patch(), text.dim(1)?);
        let (device, dtype) = (latents.device(), latents.dtype());
        let time = WAVES.embed(&[(time * self.config.t_scale) as f32], device)?.to_dtype(dtype)?;
        let time = self.time[1].forward(&Activation::Silu.forward(&self.time[0].forward(&time)?)?)?;
        let (word_places, patch_places) = (places::of_words(words), places::of_patches(words, rows, columns));

        let rotary = places::rotary(&patch_places, &self.config, device)?;
        let patches = self.enter.forward(&self.patches(latents, rows, columns)?)?;
        let patches = run(&self.patch_blocks, fill(&patches, &self.fillings[1])?, (&rotary, &time), stop)?;

        let rotary = places::rotary(&word_places, &self.config, device)?;
        let text = self.text.forward(&self.text_norm.forward(&text.to_dtype(dtype)?)?)?;
        let text = run(&self.word_blocks, fill(&text, &self.fillings[0])?, (&rotary, &time), stop)?;

        let rotary = places::rotary(&[patch_places, word_places].concat(), &self.config, device)?;
        let state = run(&self.blocks, Tensor::cat(&[&patches, &text], 1)?, (&rotary, &time), stop)?;
        let scale = (self.by_time.forward(&Activation::Silu.forward(&time)?)? + 1.0)?.unsqueeze(1)?;
        let normal = normalised(&state.narrow(1, 0, rows * columns)?.contiguous()?)?.broadcast_mul(&scale)?;
        self.unpatch(&self.leave.forward(&normal)?, rows, columns)
    }

    /// The configuration that the network was loaded with.
    pub fn config(&self) -> &ZImageConfig {
        &self.config
    }

    /// (1, channels, height, width) to (1, patches, side x side x channels).
    fn patches(&self, latents: &Tensor, rows: usize, columns: usize) -> candle_core::Result<Tensor> {
        let (side, channels) = (self.config.patch(), self.config.in_channels);
        let cut = latents.contiguous()?.reshape(&[channels, rows, side, columns, side][..])?;
        cut.permute([1, 3, 2, 4, 0])?.contiguous()?.reshape((1, rows * columns, side * side * channels))
    }

    /// The other way round.
    fn unpatch(&self, patches: &Tensor, rows: usize, columns: usize) -> Result<Tensor, ModelError> {
        let (side, channels) = (self.config.patch(), self.config.in_channels);
        let cut = patches.reshape(&[rows, columns, side, side, channels][..])?;
        let whole = cut.permute([4, 0, 2, 1, 3])?.contiguous()?;
        Ok(whole.reshape((1, channels, rows * side, columns * side))?)
    }

    fn check(&self, latents: &Tensor, text: &Tensor) -> Result<(), ModelError> {
        let (side, channels, length) = (self.config.patch(), self.config.in_channels, self.config.cap_feat_dim);
        let lens = &self.config.axes_lens;
        let fits = |sides: usize, most: usize| sides > 0 && sides.is_multiple_of(side) && sides / side <= most;
        let is_latents =
            matches!(latents.dims(), [1, c, h, w] if *c == channels && fits(*h, lens[1]) && fits(*w, lens[2]));
        let is_text = matches!(text.dims(), [1, words, l] if (1..lens[0]).contains(words) && *l == length);
        let expect = |holds: bool, tensor: &'static str, found: &Tensor, expected: String| {
            let actual = found.dims().to_vec();
            if holds { Ok(()) } else { Err(ModelError::ShapeMismatch { tensor, expected, actual }) }
        };
        let expected = format!("(1, {channels}, height, width), multiples of {side}, at most {:?} of them", &lens[1..]);
        expect(is_latents, "latents", latents, expected)?;
        expect(is_text, "text", text, format!("(1, words, {length}), fewer than {} words", lens[0]))
    }
}

/// A row of tokens with as many fillings behind it as it takes.
fn fill(tokens: &Tensor, filling: &Tensor) -> candle_core::Result<Tensor> {
    let (_, count, length) = tokens.dims3()?;
    let more = places::filled(count) - count;
    if more == 0 {
        return Ok(tokens.clone());
    }
    let filling = filling.to_dtype(tokens.dtype())?.unsqueeze(0)?.expand((1, more, length))?.contiguous()?;
    Tensor::cat(&[tokens, &filling], 1)
}

fn run(
    blocks: &[Block],
    mut state: Tensor,
    (rotary, time): (&Rotary, &Tensor),
    stop: &Stop,
) -> Result<Tensor, ModelError> {
    for block in blocks {
        go_on(stop)?;
        state = block.forward(&state, rotary, time)?;
    }
    Ok(state)
}
