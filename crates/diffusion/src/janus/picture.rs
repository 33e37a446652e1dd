//! The decoder of vector quantisation: tokens to codes to pixels.

use candle_core::{D, DType, Device, Tensor};
use linocut_core::Stop;
use linocut_nn::weights::{Weights, WeightsError};
use linocut_nn::{Conv2d, ConvConfig, Embedding, GroupNorm};

use super::config::{GROUPS, JanusConfig, PictureConfig};
use crate::block::{ResnetBlock, double};
use crate::model_error::{ModelError, go_on};
use crate::vae::{EPS, PixelAttention};

/// Codes are not shorter than this before they are divided by their length.
const SHORTEST: f64 = 1e-12;

/// `VQ-16` without its encoder.
///
/// # Source
///
/// Sun et al. 2024, `LlamaGen`; `vq_model.py` of Janus.
#[derive(Clone, Debug)]
pub struct JanusPicture {
    codes: Embedding,
    widen: Conv2d,
    enter: Conv2d,
    middle: (ResnetBlock, PixelAttention, ResnetBlock),
    stages: Vec<Stage>,
    norm: GroupNorm,
    leave: Conv2d,
    device: Device,
    compute: DType,
}

/// Residual blocks, with attention at the lowest stage, then twice the side but for the last.
#[derive(Clone, Debug)]
struct Stage {
    blocks: Vec<(ResnetBlock, Option<PixelAttention>)>,
    resize: Option<Conv2d>,
}

impl JanusPicture {
    /// Loads `gen_vision_model` without its encoder.
    ///
    /// # Errors
    ///
    /// [`ModelError::Unsupported`] for numbers that cannot be, [`ModelError::Weights`] if a tensor is missing or has another shape, or if
    /// more is left over than the encoder and other parts of the model.
    pub fn load(weights: &Weights, config: &JanusConfig) -> Result<Self, ModelError> {
        config.check()?;
        let named = config.layout.named(&weights.renamed([("conv_shortcut.", "nin_shortcut.")]));
        let loaded = Self::wire(&named.pp("gen_vision_model"), &config.picture)?;
        let [_, language] = config.layout.parts();
        weights.finish(&[language, config.layout.encoder(), config.layout.unneeded()].concat())?;
        Ok(loaded)
    }

    fn wire(weights: &Weights, config: &PictureConfig) -> Result<Self, WeightsError> {
        let PictureConfig { codes, code, latents, channels, blocks, .. } = *config;
        let falling: Vec<usize> = config.multipliers.iter().rev().map(|by| channels * by).collect();
        let (deepest, decoder) = (falling[0], weights.pp("decoder"));
        let (middle, highest) = (decoder.pp("mid"), falling[falling.len() - 1]);
        let conv = |weights: &Weights, depth, width| Conv2d::load(weights, depth, width, ConvConfig::SAME);
        let resnet = |at: usize| ResnetBlock::load(&middle.pp(at), (deepest, deepest), None, GROUPS, EPS);
        let stage = |at: usize| {
            let sides = (falling[at.saturating_sub(1)], falling[at]);
            let is = (at == 0, at + 1 == falling.len());
            Stage::load(&decoder.pp("conv_blocks").pp(at), sides, blocks + 1, is)
        };
        Ok(Self {
            codes: Embedding::load(&weights.pp("quantize.embedding"), codes, code)?,
            widen: Conv2d::load(&weights.pp("post_quant_conv"), code, latents, ConvConfig::POINT)?,
            enter: conv(&decoder.pp("conv_in"), latents, deepest)?,
            middle: (resnet(0)?, PixelAttention::load_original(&middle.pp(1), deepest, GROUPS)?, resnet(2)?),
            stages: (0..falling.len()).map(stage).collect::<Result<_, _>>()?,
            norm: GroupNorm::load(&decoder.pp("norm_out"), highest, GROUPS, EPS)?,
            leave: conv(&decoder.pp("conv_out"), highest, 3)?,
            device: weights.device().clone(),
            compute: weights.compute(),
        })
    }

