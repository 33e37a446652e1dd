//! The two layouts that the model is published in: what their `config.json` says, and how they call tensors.

use linocut_nn::Location;
use linocut_nn::weights::Weights;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::config::{JanusConfig, LlamaConfig, PictureConfig};
use crate::model_error::{ModelError, read_config, require};

/// Tokens along a side of the published pictures.
const GRID: usize = 24;
/// Layers of the projection of a token's code for the language model.
const DEPTH: usize = 2;

/// How a checkpoint is laid out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Layout {
    /// As `DeepSeek` publishes it.
    Original,
    /// As transformers has it.
    Transformers,
}

/// Names of transformers for those of the original code, in the order in which they are applied.
const RENAMES: [(&str, &str); 12] = [
    ("gen_vision_model.decoder.mid.0.", "model.vqmodel.decoder.mid.block_1."),
    ("gen_vision_model.decoder.mid.1.", "model.vqmodel.decoder.mid.attn_1."),
    ("gen_vision_model.decoder.mid.2.", "model.vqmodel.decoder.mid.block_2."),
    ("gen_vision_model.decoder.conv_blocks.", "model.vqmodel.decoder.up."),
    ("gen_vision_model.", "model.vqmodel."),
    ("res.", "block."),
    ("gen_aligner.layers.0.", "model.generation_aligner.fc1."),
    ("gen_aligner.layers.2.", "model.generation_aligner.hidden_layers.0."),
    ("gen_head.output_mlp_projector.", "model.generation_head.proj_out."),
    ("gen_head.vision_head.", "model.generation_head.vision_head."),
    ("gen_embed.", "model.generation_embeddings."),
    ("language_model.model.", "model.language_model."),
];

impl Layout {
    /// The weights under the names of the original code.
    pub(super) fn named(self, weights: &Weights) -> Weights {
        match self {
            Self::Original => weights.clone(),
            Self::Transformers => weights.renamed(RENAMES),
        }
    }

    /// What begins the names in the file of tensors that only understanding pictures or writing words needs.
    pub(super) const fn unneeded(self) -> &'static [&'static str] {
        match self {
            Self::Original => &["vision_model.", "aligner.", "language_model.lm_head."],
            Self::Transformers => &["model.vision_model.", "model.aligner.", "lm_head."],
        }
    }

    /// What begins the names in the file of the decoder's tensors, and of those that the language model uses.
    pub(super) const fn parts(self) -> [&'static [&'static str]; 2] {
        match self {
            Self::Original => [&["gen_vision_model."], &["language_model.", "gen_head.", "gen_aligner.", "gen_embed."]],
            Self::Transformers => [
                &["model.vqmodel."],
                &[
                    "model.language_model.",
                    "model.generation_head.",
                    "model.generation_aligner.",
                    "model.generation_embeddings.",
                ],
            ],
        }
    }

    /// What begins the names in the file of what turns pictures into tokens.
    pub(super) const fn encoder(self) -> &'static [&'static str] {
        match self {
            Self::Original => &[
                "gen_vision_model.encoder.",
                "gen_vision_model.quant_conv.",
                "gen_vision_model.quantize.codebook_used",
            ],
            Self::Transformers => &["model.vqmodel.encoder.", "model.vqmodel.quant_conv."],
        }
    }

    /// What a `config.json` says, not checked but for what other fields contradict.
    pub(super) fn read(file: &Location) -> Result<JanusConfig, ModelError> {
        let Kind { model_type } = read_config(file)?;
        match model_type.as_str() {
            "janus" => of_transformers(read_config(file)?),
            other => {
                require(other == "multi_modality", "model_type", "`multi_modality` or `janus`", &model_type)?;
                of_original(read_config(file)?)
            }
        }
    }
}

#[derive(Deserialize)]
struct Kind {
    model_type: String,
}

/// A part of the original configuration.
#[derive(Deserialize)]
#[serde(bound = "P: DeserializeOwned")]
struct Params<P> {
    cls: Option<String>,
    params: P,
}

#[derive(Deserialize)]
struct Head {
    image_token_embed: usize,
    image_token_size: usize,
    n_embed: usize,
}

#[derive(Deserialize)]
struct Aligner {
    depth: usize,
    input_dim: usize,
    n_embed: usize,
    projector_type: String,
}

#[derive(Deserialize)]
struct Codes {
    image_token_size: usize,
    n_embed: usize,
}

/// Numbers that the original code fixes; checkpoints of other shapes, such as small ones for tests, say theirs here.
#[derive(Deserialize)]
#[serde(default)]
struct Overrides {
    vq_ch: usize,
    vq_ch_mult: Vec<usize>,
    vq_num_res_blocks: usize,
    z_channels: usize,
    grid: usize,
}

impl Default for Overrides {
    fn default() -> Self {
        Self { vq_ch: 128, vq_ch_mult: vec![1, 1, 2, 2, 4], vq_num_res_blocks: 2, z_channels: 256, grid: GRID }
    }
}

