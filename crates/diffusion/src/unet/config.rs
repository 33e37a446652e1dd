//! The UNet's `config.json`.

use linocut_nn::Location;
use serde::Deserialize;

use crate::model_error::{ModelError, read_config, require};

/// What `unet/config.json` says of the network's shape. Fields keep their published names.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct UNetConfig {
    /// Channels of the latents that go in.
    pub in_channels: usize,
    /// Channels of the prediction.
    pub out_channels: usize,
    /// Kind of each stage on the way down.
    pub down_block_types: Vec<String>,
    /// Kind of the stage in the middle; none without one. Default: `UNetMidBlock2DCrossAttn`.
    #[serde(default = "with_attention")]
    pub mid_block_type: Option<String>,
    /// Kind of each stage on the way up.
    pub up_block_types: Vec<String>,
    /// Channels of each stage on the way down.
    pub block_out_channels: Vec<usize>,
    /// Residual blocks of a stage on the way down; one more on the way up.
    pub layers_per_block: usize,
    /// Groups of the group norms.
    pub norm_num_groups: usize,
    /// Added to the variance by the group norms of residual blocks.
    pub norm_eps: f64,
    /// Length of the text's vectors.
    pub cross_attention_dim: usize,
    /// Transformer blocks, per stage or per residual block of each stage. Default: 1.
    #[serde(default = "single")]
    pub transformer_layers_per_block: PerStage<PerStage<usize>>,
    /// The same on the way up, in the order of the way up. Default: the reverse of the way down.
    #[serde(default)]
    pub reverse_transformer_layers_per_block: Option<PerStage<PerStage<usize>>>,
    /// Number of attention heads per stage, in spite of its name.
    pub attention_head_dim: PerStage<usize>,
    /// Number of attention heads, where it is given by its right name. Default: `attention_head_dim`.
    #[serde(default)]
    pub num_attention_heads: Option<PerStage<usize>>,
    /// Length of the embedding of each number that describes the picture's size.
    #[serde(default)]
    pub addition_time_embed_dim: Option<usize>,
    /// Length of pooled text and embedded sizes together.
    #[serde(default)]
    pub projection_class_embeddings_input_dim: Option<usize>,
    /// Kind of the additional embedding: `text_time` in SDXL, none in Stable Diffusion 1 and 2.
    #[serde(default)]
    pub addition_embed_type: Option<String>,
    /// Whether cosines stand before sines in embeddings of time.
    pub flip_sin_to_cos: bool,
    /// Taken from the number of frequencies.
    pub freq_shift: f64,
    /// Whether the transformers' projections are linear layers, or else convolutions with the same numbers. Default: no.
    #[serde(default)]
    pub use_linear_projection: bool,
    /// Activation; `silu`.
    pub act_fn: String,
    /// Whether products of queries and keys are made in f32 even if the rest is in 16 bits, where they would overflow. Default: no.
    #[serde(default)]
    pub upcast_attention: bool,
}

fn with_attention() -> Option<String> {
    Some("UNetMidBlock2DCrossAttn".to_owned())
}

fn single() -> PerStage<PerStage<usize>> {
    PerStage::All(PerStage::All(1))
}

/// One value for all, or one for each.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(untagged)]
pub enum PerStage<T> {
    /// One for each, in order.
    Each(Vec<T>),
    /// The same for all.
    All(T),
}

impl<T> PerStage<T> {
    fn get(&self, at: usize) -> Option<&T> {
        match self {
            Self::All(value) => Some(value),
            Self::Each(values) => values.get(at),
        }
    }

    fn nth_last(&self, at: usize) -> Option<&T> {
        match self {
            Self::All(value) => Some(value),
            Self::Each(values) => values.iter().nth_back(at),
        }
    }

    fn last(&self) -> Option<&T> {
        self.nth_last(0)
    }
}

impl UNetConfig {
    /// Reads a configuration.
    ///
    /// # Errors
    ///
    /// [`ModelError::Io`], [`ModelError::Config`], and [`ModelError::Unsupported`] for what Stable Diffusion and SDXL do not use.
    pub fn read(file: impl Into<Location>) -> Result<Self, ModelError> {
        let config: Self = read_config(&file.into())?;
        config.check()?;
        Ok(config)
    }

