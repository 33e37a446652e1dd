//! The residual block of convolutions.

use candle_core::Tensor;
use linocut_nn::weights::{Weights, WeightsError};
use linocut_nn::{Activation, Conv2d, ConvConfig, GroupNorm, Linear};

/// `shortcut(x) + conv2(silu(norm2(conv1(silu(norm1(x))) + time)))`.
///
/// # Shapes
///
/// - input: (batch, in, height, width)
/// - time: (batch, time), or none if the block has no projection of it
/// - output: (batch, out, height, width)
#[derive(Clone, Debug)]
pub struct ResnetBlock {
    norms: [GroupNorm; 2],
    convolutions: [Conv2d; 2],
    time: Option<Linear>,
    shortcut: Option<Conv2d>,
}

impl ResnetBlock {
    /// Loads `norm1`, `conv1`, `time_emb_proj` if `time` tells the length of its input, `norm2`, `conv2`, and `conv_shortcut` if the
    /// channels `from` and `to` differ.
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if a tensor is missing or has another shape.
    pub fn load(
        weights: &Weights,
        (from, to): (usize, usize),
        time: Option<usize>,
        groups: usize,
        eps: f64,
    ) -> Result<Self, WeightsError> {
        let norm = |name: &str, channels| GroupNorm::load(&weights.pp(name), channels, groups, eps);
        let convolution = |name: &str, depth, config| Conv2d::load(&weights.pp(name), depth, to, config);
        let time = time.map(|depth| Linear::load(&weights.pp("time_emb_proj"), depth, to, true)).transpose()?;
        let shortcut = (from != to).then(|| convolution("conv_shortcut", from, ConvConfig::POINT)).transpose()?;
        Ok(Self {
            norms: [norm("norm1", from)?, norm("norm2", to)?],
            convolutions: [convolution("conv1", from, ConvConfig::SAME)?, convolution("conv2", to, ConvConfig::SAME)?],
            time,
            shortcut,
        })
    }

    /// Applies the block.
    ///
    /// # Errors
    ///
    /// When a shape does not fit.
    pub fn forward(&self, input: &Tensor, time: Option<&Tensor>) -> candle_core::Result<Tensor> {
        let mut state = self.convolutions[0].forward(&self.norms[0].forward_silu(input)?)?;
        if let (Some(layer), Some(time)) = (&self.time, time) {
            let shift = layer.forward(&Activation::Silu.forward(time)?)?;
            state = state.broadcast_add(&shift.unsqueeze(2)?.unsqueeze(3)?)?;
        }
        let state = self.convolutions[1].forward(&self.norms[1].forward_silu(&state)?)?;
        match &self.shortcut {
            Some(shortcut) => shortcut.forward(input)? + state,
            None => input + state,
        }
    }
}