#[derive(Deserialize)]
struct Original {
    gen_head_config: Params<Head>,
    gen_aligner_config: Params<Aligner>,
    gen_vision_config: Params<Codes>,
    language_config: LlamaConfig,
    #[serde(default)]
    tiny_overrides: Overrides,
}

fn of_original(told: Original) -> Result<JanusConfig, ModelError> {
    let (head, aligner, codes) =
        (told.gen_head_config.params, told.gen_aligner_config.params, told.gen_vision_config.params);
    let hidden = told.language_config.hidden_size;
    let cls = told.gen_vision_config.cls.unwrap_or_else(|| "VQ-16".to_owned());
    require(cls == "VQ-16", "gen_vision_config.cls", "`VQ-16`", &cls)?;
    require(aligner.projector_type == "mlp_gelu", "projector_type", "`mlp_gelu`", &aligner.projector_type)?;
    require(aligner.depth == DEPTH, "gen_aligner_config.depth", "2", &aligner.depth)?;
    require(head.n_embed == hidden, "gen_head_config.n_embed", "`hidden_size`", &head.n_embed)?;
    require(aligner.n_embed == hidden, "gen_aligner_config.n_embed", "`hidden_size`", &aligner.n_embed)?;
    let is_code = aligner.input_dim == codes.n_embed;
    require(is_code, "gen_aligner_config.input_dim", "`n_embed` of `gen_vision_config`", &aligner.input_dim)?;
    let is_size = head.image_token_size == codes.image_token_size;
    require(
        is_size,
        "image_token_size",
        "the same in `gen_head_config` and `gen_vision_config`",
        &head.image_token_size,
    )?;
    let Overrides { vq_ch, vq_ch_mult, vq_num_res_blocks, z_channels, grid } = told.tiny_overrides;
    let picture = PictureConfig {
        codes: codes.image_token_size,
        code: codes.n_embed,
        latents: z_channels,
        channels: vq_ch,
        multipliers: vq_ch_mult,
        blocks: vq_num_res_blocks,
        grid,
    };
    let (language, head, layout) = (told.language_config, head.image_token_embed, Layout::Original);
    Ok(JanusConfig { language, head, picture, layout })
}

/// The decoder as transformers describes it; what is not said has the value that transformers gives it.
#[derive(Deserialize)]
#[serde(default)]
struct Quantised {
    embed_dim: usize,
    num_embeddings: usize,
    latent_channels: usize,
    base_channels: usize,
    channel_multiplier: Vec<usize>,
    num_res_blocks: usize,
    projection_dim: usize,
    image_token_embed_dim: usize,
    num_hidden_layers: usize,
    hidden_act: String,
}

impl Default for Quantised {
    fn default() -> Self {
        Self {
            embed_dim: 8,
            num_embeddings: 16_384,
            latent_channels: 256,
            base_channels: 128,
            channel_multiplier: vec![1, 1, 2, 2, 4],
            num_res_blocks: 2,
            projection_dim: 2048,
            image_token_embed_dim: 2048,
            num_hidden_layers: DEPTH,
            hidden_act: "gelu".to_owned(),
        }
    }
}

#[derive(Deserialize)]
#[serde(default)]
struct Sides {
    image_size: usize,
    patch_size: usize,
}

impl Default for Sides {
    fn default() -> Self {
        Self { image_size: 384, patch_size: 16 }
    }
}

#[derive(Deserialize)]
struct Transformers {
    text_config: LlamaConfig,
    #[serde(default)]
    vision_config: Sides,
    #[serde(default)]
    vq_config: Quantised,
}

fn of_transformers(told: Transformers) -> Result<JanusConfig, ModelError> {
    let (language, codes, sides) = (told.text_config, told.vq_config, told.vision_config);
    let hidden = language.hidden_size;
    require(codes.hidden_act == "gelu", "hidden_act", "`gelu`", &codes.hidden_act)?;
    require(codes.num_hidden_layers == DEPTH, "vq_config.num_hidden_layers", "2", &codes.num_hidden_layers)?;
    require(codes.projection_dim == hidden, "projection_dim", "`hidden_size`", &codes.projection_dim)?;
    let is_embedded = codes.image_token_embed_dim == hidden;
    require(is_embedded, "image_token_embed_dim", "`hidden_size`", &codes.image_token_embed_dim)?;
    let picture = PictureConfig {
        codes: codes.num_embeddings,
        code: codes.embed_dim,
        latents: codes.latent_channels,
        channels: codes.base_channels,
        multipliers: codes.channel_multiplier,
        blocks: codes.num_res_blocks,
        grid: sides.image_size.checked_div(sides.patch_size).unwrap_or(0),
    };
    Ok(JanusConfig { language, head: codes.projection_dim, picture, layout: Layout::Transformers })
}
