//! The tiny autoencoder's decoder, for previews and fast drafts.

use candle_core::Tensor;
use linocut_nn::Location;
use linocut_nn::weights::{Weights, WeightsError};
use linocut_nn::{Conv2d, ConvConfig};
use serde::Deserialize;

use crate::block::double;
use crate::model_error::{ModelError, read_config, require};

/// Latents are bent towards plus and minus this.
const BOUND: f64 = 3.0;

/// A convolution without a bias.
const UNBIASED: ConvConfig = ConvConfig { bias: false, ..ConvConfig::SAME };

/// What `config.json` says of an `AutoencoderTiny`. Fields keep their published names.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct AutoencoderTinyConfig {
    /// Channels of latents.
    pub latent_channels: usize,
    /// Channels of a picture.
    pub out_channels: usize,
    /// Channels of each stage of the decoder.
    pub decoder_block_out_channels: Vec<usize>,
    /// Blocks of each stage of the decoder.
    pub num_decoder_blocks: Vec<usize>,
    /// What latents are multiplied by for the denoiser.
    pub scaling_factor: f64,
    /// Activation; `relu`.
    pub act_fn: String,
}

impl AutoencoderTinyConfig {
    /// Reads a configuration.
    ///
    /// # Errors
    ///
    /// [`ModelError::Io`] and [`ModelError::Config`].
    pub fn read(file: impl Into<Location>) -> Result<Self, ModelError> {
        read_config(&file.into())
    }
}

/// The decoder of an `AutoencoderTiny` (TAESD).
///
/// # Source
///
/// Ollin Boer Bohan, TAESD; layout of `diffusers`.
#[derive(Clone, Debug)]
pub struct AutoencoderTiny {
    layers: Vec<Layer>,
    config: AutoencoderTinyConfig,
}

#[derive(Clone, Debug)]
enum Layer {
    Convolution(Conv2d),
    Relu,
    Block([Conv2d; 3]),
    Double,
}

impl AutoencoderTiny {
    /// Loads `decoder.layers`.
    ///
    /// # Errors
    ///
    /// [`ModelError::Unsupported`] for another activation or lists of different length, [`ModelError::Weights`] if a tensor is
    /// missing or has another shape.
    pub fn load(weights: &Weights, config: &AutoencoderTinyConfig) -> Result<Self, ModelError> {
        let (channels, blocks) = (&config.decoder_block_out_channels, &config.num_decoder_blocks);
        let are_stages = !channels.is_empty() && channels.len() == blocks.len();
        require(config.act_fn == "relu", "act_fn", "relu", &config.act_fn)?;
        require(are_stages, "num_decoder_blocks", "a number for each stage", blocks)?;
        Ok(Self { layers: load_layers(&weights.pp("decoder.layers"), config)?, config: config.clone() })
    }

    /// The picture of latents as a denoiser leaves them.
    ///
    /// # Shapes
    ///
    /// - `latents`: (batch, latents, height, width)
    /// - result: (batch, 3, 8 x height, 8 x width) for four stages, about -1 to 1
    ///
    /// # Errors
    ///
    /// [`ModelError::Tensor`] for other channels.
    pub fn decode(&self, latents: &Tensor) -> Result<Tensor, ModelError> {
        let bent = (((latents / self.config.scaling_factor)? / BOUND)?.tanh()? * BOUND)?;
        let picture = self.layers.iter().try_fold(bent, |state, layer| layer.forward(&state))?;
        Ok(((picture * 2.0)? - 1.0)?)
    }
}

fn load_layers(weights: &Weights, config: &AutoencoderTinyConfig) -> Result<Vec<Layer>, WeightsError> {
    let channels = &config.decoder_block_out_channels;
    let conv = |at: usize, depth, width, shape| Conv2d::load(&weights.pp(at), depth, width, shape);
    let first = conv(0, config.latent_channels, channels[0], ConvConfig::SAME)?;
    let mut layers = vec![Layer::Convolution(first), Layer::Relu];
    for (at, (width, blocks)) in channels.iter().zip(&config.num_decoder_blocks).enumerate() {
        for _ in 0..*blocks {
            layers.push(Layer::load_block(&weights.pp(layers.len()), *width)?);
        }
        let is_last = at + 1 == channels.len();
        if !is_last {
            layers.push(Layer::Double);
        }
        let (to, shape) = if is_last { (config.out_channels, ConvConfig::SAME) } else { (*width, UNBIASED) };
        layers.push(Layer::Convolution(conv(layers.len(), *width, to, shape)?));
    }
    Ok(layers)
}

impl Layer {
    fn load_block(weights: &Weights, width: usize) -> Result<Self, WeightsError> {
        let conv = |at: usize| Conv2d::load(&weights.pp("conv").pp(at), width, width, ConvConfig::SAME);
        Ok(Self::Block([conv(0)?, conv(2)?, conv(4)?]))
    }

    fn forward(&self, input: &Tensor) -> candle_core::Result<Tensor> {
        match self {
            Self::Convolution(layer) => layer.forward(input),
            Self::Relu => input.relu(),
            Self::Double => double(input),
            Self::Block([first, second, third]) => {
                let state = second.forward(&first.forward(input)?.relu()?)?.relu()?;
                (third.forward(&state)? + input)?.relu()
            }
        }
    }
}
