//! Configurations of OmniSVG's models.

use std::path::Path;

use linocut_nn::decoder::DecoderConfig;
use linocut_nn::{Activation, Gain, Pairs, Scaling};
use serde::Deserialize;
use serde_json::Value;

use super::layout::Layout;
use super::vocabulary::Model;
use crate::model::{ModelError, read_json};

/// What is known of a model: its networks, and where its tokens lie.
#[derive(Clone, PartialEq, Debug)]
pub struct OmniConfig {
    /// The layers of the language model.
    pub decoder: DecoderConfig,
    /// Pairs of numbers of a head's vector that turn with time, row and column.
    pub sections: [usize; 3],
    /// Most tokens of prompt and drawing.
    pub context: usize,
    /// Whether the head is the table of tokens.
    pub is_tied: bool,
    /// The tower that sees.
    pub vision: VisionConfig,
    /// The tokens of drawings.
    pub layout: Layout,
    /// The token whose place the picture takes.
    pub picture_token: u32,
    /// Sides of a picture in px, whole blocks of patches.
    pub picture_side: u32,
}

/// Shape of the tower that sees.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VisionConfig {
    /// Blocks.
    pub blocks: usize,
    /// Length of a patch's vector; `heads` divides it by a multiple of 4.
    pub hidden: usize,
    /// Length of the vectors inside the MLP.
    pub inner: usize,
    /// Heads of attention.
    pub heads: usize,
    /// Length of the vectors that the language model sees.
    pub output: usize,
    /// Sides of a patch in px.
    pub patch: usize,
    /// Sides of a block of patches that are seen as one, in patches.
    pub merge: usize,
    /// Sides of a window in px.
    pub window: usize,
    /// Blocks that attend within the whole picture.
    pub whole: Vec<usize>,
}

/// `config.json` of Qwen2.5-VL. Fields keep their published names.
#[derive(Deserialize)]
struct Fields {
    model_type: String,
    hidden_size: usize,
    intermediate_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    num_key_value_heads: usize,
    rms_norm_eps: f64,
    rope_theta: f64,
    rope_scaling: Sections,
    max_position_embeddings: usize,
    #[serde(default)]
    tie_word_embeddings: bool,
    #[serde(default)]
    use_sliding_window: bool,
    #[serde(default = "picture_token")]
    image_token_id: u32,
    vision_config: VisionFields,
    tiny_overrides: Option<Overrides>,
}

#[derive(Deserialize)]
struct Sections {
    mrope_section: [usize; 3],
}

#[derive(Deserialize)]
struct VisionFields {
    depth: usize,
    hidden_size: usize,
    intermediate_size: usize,
    num_heads: usize,
    out_hidden_size: usize,
    patch_size: usize,
    spatial_merge_size: usize,
    #[serde(default = "two")]
    temporal_patch_size: usize,
    window_size: usize,
    fullatt_block_indexes: Vec<usize>,
    hidden_act: Activation,
}

/// `<|image_pad|>` of the published models.
const fn picture_token() -> u32 {
    151_655
}

const fn two() -> usize {
    2
}

/// Where a small model differs from the published ones, under the names of OmniSVG's `config.yaml`.
#[derive(Deserialize)]
struct Overrides {
    base_offset: Override,
    bbox: Override,
    max_color_tokens: Override,
    arc_param_offset: Override,
    arc_param_range: Override,
    vocab_size: Override,
    bos_token_id: Override,
    eos_token_id: Override,
    image_target_size: Override,
}

#[derive(Deserialize)]
struct Override {
    tiny: u32,
}

/// Sides of pictures that the published models are given, in px.
const PICTURE: u32 = 448;

impl OmniConfig {
    /// Reads a `config.json`: that of the base model, Qwen2.5-VL-3B or 7B. Whose tokens a model has is told by its width.
    ///
    /// # Errors
    ///
    /// [`ModelError::Io`] and [`ModelError::Config`] for a file that cannot be read, [`ModelError::Unsupported`] for another model.
    pub fn read(file: &Path) -> Result<Self, ModelError> {
        let fields: Fields = read_json(&file.into())?;
        Reader { file, fields }.config()
    }
}

struct Reader<'a> {
    file: &'a Path,
    fields: Fields,
}

