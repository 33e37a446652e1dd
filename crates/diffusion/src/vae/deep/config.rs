//! The autoencoder's `config.json`.

use linocut_nn::Location;
use serde::Deserialize;

use crate::model_error::{ModelError, read_config, require};

/// What `vae/config.json` says of an `AutoencoderDC`. Fields keep their published names; lists go from the picture to the latents.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct AutoencoderDcConfig {
    /// Channels of a picture. Default: 3.
    #[serde(default = "three")]
    pub in_channels: usize,
    /// Channels of latents.
    pub latent_channels: usize,
    /// Length of the vectors of an attention head.
    pub attention_head_dim: usize,
    /// What the encoder's stages are made of. Default: residual blocks.
    #[serde(default)]
    pub encoder_block_types: PerStage<BlockKind>,
    /// What the decoder's stages are made of. Default: residual blocks.
    #[serde(default)]
    pub decoder_block_types: PerStage<BlockKind>,
    /// Channels of each of the encoder's stages.
    pub encoder_block_out_channels: Vec<usize>,
    /// Channels of each of the decoder's stages.
    pub decoder_block_out_channels: Vec<usize>,
    /// Blocks of each of the encoder's stages, at least 1.
    pub encoder_layers_per_block: Vec<usize>,
    /// Blocks of each of the decoder's stages, at least 1.
    pub decoder_layers_per_block: Vec<usize>,
    /// Sides of the convolutions through which the attention of each of the encoder's stages also sees, odd.
    pub encoder_qkv_multiscales: Vec<Vec<usize>>,
    /// Sides of those of the decoder's stages, odd.
    pub decoder_qkv_multiscales: Vec<Vec<usize>>,
    /// How pictures grow: `interpolate` or `pixel_shuffle`. Default: `pixel_shuffle`.
    #[serde(default = "shuffle")]
    pub upsample_block_type: String,
    /// How pictures shrink: `conv` or `pixel_unshuffle`. Default: `pixel_unshuffle`.
    #[serde(default = "unshuffle")]
    pub downsample_block_type: String,
    /// Norms of the decoder's stages; `rms_norm`. Default: that.
    #[serde(default = "rms_norm")]
    pub decoder_norm_types: PerStage<String>,
    /// Activations of the decoder's residual blocks; `silu`. Default: that.
    #[serde(default = "silu")]
    pub decoder_act_fns: PerStage<String>,
    /// Whether the encoder's end adds means of its channels. Default: true.
    #[serde(default = "yes")]
    pub encoder_out_shortcut: bool,
    /// Whether the decoder's beginning adds the latents. Default: true.
    #[serde(default = "yes")]
    pub decoder_in_shortcut: bool,
    /// Activation before the decoder's last convolution; `relu`. Default: that.
    #[serde(default = "relu")]
    pub decoder_conv_act_fn: String,
    /// What latents are multiplied by for the denoiser. Default: 1.
    #[serde(default = "one")]
    pub scaling_factor: f64,
}

/// What a stage is made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
pub enum BlockKind {
    /// Two convolutions. Default.
    #[default]
    #[serde(rename = "ResBlock")]
    Residual,
    /// Linear attention and an MLP that sees neighbours.
    #[serde(rename = "EfficientViTBlock")]
    Attention,
}

/// Something for each stage, or the same for all.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(untagged)]
pub enum PerStage<T> {
    /// The same for all.
    All(T),
    /// One for each.
    Each(Vec<T>),
}

impl<T: Default> Default for PerStage<T> {
    fn default() -> Self {
        Self::All(T::default())
    }
}

impl<T: Clone> PerStage<T> {
    /// What the stage at an index has.
    pub(super) fn at(&self, stage: usize) -> Option<T> {
        match self {
            Self::All(value) => Some(value.clone()),
            Self::Each(values) => values.get(stage).cloned(),
        }
    }
}

fn three() -> usize {
    3
}

fn yes() -> bool {
    true
}

fn one() -> f64 {
    1.0
}

fn shuffle() -> String {
    "pixel_shuffle".to_owned()
}

fn unshuffle() -> String {
    "pixel_unshuffle".to_owned()
}

fn rms_norm() -> PerStage<String> {
    PerStage::All("rms_norm".to_owned())
}

fn silu() -> PerStage<String> {
    PerStage::All("silu".to_owned())
}

fn relu() -> String {
    "relu".to_owned()
}

/// One stage.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct StageConfig {
    pub(super) kind: BlockKind,
    pub(super) channels: usize,
    pub(super) layers: usize,
    /// Length of a head's vectors.
    pub(super) head: usize,
    /// Sides of the convolutions through which the attention also sees.
    pub(super) scales: Vec<usize>,
}

impl AutoencoderDcConfig {
    /// Reads a configuration.
    ///
    /// # Errors
    ///
    /// [`ModelError::Io`], [`ModelError::Config`], and [`ModelError::Unsupported`] for what the published models do not use.
    pub fn read(file: impl Into<Location>) -> Result<Self, ModelError> {
        let config: Self = read_config(&file.into())?;
        config.check()?;
        Ok(config)
    }

