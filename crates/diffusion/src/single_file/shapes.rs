//! Configurations of networks, from the shapes of their tensors and from what all published models of a kind share.

use linocut_nn::weights::Weights;
use serde_json::{Value, json};

use crate::model_error::ModelError;

/// What shapes do not tell.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    /// Attention heads of the UNet: so many in each stage, or else heads of 64.
    pub(super) heads: Option<usize>,
    /// Whether the UNet's products of queries and keys are to be made in f32.
    pub(super) wide: bool,
    /// What latents are multiplied by, and what is taken from them before.
    pub(super) latents: (f64, Option<f64>),
}

/// Makes the `config.json` of a network of its tensors' shapes.
pub(super) type Configure = fn(&Shapes<'_>, &Facts) -> Result<Value, ModelError>;

/// Length of a head's vectors where heads are not counted otherwise.
const HEAD: usize = 64;
/// Groups of all group norms.
const GROUPS: usize = 32;
/// Length of the embedding of each number that describes a picture's size.
const SIZE: usize = 256;

/// Shapes of a network's tensors, under the names of diffusers.
#[derive(Debug)]
pub(super) struct Shapes<'a>(pub(super) &'a Weights);

impl Shapes<'_> {
    /// A side of a tensor that must be there.
    fn side(&self, name: &str, at: usize) -> Result<usize, ModelError> {
        match self.0.shape(name).and_then(|shape| shape.get(at).copied()) {
            Some(side) => Ok(side),
            // Fails, for the tensor is missing or too flat; of a scalar there is nothing.
            None => Ok(self.0.outline().get(name, &[]).map(|_| 0)?),
        }
    }

    fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// How many there are, from 0 on: `name` of each is there.
    fn count(&self, name: impl Fn(usize) -> String) -> usize {
        (0..).take_while(|at| self.has(&name(*at))).count()
    }

    /// First sides of a tensor of each stage.
    fn widths(&self, name: impl Fn(usize) -> String) -> Result<Vec<usize>, ModelError> {
        let stages = self.count(&name).max(1);
        (0..stages).map(|at| self.side(&name(at), 0)).collect()
    }
}

/// The UNet of Stable Diffusion and SDXL.
pub(super) fn unet(shapes: &Shapes<'_>, facts: &Facts) -> Result<Value, ModelError> {
    let widths = shapes.widths(|at| format!("down_blocks.{at}.resnets.0.conv1.weight"))?;
    let layers = shapes.count(|at| format!("down_blocks.0.resnets.{at}.conv1.weight"));
    let down: Vec<Vec<usize>> = (0..widths.len()).map(|at| depths(shapes, "down", at, layers)).collect();
    let up: Vec<Vec<usize>> = (0..widths.len()).map(|at| depths(shapes, "up", at, layers + 1)).collect();
    let kind = |depths: &Vec<usize>, plain: &str| {
        if depths.iter().any(|depth| *depth > 0) { format!("CrossAttn{plain}") } else { plain.to_owned() }
    };
    let middle = depth(shapes, "mid_block.attentions.0");
    let mid_block = match (middle, shapes.has("mid_block.resnets.0.conv1.weight")) {
        (1.., _) => Some("UNetMidBlock2DCrossAttn"),
        (_, has_middle) => has_middle.then_some("UNetMidBlock2D"),
    };
    let text = text_length(shapes)?;
    let added = shapes.0.shape("add_embedding.linear_1.weight").and_then(|shape| shape.get(1).copied());
    let heads = |width: &usize| facts.heads.unwrap_or((width / HEAD).max(1));
    Ok(json!({
        "in_channels": shapes.side("conv_in.weight", 1)?,
        "out_channels": shapes.side("conv_out.weight", 0)?,
        "down_block_types": down.iter().map(|depths| kind(depths, "DownBlock2D")).collect::<Vec<_>>(),
        "mid_block_type": mid_block,
        "up_block_types": up.iter().map(|depths| kind(depths, "UpBlock2D")).collect::<Vec<_>>(),
        "layers_per_block": layers,
        "norm_num_groups": GROUPS,
        "norm_eps": 1e-5,
        "cross_attention_dim": text,
        "transformer_layers_per_block": with_middle(down, middle),
        "reverse_transformer_layers_per_block": up,
        "attention_head_dim": widths.iter().map(heads).collect::<Vec<_>>(),
        "block_out_channels": widths,
        "addition_embed_type": added.map(|_| "text_time"),
        "addition_time_embed_dim": added.map(|_| SIZE),
        "projection_class_embeddings_input_dim": added,
        "flip_sin_to_cos": true,
        "freq_shift": 0.0,
        "act_fn": "silu",
        "upcast_attention": facts.wide,
    }))
}

/// Transformer blocks of an attention.
fn depth(shapes: &Shapes<'_>, attention: &str) -> usize {
    shapes.count(|at| format!("{attention}.transformer_blocks.{at}.attn1.to_q.weight"))
}

/// Transformer blocks behind each residual block of a stage.
fn depths(shapes: &Shapes<'_>, way: &str, stage: usize, layers: usize) -> Vec<usize> {
    (0..layers).map(|layer| depth(shapes, &format!("{way}_blocks.{stage}.attentions.{layer}"))).collect()
}

/// Depths of the way down, of which the last is that of the middle if the last stage has no attention of its own.
fn with_middle(mut down: Vec<Vec<usize>>, middle: usize) -> Vec<Vec<usize>> {
    if let Some(last) = down.last_mut().filter(|last| last.iter().all(|depth| *depth == 0)) {
        last.fill(middle);
    }
    down
}

