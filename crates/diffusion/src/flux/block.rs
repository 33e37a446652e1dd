//! The blocks: first picture and text are two streams that attend to each other, then one.

use candle_core::{D, Result, Tensor};
use linocut_nn::weights::{Weights, WeightsError};
use linocut_nn::{Activation, Linear, Rotary};

use super::config::FluxConfig;
use crate::block::joint::{GatedFeedForward, HeadNorm, Heads, HeadsConfig, Names, PICTURE, TEXT};
use crate::block::modulation::{modulated, normalised, parts, within_range};

/// Parts of the time's vector for a stream with attention and MLP.
const PARTS: usize = 6;
/// Parts for both in one.
const SINGLE_PARTS: usize = 3;

fn heads(config: &FluxConfig, has_output: bool) -> HeadsConfig {
    let FluxConfig { num_attention_heads: heads, attention_head_dim: size, .. } = *config;
    HeadsConfig { heads, size, norm: HeadNorm::Rms, has_output }
}

/// What one of two streams passes through.
#[derive(Clone, Debug)]
struct Stream {
    time: Linear,
    heads: Heads,
    mlp: GatedFeedForward,
}

impl Stream {
    fn load(
        weights: &Weights,
        (time, names, mlp): (&str, Names, &str),
        config: &FluxConfig,
    ) -> std::result::Result<Self, WeightsError> {
        let hidden = config.hidden();
        Ok(Self {
            time: Linear::load(&weights.pp(time).pp("linear"), hidden, PARTS * hidden, true)?,
            heads: Heads::load(&weights.pp("attn"), names, heads(config, true))?,
            mlp: GatedFeedForward::load(&weights.pp(mlp), hidden)?,
        })
    }

    /// The state behind the attention, `seen` being what it saw.
    fn behind(&self, state: &Tensor, seen: &Tensor, by_time: &[Tensor]) -> Result<Tensor> {
        let state = (state + seen.broadcast_mul(&by_time[2])?)?;
        within_range(self.mlp.forward(&state, [&by_time[3], &by_time[4], &by_time[5]])?)
    }
}

/// A block of two streams.
#[derive(Clone, Debug)]
pub(super) struct DoubleBlock {
    text: Stream,
    picture: Stream,
}

impl DoubleBlock {
    pub(super) fn load(weights: &Weights, config: &FluxConfig) -> std::result::Result<Self, WeightsError> {
        Ok(Self {
            text: Stream::load(weights, ("norm1_context", TEXT, "ff_context"), config)?,
            picture: Stream::load(weights, ("norm1", PICTURE, "ff"), config)?,
        })
    }

    /// Text and picture behind the block.
    ///
    /// # Shapes
    ///
    /// - `text`: (batch, words, hidden), `picture`: (batch, patches, hidden); `rotary` turns the words, then the patches
    /// - `time`: (batch, hidden), activated
    pub(super) fn forward(&self, [text, picture]: [&Tensor; 2], rotary: &Rotary, time: &Tensor) -> Result<[Tensor; 2]> {
        let streams = [&self.text, &self.picture];
        let [of_text, of_picture] = streams.map(|stream| parts(&stream.time.forward(time)?, PARTS));
        let (of_text, of_picture) = (of_text?, of_picture?);
        let normal = |state: &Tensor, by_time: &[Tensor]| modulated(&normalised(state)?, &by_time[0], &by_time[1]);
        let normals = [&normal(text, &of_text)?, &normal(picture, &of_picture)?];
        let [seen_text, seen] = Heads::attend_both(streams.map(|stream| &stream.heads), normals, Some(rotary))?;
        Ok([self.text.behind(text, &seen_text, &of_text)?, self.picture.behind(picture, &seen, &of_picture)?])
    }
}

/// A block of one stream: attention and MLP beside each other.
#[derive(Clone, Debug)]
pub(super) struct SingleBlock {
    time: Linear,
    heads: Heads,
    widen: Linear,
    leave: Linear,
}

impl SingleBlock {
    pub(super) fn load(weights: &Weights, config: &FluxConfig) -> std::result::Result<Self, WeightsError> {
        let hidden = config.hidden();
        let linear = |name: &str, depth, width| Linear::load(&weights.pp(name), depth, width, true);
        Ok(Self {
            time: linear("norm.linear", hidden, SINGLE_PARTS * hidden)?,
            heads: Heads::load(&weights.pp("attn"), PICTURE, heads(config, false))?,
            widen: linear("proj_mlp", hidden, 4 * hidden)?,
            leave: linear("proj_out", 5 * hidden, hidden)?,
        })
    }

    /// The state behind the block.
    ///
    /// # Shapes
    ///
    /// - input and output: (batch, words and patches, hidden)
    /// - `time`: (batch, hidden), activated
    pub(super) fn forward(&self, state: &Tensor, rotary: &Rotary, time: &Tensor) -> Result<Tensor> {
        let by_time = parts(&self.time.forward(time)?, SINGLE_PARTS)?;
        let normal = modulated(&normalised(state)?, &by_time[0], &by_time[1])?;
        let seen = self.heads.attend(&normal, Some(rotary))?;
        let thought = self.widen.forward_activated(&normal, Activation::GeluTanh)?;
        let output = self.leave.forward(&Tensor::cat(&[seen, thought], D::Minus1)?)?;
        within_range((output.broadcast_mul(&by_time[2])? + state)?)
    }
}