impl Reader<'_> {
    fn unsupported(&self, field: &'static str, expected: impl Into<String>, actual: impl Into<Value>) -> ModelError {
        let actual = actual.into().to_string();
        ModelError::Unsupported { file: self.file.to_owned(), field, expected: expected.into(), actual }
    }

    fn config(&self) -> Result<OmniConfig, ModelError> {
        let fields = &self.fields;
        if fields.model_type != "qwen2_5_vl" {
            return Err(self.unsupported("model_type", "qwen2_5_vl", fields.model_type.as_str()));
        }
        if fields.use_sliding_window {
            return Err(self.unsupported("use_sliding_window", "false", true));
        }
        let decoder = self.decoder();
        if let Some((field, expected, actual)) = decoder.fault() {
            return Err(self.unsupported(field, expected, actual));
        }
        let sections = fields.rope_scaling.mrope_section;
        let pairs = sections.iter().try_fold(0_usize, |sum, section| sum.checked_add(*section));
        if pairs != Some(decoder.head / 2) {
            let expected = format!("three numbers that sum to {}", decoder.head / 2);
            return Err(self.unsupported("mrope_section", expected, sections.to_vec()));
        }
        let (layout, picture_side) = self.layout()?;
        if let Some((field, expected, actual)) = layout.fault() {
            return Err(self.unsupported(field, expected, actual));
        }
        let vision = self.vision(picture_side)?;
        if fields.image_token_id >= layout.base {
            let expected = format!("below {}, where drawings begin", layout.base);
            return Err(self.unsupported("image_token_id", expected, fields.image_token_id));
        }
        Ok(OmniConfig {
            decoder,
            sections,
            context: fields.max_position_embeddings,
            is_tied: fields.tie_word_embeddings,
            vision,
            layout,
            picture_token: fields.image_token_id,
            picture_side,
        })
    }

    fn decoder(&self) -> DecoderConfig {
        let fields = &self.fields;
        let head = fields.hidden_size / fields.num_attention_heads.max(1);
        DecoderConfig {
            hidden: fields.hidden_size,
            layers: fields.num_hidden_layers,
            heads: fields.num_attention_heads,
            groups: fields.num_key_value_heads,
            head,
            inner: fields.intermediate_size,
            activation: Activation::Silu,
            gain: Gain::Weight,
            eps: fields.rms_norm_eps,
            norms_behind: false,
            head_norms: false,
            bias: true,
            scaling: Scaling::of_head(head),
            rotary_base: fields.rope_theta,
            turned: head,
            pairs: Pairs::Halves,
            fused_gate: false,
            rotary_scaling: None,
            window: None,
        }
    }

    fn layout(&self) -> Result<(Layout, u32), ModelError> {
        if let Some(own) = &self.fields.tiny_overrides {
            let layout = Layout {
                base: own.base_offset.tiny,
                side: own.bbox.tiny,
                colors: own.max_color_tokens.tiny,
                parameter_offset: own.arc_param_offset.tiny,
                parameters: own.arc_param_range.tiny,
                begin: own.bos_token_id.tiny,
                end: own.eos_token_id.tiny,
                vocabulary: own.vocab_size.tiny,
            };
            return Ok((layout, own.image_target_size.tiny));
        }
        match self.fields.hidden_size {
            2048 => Ok((Model::B4.layout(), PICTURE)),
            3584 => Ok((Model::B8.layout(), PICTURE)),
            other => Err(self.unsupported("hidden_size", "2048 or 3584, as in OmniSVG 1.1 4B and 8B", other)),
        }
    }

    fn vision(&self, picture: u32) -> Result<VisionConfig, ModelError> {
        let fields = &self.fields.vision_config;
        let VisionFields {
            hidden_size: hidden, num_heads: heads, patch_size: patch, spatial_merge_size: merge, ..
        } = *fields;
        let whole = |number: usize, of: usize| of > 0 && number.is_multiple_of(of);
        if fields.hidden_act != Activation::Silu {
            return Err(self.unsupported("hidden_act", "silu", format!("{:?}", fields.hidden_act)));
        }
        if fields.temporal_patch_size != 2 {
            return Err(self.unsupported("temporal_patch_size", "2", fields.temporal_patch_size));
        }
        if !whole(hidden, heads) || !(hidden / heads).is_multiple_of(4) || hidden == 0 {
            return Err(self.unsupported("num_heads", format!("a divisor of {hidden} by a multiple of 4"), heads));
        }
        if patch == 0 || merge == 0 || picture == 0 || !whole(picture as usize, patch.saturating_mul(merge)) {
            return Err(self.unsupported("patch_size", format!("blocks of patches that divide {picture} px"), patch));
        }
        if fields.out_hidden_size != self.fields.hidden_size {
            let expected = self.fields.hidden_size.to_string();
            return Err(self.unsupported("out_hidden_size", expected, fields.out_hidden_size));
        }
        Ok(VisionConfig {
            blocks: fields.depth,
            hidden,
            inner: fields.intermediate_size,
            heads,
            output: fields.out_hidden_size,
            patch,
            merge,
            window: fields.window_size,
            whole: fields.fullatt_block_indexes.clone(),
        })
    }
}
