//! One stage of the UNet: residual blocks with or without transformers, then a change of size.

use std::ops::Range;

use candle_core::Tensor;
use linocut_core::Stop;
use linocut_nn::weights::Weights;
use linocut_nn::{Conv2d, ConvConfig};

use super::config::UNetConfig;
use crate::block::{ResnetBlock, SpatialTransformer, enlarge};
use crate::model_error::{ModelError, go_on};

/// What the stages see besides the picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context<'a> {
    /// (batch, 4 x first stage's channels)
    pub(super) time: &'a Tensor,
    /// (batch, words, length)
    pub(super) text: &'a Tensor,
    /// Polled before each block.
    pub(super) stop: &'a Stop,
}

/// A residual block, and the transformer behind it.
#[derive(Clone, Debug)]
struct Layer {
    resnet: ResnetBlock,
    transformer: Option<SpatialTransformer>,
}

/// Layers, and the convolution that changes the size.
#[derive(Clone, Debug)]
pub(super) struct Stage {
    layers: Vec<Layer>,
    resize: Option<Conv2d>,
}

impl Stage {
    /// Loads `down_blocks.{at}`.
    pub(super) fn load_down(weights: &Weights, config: &UNetConfig, at: usize) -> Result<Self, ModelError> {
        let weights = weights.pp("down_blocks").pp(at);
        let channels = &config.block_out_channels;
        let (from, to) = (channels[at.saturating_sub(1)], channels[at]);
        let has_text = config.down_block_types[at].starts_with("CrossAttn");
        let layer = |layer: usize| {
            let sides = (if layer == 0 { from } else { to }, to);
            let depth = if has_text { Some((config.heads(at)?, config.depth_down(at, layer)?)) } else { None };
            Layer::load(&weights, config, layer, sides, depth)
        };
        let layers = (0..config.layers_per_block).map(layer).collect::<Result<_, _>>()?;
        let is_last = at + 1 == channels.len();
        let resize = weights.pp("downsamplers.0.conv");
        let resize = (!is_last).then(|| Conv2d::load(&resize, to, to, ConvConfig::HALF)).transpose()?;
        Ok(Self { layers, resize })
    }

    /// Loads `mid_block`: a residual block and a transformer, then another residual block; the first alone without attention.
    pub(super) fn load_middle(weights: &Weights, config: &UNetConfig) -> Result<Option<Self>, ModelError> {
        let Some(kind) = &config.mid_block_type else { return Ok(None) };
        let (weights, last) = (weights.pp("mid_block"), config.block_out_channels.len() - 1);
        let sides = (config.block_out_channels[last], config.block_out_channels[last]);
        let mut layers = Vec::new();
        if kind == "UNetMidBlock2DCrossAttn" {
            let depth = Some((config.heads(last)?, config.depth_middle()?));
            layers.push(Layer::load(&weights, config, 0, sides, depth)?);
        }
        layers.push(Layer::load(&weights, config, layers.len(), sides, None)?);
        Ok(Some(Self { layers, resize: None }))
    }

    /// Loads `up_blocks.{at}`; stages count from the middle.
    pub(super) fn load_up(weights: &Weights, config: &UNetConfig, at: usize) -> Result<Self, ModelError> {
        let weights = weights.pp("up_blocks").pp(at);
        let channels: Vec<usize> = config.block_out_channels.iter().rev().copied().collect();
        let last = channels.len() - 1;
        let (before, to, below) = (channels[at.saturating_sub(1)], channels[at], channels[(at + 1).min(last)]);
        let has_text = config.up_block_types[at].starts_with("CrossAttn");
        let layer = |layer: usize| {
            let from = if layer == 0 { before } else { to };
            let skipped = if layer == config.layers_per_block { below } else { to };
            let depth = if has_text { Some((config.heads(last - at)?, config.depth_up(at, layer)?)) } else { None };
            Layer::load(&weights, config, layer, (from + skipped, to), depth)
        };
        let layers = (0..=config.layers_per_block).map(layer).collect::<Result<_, _>>()?;
        let resize = weights.pp("upsamplers.0.conv");
        let resize = (at < last).then(|| Conv2d::load(&resize, to, to, ConvConfig::SAME)).transpose()?;
        Ok(Self { layers, resize })
    }

    /// Layers of the stage.
    pub(super) fn len(&self) -> usize {
        self.layers.len()
    }

    /// The state behind the stage; what each step gave goes to `skipped`, and as soon as there are `most` of these it ends.
    pub(super) fn down(
        &self,
        input: &Tensor,
        context: Context<'_>,
        skipped: &mut Vec<Tensor>,
        most: usize,
    ) -> Result<Tensor, ModelError> {
        let mut state = input.clone();
        for layer in &self.layers {
            if skipped.len() >= most {
                return Ok(state);
            }
            state = layer.forward(&state, context)?;
            skipped.push(state.clone());
        }
        if let Some(resize) = &self.resize
            && skipped.len() < most
        {
            state = resize.forward(&state)?;
            skipped.push(state.clone());
        }
        Ok(state)
    }

    /// The state behind the stage in the middle.
    pub(super) fn middle(&self, input: &Tensor, context: Context<'_>) -> Result<Tensor, ModelError> {
        self.layers.iter().try_fold(input.clone(), |state, layer| layer.forward(&state, context))
    }

    /// The state behind these layers, each of which takes one of `skipped` first; behind the last one, as large as the next.
    pub(super) fn up(
        &self,
        input: &Tensor,
        context: Context<'_>,
        skipped: &mut Vec<Tensor>,
        layers: Range<usize>,
    ) -> Result<Tensor, ModelError> {
        let (mut state, is_last) = (input.clone(), layers.end == self.layers.len());
        for layer in &self.layers[layers] {
            if let Some(skipped) = skipped.pop() {
                state = Tensor::cat(&[&state, &skipped], 1)?;
            }
            state = layer.forward(&state, context)?;
        }
        let (Some(resize), Some(next), true) = (&self.resize, skipped.last(), is_last) else { return Ok(state) };
        let (_, _, height, width) = next.dims4()?;
        Ok(resize.forward(&enlarge(&state, height, width)?)?)
    }
}

impl Layer {
    /// `depth` is the number of heads and of transformer blocks.
    fn load(
        weights: &Weights,
        config: &UNetConfig,
        at: usize,
        sides: (usize, usize),
        depth: Option<(usize, usize)>,
    ) -> Result<Self, ModelError> {
        let (groups, time) = (config.norm_num_groups, 4 * config.block_out_channels[0]);
        let resnet = ResnetBlock::load(&weights.pp("resnets").pp(at), sides, Some(time), groups, config.norm_eps)?;
        let attention = weights.pp("attentions").pp(at);
        let transformer = depth.map(|(heads, depth)| {
            let (context, wide) = (config.cross_attention_dim, config.upcast_attention);
            SpatialTransformer::load(&attention, sides.1, heads, depth, context, groups, wide)
        });
        Ok(Self { resnet, transformer: transformer.transpose()? })
    }

    fn forward(&self, input: &Tensor, context: Context<'_>) -> Result<Tensor, ModelError> {
        go_on(context.stop)?;
        let state = self.resnet.forward(input, Some(context.time))?;
        match &self.transformer {
            Some(transformer) => transformer.forward(&state, context.text, context.stop),
            None => Ok(state),
        }
    }
}