/// Length of the text's vectors: that of the first layer that reads the text.
fn text_length(shapes: &Shapes<'_>) -> Result<usize, ModelError> {
    let names = shapes.0.names();
    let reader = names.iter().find(|name| name.ends_with("attn2.to_k.weight"));
    shapes.side(reader.map_or("down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight", String::as_str), 1)
}

/// The autoencoder.
pub(super) fn vae(shapes: &Shapes<'_>, facts: &Facts) -> Result<Value, ModelError> {
    let mut widths = shapes.widths(|at| format!("decoder.up_blocks.{at}.resnets.0.conv1.weight"))?;
    widths.reverse();
    let colours = shapes.side("decoder.conv_out.weight", 0)?;
    let (scale, shift) = facts.latents;
    Ok(json!({
        "in_channels": colours,
        "out_channels": colours,
        "latent_channels": shapes.side("decoder.conv_in.weight", 1)?,
        "block_out_channels": widths,
        "layers_per_block": shapes.count(|at| format!("decoder.up_blocks.0.resnets.{at}.conv1.weight")).saturating_sub(1),
        "norm_num_groups": GROUPS,
        "scaling_factor": scale,
        "shift_factor": shift,
        "use_quant_conv": shapes.has("quant_conv.weight"),
        "use_post_quant_conv": shapes.has("post_quant_conv.weight"),
        "mid_block_add_attention": shapes.has("decoder.mid_block.attentions.0.group_norm.weight"),
    }))
}

/// CLIP as `OpenAI` trained it.
pub(super) fn clip(shapes: &Shapes<'_>, _: &Facts) -> Result<Value, ModelError> {
    text(shapes, "quick_gelu")
}

/// `OpenCLIP`.
pub(super) fn open_clip(shapes: &Shapes<'_>, _: &Facts) -> Result<Value, ModelError> {
    text(shapes, "gelu")
}

fn text(shapes: &Shapes<'_>, activation: &str) -> Result<Value, ModelError> {
    let words = "text_model.embeddings.token_embedding.weight";
    let hidden = shapes.side(words, 1)?;
    let projection = shapes.0.shape("text_projection.weight").and_then(|shape| shape.first().copied());
    Ok(json!({
        "vocab_size": shapes.side(words, 0)?,
        "hidden_size": hidden,
        "intermediate_size": shapes.side("text_model.encoder.layers.0.mlp.fc1.weight", 0)?,
        "num_hidden_layers": shapes.count(|at| format!("text_model.encoder.layers.{at}.mlp.fc1.weight")),
        "num_attention_heads": (hidden / HEAD).max(1),
        "max_position_embeddings": shapes.side("text_model.embeddings.position_embedding.weight", 0)?,
        "hidden_act": activation,
        "layer_norm_eps": 1e-5,
        "eos_token_id": 2,
        "projection_dim": projection.unwrap_or(hidden),
    }))
}

/// The transformer of Stable Diffusion 3.
pub(super) fn transformer(shapes: &Shapes<'_>, _: &Facts) -> Result<Value, ModelError> {
    let hidden = shapes.side("pos_embed.proj.weight", 0)?;
    let patch = shapes.side("pos_embed.proj.weight", 2)?.max(1);
    let layers = shapes.count(|at| format!("transformer_blocks.{at}.attn.to_q.weight"));
    let is_dual = |at: &usize| shapes.has(&format!("transformer_blocks.{at}.attn2.to_q.weight"));
    Ok(json!({
        "patch_size": patch,
        "in_channels": shapes.side("pos_embed.proj.weight", 1)?,
        "out_channels": shapes.side("proj_out.weight", 0)? / (patch * patch),
        "num_layers": layers,
        "attention_head_dim": HEAD,
        "num_attention_heads": hidden / HEAD,
        "joint_attention_dim": shapes.side("context_embedder.weight", 1)?,
        "caption_projection_dim": shapes.side("context_embedder.weight", 0)?,
        "pooled_projection_dim": shapes.side("time_text_embed.text_embedder.linear_1.weight", 1)?,
        "pos_embed_max_size": shapes.side("pos_embed.pos_embed", 1)?.isqrt(),
        "dual_attention_layers": (0..layers).filter(is_dual).collect::<Vec<_>>(),
        "qk_norm": shapes.has("transformer_blocks.0.attn.norm_q.weight").then_some("rms_norm"),
    }))
}

/// The encoder of T5.
pub(super) fn t5(shapes: &Shapes<'_>, _: &Facts) -> Result<Value, ModelError> {
    let layer = "encoder.block.0.layer";
    let heads = shapes.side(&format!("{layer}.0.SelfAttention.q.weight"), 0)? / HEAD;
    Ok(json!({
        "vocab_size": shapes.side("shared.weight", 0)?,
        "d_model": shapes.side("shared.weight", 1)?,
        "d_kv": HEAD,
        "d_ff": shapes.side(&format!("{layer}.1.DenseReluDense.wi_0.weight"), 0)?,
        "num_layers": shapes.count(|at| format!("encoder.block.{at}.layer.0.SelfAttention.q.weight")),
        "num_heads": heads.max(1),
        "relative_attention_num_buckets":
            shapes.side(&format!("{layer}.0.SelfAttention.relative_attention_bias.weight"), 0)?,
        "relative_attention_max_distance": 128,
        "layer_norm_epsilon": 1e-6,
        "feed_forward_proj": "gated-gelu",
    }))
}

/// The encoder of T5-XXL, where there is none to look at.
pub(super) fn t5_xxl() -> Value {
    json!({
        "vocab_size": 32_128, "d_model": 4096, "d_kv": HEAD, "d_ff": 10_240, "num_layers": 24, "num_heads": 64,
        "layer_norm_epsilon": 1e-6, "feed_forward_proj": "gated-gelu",
    })
}