    /// Checks that the configuration is one of the family's.
    ///
    /// # Errors
    ///
    /// [`ModelError::Unsupported`] names the first field that is not.
    pub fn check(&self) -> Result<(), ModelError> {
        let stages = self.block_out_channels.len();
        let named = |types: &[String], kinds: [&str; 2]| {
            types.len() == stages && types.iter().all(|kind| kinds.contains(&kind.as_str()))
        };
        let is_down = named(&self.down_block_types, ["DownBlock2D", "CrossAttnDownBlock2D"]);
        let is_up = named(&self.up_block_types, ["UpBlock2D", "CrossAttnUpBlock2D"]);
        let middle = self.mid_block_type.as_deref();
        let is_middle = matches!(middle, None | Some("UNetMidBlock2D" | "UNetMidBlock2DCrossAttn"));
        let is_grouped = self.norm_num_groups > 0
            && self.block_out_channels.iter().all(|channels| *channels > 0 && channels % self.norm_num_groups == 0);
        let added = self.addition_embed_type.as_deref();
        let text = "one (Cross)DownBlock2D or (Cross)UpBlock2D per stage";
        require(is_down, "down_block_types", text, &self.down_block_types)?;
        require(is_up, "up_block_types", text, &self.up_block_types)?;
        require(is_middle, "mid_block_type", "UNetMidBlock2D, UNetMidBlock2DCrossAttn or null", &middle)?;
        require(is_grouped, "block_out_channels", "multiples of `norm_num_groups`", &self.block_out_channels)?;
        require(self.act_fn == "silu", "act_fn", "silu", &self.act_fn)?;
        let is_added = matches!(added, None | Some("text_time"));
        require(is_added, "addition_embed_type", "text_time or null", &added)
    }

    /// Whether the network is told pooled text and the picture's size.
    #[must_use]
    pub fn is_told_size(&self) -> bool {
        self.addition_embed_type.is_some()
    }

    /// Attention heads of a stage on the way down.
    pub(super) fn heads(&self, stage: usize) -> Result<usize, ModelError> {
        let heads = self.num_attention_heads.as_ref().unwrap_or(&self.attention_head_dim);
        let count = heads.get(stage).copied().unwrap_or(0);
        let divides = count > 0 && self.block_out_channels[stage].is_multiple_of(count);
        require(divides, "attention_head_dim", "a divisor of each stage's channels", heads)?;
        Ok(count)
    }

    /// Transformer blocks behind a residual block on the way down.
    pub(super) fn depth_down(&self, stage: usize, layer: usize) -> Result<usize, ModelError> {
        let depths = &self.transformer_layers_per_block;
        found(depths.get(stage).and_then(|depths| depths.get(layer)), "transformer_layers_per_block", depths)
    }

    /// Transformer blocks in the middle.
    pub(super) fn depth_middle(&self) -> Result<usize, ModelError> {
        let depths = &self.transformer_layers_per_block;
        found(depths.last().and_then(PerStage::last), "transformer_layers_per_block", depths)
    }

    /// Transformer blocks behind a residual block on the way up; stages count from the middle.
    pub(super) fn depth_up(&self, stage: usize, layer: usize) -> Result<usize, ModelError> {
        match &self.reverse_transformer_layers_per_block {
            Some(depths) => {
                let depth = depths.get(stage).and_then(|depths| depths.get(layer));
                found(depth, "reverse_transformer_layers_per_block", depths)
            }
            None => {
                let depths = &self.transformer_layers_per_block;
                let depth = depths.nth_last(stage).and_then(|depths| depths.get(layer));
                found(depth, "transformer_layers_per_block", depths)
            }
        }
    }
}

fn found(depth: Option<&usize>, field: &'static str, all: &impl std::fmt::Debug) -> Result<usize, ModelError> {
    require(depth.is_some(), field, "a number for each stage or each of its layers", all)?;
    Ok(depth.copied().unwrap_or(0))
}
