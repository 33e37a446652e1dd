//! The pre-norm transformer encoder of CLIP and SigLIP, text and vision alike.

use candle_core::Tensor;

use crate::activation::Activation;
use crate::attention::{Attention, AttentionConfig, Mask};
use crate::mlp::Mlp;
use crate::norm::LayerNorm;
use crate::weights::{Weights, WeightsError};

/// Shape of an encoder.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct EncoderConfig {
    /// Length of a token's vector; `heads` divides it.
    pub hidden: usize,
    /// Number of layers.
    pub layers: usize,
    /// Number of attention heads, at least 1.
    pub heads: usize,
    /// Length of the vectors inside the MLP.
    pub mlp: usize,
    /// Activation of the MLP.
    pub activation: Activation,
    /// Added to the variance by the norms.
    pub eps: f64,
    /// Whether a token sees only itself and what stands before it.
    pub causal: bool,
}

/// Layers of `x + attention(norm(x))`, then `x + mlp(norm(x))`.
///
/// # Shapes
///
/// - input and output: (batch, tokens, hidden)
#[derive(Clone, Debug)]
pub struct Encoder {
    layers: Vec<Layer>,
    mask: Mask,
}

#[derive(Clone, Debug)]
struct Layer {
    attention_norm: LayerNorm,
    attention: Attention,
    mlp_norm: LayerNorm,
    mlp: Mlp,
}

impl Encoder {
    /// Loads `layers.{i}` with `layer_norm1`, `self_attn`, `layer_norm2` and `mlp`.
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if a tensor is missing or has another shape.
    pub fn load(weights: &Weights, config: &EncoderConfig) -> Result<Self, WeightsError> {
        let weights = weights.pp("layers");
        let layers = (0..config.layers).map(|at| Layer::load(&weights.pp(at), config)).collect::<Result<_, _>>()?;
        let mask = if config.causal { Mask::Causal } else { Mask::None };
        Ok(Self { layers, mask })
    }

    /// The state after the last layer.
    ///
    /// # Errors
    ///
    /// When the input's shape does not fit.
    pub fn forward(&self, input: &Tensor) -> candle_core::Result<Tensor> {
        self.layers.iter().try_fold(input.clone(), |state, layer| layer.forward(&state, &self.mask))
    }

    /// The input and the state after each layer: one more than there are layers.
    ///
    /// # Errors
    ///
    /// When the input's shape does not fit.
    pub fn states(&self, input: &Tensor) -> candle_core::Result<Vec<Tensor>> {
        let mut states = vec![input.clone()];
        for (at, layer) in self.layers.iter().enumerate() {
            states.push(layer.forward(&states[at], &self.mask)?);
        }
        Ok(states)
    }
}

impl Layer {
    fn load(weights: &Weights, config: &EncoderConfig) -> Result<Self, WeightsError> {
        let EncoderConfig { hidden, heads, mlp, activation, eps, .. } = *config;
        Ok(Self {
            attention_norm: LayerNorm::load(&weights.pp("layer_norm1"), hidden, eps)?,
            attention: Attention::load(&weights.pp("self_attn"), AttentionConfig::plain(hidden, heads))?,
            mlp_norm: LayerNorm::load(&weights.pp("layer_norm2"), hidden, eps)?,
            mlp: Mlp::load(&weights.pp("mlp"), hidden, mlp, activation)?,
        })
    }

    fn forward(&self, input: &Tensor, mask: &Mask) -> candle_core::Result<Tensor> {
        let state = (self.attention.forward(&self.attention_norm.forward(input)?, mask)? + input)?;
        self.mlp.forward(&self.mlp_norm.forward(&state)?)? + state
    }
}
