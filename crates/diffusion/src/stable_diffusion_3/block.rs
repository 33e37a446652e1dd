//! One block: picture and text are normed by the time, attend to each other and to themselves, and pass an MLP each.

use candle_core::{Result, Tensor};
use linocut_nn::Linear;
use linocut_nn::weights::{Weights, WeightsError};

use super::config::TransformerConfig;
use crate::block::joint::{GatedFeedForward, HeadNorm, Heads, HeadsConfig, PICTURE, TEXT};
use crate::block::modulation::{modulated, normalised, parts};

/// Parts of the time's vector for a stream with attention and MLP.
const PARTS: usize = 6;
/// Parts for one with a second attention as well.
const DUAL_PARTS: usize = 9;

/// A block of the transformer.
#[derive(Clone, Debug)]
pub(super) struct Block {
    picture_time: Linear,
    text_time: Linear,
    picture: Heads,
    text: Heads,
    alone: Option<Heads>,
    picture_mlp: GatedFeedForward,
    /// None in the last block, behind which nobody asks for the text.
    text_mlp: Option<GatedFeedForward>,
}

impl Block {
    pub(super) fn load(
        weights: &Weights,
        config: &TransformerConfig,
        at: usize,
    ) -> std::result::Result<Self, WeightsError> {
        let (weights, hidden) = (weights.pp("transformer_blocks").pp(at), config.hidden());
        let (is_dual, is_last) = (config.dual_attention_layers.contains(&at), at + 1 == config.num_layers);
        let time = |name: &str, parts| Linear::load(&weights.pp(name).pp("linear"), hidden, parts * hidden, true);
        let attention = weights.pp("attn");
        let heads = |has_output| HeadsConfig {
            heads: config.num_attention_heads,
            size: config.attention_head_dim,
            norm: if config.qk_norm.is_some() { HeadNorm::Rms } else { HeadNorm::None },
            has_output,
        };
        let alone = is_dual.then(|| Heads::load(&weights.pp("attn2"), PICTURE, heads(true)));
        Ok(Self {
            picture_time: time("norm1", if is_dual { DUAL_PARTS } else { PARTS })?,
            text_time: time("norm1_context", if is_last { 2 } else { PARTS })?,
            picture: Heads::load(&attention, PICTURE, heads(true))?,
            text: Heads::load(&attention, TEXT, heads(!is_last))?,
            alone: alone.transpose()?,
            picture_mlp: GatedFeedForward::load(&weights.pp("ff"), hidden)?,
            text_mlp: (!is_last).then(|| GatedFeedForward::load(&weights.pp("ff_context"), hidden)).transpose()?,
        })
    }

    /// Picture and text behind the block.
    ///
    /// # Shapes
    ///
    /// - `picture`: (batch, patches, hidden), `text`: (batch, words, hidden)
    /// - `time`: (batch, hidden), activated
    pub(super) fn forward(&self, picture: &Tensor, text: &Tensor, time: &Tensor) -> Result<(Tensor, Tensor)> {
        let by_time = parts(&self.picture_time.forward(time)?, if self.alone.is_some() { DUAL_PARTS } else { PARTS })?;
        let text_by_time = parts(&self.text_time.forward(time)?, if self.text_mlp.is_some() { PARTS } else { 2 })?;
        let normal = normalised(picture)?;
        // The last block's vector has the scale first.
        let (shift, scale) = if self.text_mlp.is_some() { (0, 1) } else { (1, 0) };
        let normal_text = modulated(&normalised(text)?, &text_by_time[shift], &text_by_time[scale])?;
        let normal_picture = modulated(&normal, &by_time[0], &by_time[1])?;
        let [seen, seen_text] = Heads::attend_both([&self.picture, &self.text], [&normal_picture, &normal_text], None)?;
        let mut state = (picture + seen.broadcast_mul(&by_time[2])?)?;
        if let (Some(alone), [shift, scale, gate]) = (&self.alone, &by_time[PARTS..]) {
            let seen = alone.attend(&modulated(&normal, shift, scale)?, None)?;
            state = (state + seen.broadcast_mul(gate)?)?;
        }
        let state = self.picture_mlp.forward(&state, [&by_time[3], &by_time[4], &by_time[5]])?;
        let Some(mlp) = &self.text_mlp else { return Ok((state, text.clone())) };
        let text = (text + seen_text.broadcast_mul(&text_by_time[2])?)?;
        Ok((state, mlp.forward(&text, [&text_by_time[3], &text_by_time[4], &text_by_time[5]])?))
    }
}