    /// Checks the numbers.
    ///
    /// # Errors
    ///
    /// [`ModelError::Unsupported`] names the first field that cannot be.
    pub fn check(&self) -> Result<(), ModelError> {
        let stages = self.decoder_block_out_channels.len();
        let is_same = stages > 0 && self.encoder_block_out_channels.len() == stages;
        require(is_same, "decoder_block_out_channels", "as many as `encoder_block_out_channels`, at least 1", &stages)?;
        let (up, down) = (self.upsample_block_type.as_str(), self.downsample_block_type.as_str());
        let is_up = matches!(up, "interpolate" | "pixel_shuffle");
        let is_down = matches!(down, "conv" | "pixel_unshuffle");
        require(is_up, "upsample_block_type", "interpolate or pixel_shuffle", &up)?;
        require(is_down, "downsample_block_type", "conv or pixel_unshuffle", &down)?;
        let all = |names: &PerStage<String>, only: &str| match names {
            PerStage::All(name) => name == only,
            PerStage::Each(names) => names.len() == stages && names.iter().all(|name| name == only),
        };
        let (norms, activations) = (&self.decoder_norm_types, &self.decoder_act_fns);
        require(all(norms, "rms_norm"), "decoder_norm_types", "rms_norm in all stages", norms)?;
        require(all(activations, "silu"), "decoder_act_fns", "silu in all stages", activations)?;
        let last = &self.decoder_conv_act_fn;
        require(last == "relu", "decoder_conv_act_fn", "relu", last)?;
        require(self.attention_head_dim > 0, "attention_head_dim", "at least 1", &self.attention_head_dim)?;
        require(self.scaling_factor.is_normal(), "scaling_factor", "a number other than 0", &self.scaling_factor)?;
        self.check_stages(("encoder_layers_per_block", "encoder_block_out_channels"), self.encoder_stages())?;
        self.check_stages(("decoder_layers_per_block", "decoder_block_out_channels"), self.decoder_stages())
    }

    fn check_stages(
        &self,
        (layers, channels): (&'static str, &'static str),
        stages: Option<Vec<StageConfig>>,
    ) -> Result<(), ModelError> {
        let stages = stages.unwrap_or_default();
        let is_layered = !stages.is_empty() && stages.iter().all(|stage| stage.layers > 0);
        let found: Vec<usize> = stages.iter().map(|stage| stage.channels).collect();
        let counts: Vec<usize> = stages.iter().map(|stage| stage.layers).collect();
        require(is_layered, layers, "at least 1 for each stage, as all lists of the stages", &counts)?;
        // Shortcuts repeat channels, or take means of some.
        let divides = |small: usize, large: usize| small > 0 && large.is_multiple_of(small);
        let pairs = found.windows(2).all(|pair| divides(pair[1], 4 * pair[0]));
        let deepest = found.last().copied().unwrap_or(0);
        let is_whole = pairs && divides(self.latent_channels, deepest) && found.iter().all(|count| *count > 0);
        require(
            is_whole,
            channels,
            "multiples of `latent_channels`, each a divisor of four times the one before",
            &found,
        )?;
        let heads = |stage: &StageConfig| stage.kind == BlockKind::Residual || stage.channels >= stage.head;
        let sides = stages.iter().all(|stage| stage.scales.iter().all(|side| side % 2 == 1));
        require(sides, "qkv_multiscales", "odd numbers", &self.decoder_qkv_multiscales)?;
        require(stages.iter().all(heads), "attention_head_dim", "at most the channels", &self.attention_head_dim)
    }

    fn stages(
        &self,
        kinds: &PerStage<BlockKind>,
        (channels, layers): (&[usize], &[usize]),
        scales: &[Vec<usize>],
    ) -> Option<Vec<StageConfig>> {
        let stage = |at: usize| {
            Some(StageConfig {
                kind: kinds.at(at)?,
                channels: channels[at],
                layers: *layers.get(at)?,
                head: self.attention_head_dim,
                scales: scales.get(at)?.clone(),
            })
        };
        (0..channels.len()).map(stage).collect()
    }

    /// The encoder's stages from the picture on; none if lists differ in length.
    pub(super) fn encoder_stages(&self) -> Option<Vec<StageConfig>> {
        let sizes = (&self.encoder_block_out_channels[..], &self.encoder_layers_per_block[..]);
        self.stages(&self.encoder_block_types, sizes, &self.encoder_qkv_multiscales)
    }

    /// The decoder's stages, that at the picture first; none if lists differ in length.
    pub(super) fn decoder_stages(&self) -> Option<Vec<StageConfig>> {
        let sizes = (&self.decoder_block_out_channels[..], &self.decoder_layers_per_block[..]);
        self.stages(&self.decoder_block_types, sizes, &self.decoder_qkv_multiscales)
    }

    /// Pixels along the side of one latent.
    pub fn scale(&self) -> usize {
        1 << (self.encoder_block_out_channels.len().clamp(1, 16) - 1)
    }
}