    /// The picture of tokens; where one is missing, that of a code of nothing. Polls `stop` before each block.
    ///
    /// # Shapes
    ///
    /// - `tokens`: (batch, 1, height, width): numbers of codes, or -1 for a token that is not there yet
    /// - result: (batch, 3, scale x height, scale x width), about -1 to 1
    ///
    /// # Errors
    ///
    /// [`ModelError::ShapeMismatch`] for more channels, [`ModelError::Tensor`] for a token outside of the codebook,
    /// [`ModelError::Stopped`] if `stop` asks for an end.
    pub fn decode(&self, tokens: &Tensor, stop: &Stop) -> Result<Tensor, ModelError> {
        go_on(stop)?;
        let mut state = self.enter.forward(&self.widen.forward(&self.look_up(tokens)?)?)?;
        let (first, attention, second) = &self.middle;
        state = first.forward(&state, None)?;
        go_on(stop)?;
        state = second.forward(&attention.forward(&state)?, None)?;
        for stage in &self.stages {
            state = stage.forward(state, stop)?;
        }
        Ok(self.leave.forward(&self.norm.forward_silu(&state)?)?)
    }

    /// Codes of length 1, (batch, code, height, width).
    fn look_up(&self, tokens: &Tensor) -> Result<Tensor, ModelError> {
        let &[batch, 1, height, width] = tokens.dims() else {
            let expected = "(batch, 1, height, width)".to_owned();
            return Err(ModelError::ShapeMismatch { tensor: "tokens", expected, actual: tokens.dims().to_vec() });
        };
        let tokens = tokens.to_device(&self.device)?.to_dtype(DType::F32)?.flatten_all()?;
        let is_there = tokens.ge(0_f32)?.to_dtype(self.compute)?.unsqueeze(1)?;
        let codes = self.codes.forward(&tokens.relu()?.to_dtype(DType::U32)?)?.to_dtype(self.compute)?;
        let length = codes.to_dtype(DType::F32)?.sqr()?.sum_keepdim(D::Minus1)?.sqrt()?.maximum(SHORTEST)?;
        let codes = codes.broadcast_div(&length.to_dtype(self.compute)?)?.broadcast_mul(&is_there)?;
        let code = codes.dim(1)?;
        Ok(codes.reshape((batch, height, width, code))?.permute((0, 3, 1, 2))?.contiguous()?)
    }
}

impl Stage {
    fn load(
        weights: &Weights,
        (from, to): (usize, usize),
        blocks: usize,
        (is_lowest, is_last): (bool, bool),
    ) -> Result<Self, WeightsError> {
        let block = |at: usize| {
            let sides = (if at == 0 { from } else { to }, to);
            let resnet = ResnetBlock::load(&weights.pp("res").pp(at), sides, None, GROUPS, EPS)?;
            let attention = || PixelAttention::load_original(&weights.pp("attn").pp(at), to, GROUPS);
            Ok((resnet, is_lowest.then(attention).transpose()?))
        };
        let resize = || Conv2d::load(&weights.pp("upsample.conv"), to, to, ConvConfig::SAME);
        Ok(Self {
            blocks: (0..blocks).map(block).collect::<Result<_, WeightsError>>()?,
            resize: (!is_last).then(resize).transpose()?,
        })
    }

    fn forward(&self, mut state: Tensor, stop: &Stop) -> Result<Tensor, ModelError> {
        for (resnet, attention) in &self.blocks {
            go_on(stop)?;
            state = resnet.forward(&state, None)?;
            if let Some(attention) = attention {
                state = attention.forward(&state)?;
            }
        }
        let Some(resize) = &self.resize else { return Ok(state) };
        go_on(stop)?;
        Ok(resize.forward(&double(&state)?)?)
    }
}
