//! Kinds of single files: how they are told apart, and what they are made of.

use std::path::Path;

use linocut_nn::weights::Weights;

use super::shapes::{self, Configure, Facts};
use crate::family::Family;
use crate::model_error::ModelError;
use crate::names::{CLIP, Names, OPEN_CLIP, OPEN_CLIP_PENULTIMATE, T5, TRANSFORMER, VAE};
use crate::sampler::Prediction;
use crate::{sdxl, stable_diffusion, stable_diffusion_3};

/// A network in a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// Its folder in the layout of diffusers.
    pub(super) folder: &'static str,
    /// Beginnings of its tensors' names.
    pub(super) prefixes: &'static [&'static str],
    pub(super) names: Names,
    pub(super) configure: Configure,
}

/// A kind of single files.
#[derive(Debug)]
pub(super) struct Kind {
    /// Name, for people.
    pub(super) name: &'static str,
    pub(super) family: &'static Family,
    /// Named models whose tokenizers and other parts fit; the first also says how such files are usually sampled.
    pub(super) bases: &'static [&'static str],
    pub(super) parts: &'static [Part],
    pub(super) facts: Facts,
    /// Side in px of the pictures that networks which predict noise were trained for, if others draw larger ones.
    pub(super) epsilon_side: Option<u32>,
}

const FIRST_STAGE: &[&str] = &["first_stage_model.", "vae."];
const UNET: Part = Part { folder: "unet", prefixes: &[DENOISER], names: Names::Unet, configure: shapes::unet };
const AUTOENCODER: Part =
    Part { folder: "vae", prefixes: FIRST_STAGE, names: Names::Rules(VAE), configure: shapes::vae };

const fn clip(folder: &'static str, prefixes: &'static [&'static str]) -> Part {
    Part { folder, prefixes, names: Names::Rules(CLIP), configure: shapes::clip }
}

const fn open_clip(folder: &'static str, prefixes: &'static [&'static str]) -> Part {
    Part { folder, prefixes, names: Names::Rules(OPEN_CLIP), configure: shapes::open_clip }
}

/// Latents of Stable Diffusion 1 and 2.
const LATENTS: (f64, Option<f64>) = (0.182_15, None);

static FIRST: Kind = Kind {
    name: "Stable Diffusion 1",
    family: &stable_diffusion::FAMILY,
    bases: &["sd-1.5"],
    parts: &[clip("text_encoder", &["cond_stage_model.transformer."]), UNET, AUTOENCODER],
    facts: Facts { heads: Some(8), wide: false, latents: LATENTS },
    epsilon_side: None,
};

static SECOND: Kind = Kind {
    name: "Stable Diffusion 2",
    family: &stable_diffusion::FAMILY,
    bases: &["sd-2.1"],
    parts: &[
        Part { names: Names::Rules(OPEN_CLIP_PENULTIMATE), ..open_clip("text_encoder", &["cond_stage_model.model."]) },
        UNET,
        AUTOENCODER,
    ],
    facts: Facts { heads: None, wide: true, latents: LATENTS },
    epsilon_side: Some(512),
};

static XL: Kind = Kind {
    name: "Stable Diffusion XL",
    family: &sdxl::FAMILY,
    bases: &["sdxl-base", "sdxl-turbo", "sdxl-flash", "fluently-xl-v3-lightning", "ssd-1b"],
    parts: &[
        clip("text_encoder", &["conditioner.embedders.0.transformer."]),
        open_clip("text_encoder_2", &["conditioner.embedders.1.model."]),
        UNET,
        AUTOENCODER,
    ],
    facts: Facts { heads: None, wide: false, latents: (0.130_25, None) },
    epsilon_side: None,
};

static THIRD: Kind = Kind {
    name: "Stable Diffusion 3",
    family: &stable_diffusion_3::FAMILY,
    bases: &["sd-3.5-medium"],
    parts: &[
        clip("text_encoder", &["text_encoders.clip_l.transformer."]),
        Part { configure: shapes::open_clip, ..clip("text_encoder_2", &["text_encoders.clip_g.transformer."]) },
        Part {
            folder: "text_encoder_3",
            prefixes: &["text_encoders.t5xxl.transformer."],
            names: Names::Rules(T5),
            configure: shapes::t5,
        },
        Part {
            folder: "transformer",
            prefixes: &[DENOISER],
            names: Names::Rules(TRANSFORMER),
            configure: shapes::transformer,
        },
        AUTOENCODER,
    ],
    facts: Facts { heads: None, wide: false, latents: (1.5305, Some(0.0609)) },
    epsilon_side: None,
};

/// What is supported, for messages.
const SUPPORTED: &str = "checkpoints of Stable Diffusion 1, 2, XL and 3 in the original names";
const DENOISER: &str = "model.diffusion_model.";
/// The first and the last convolution of a UNet.
const ENTER: &str = "model.diffusion_model.input_blocks.0.0.weight";
const LEAVE: &str = "model.diffusion_model.out.2.weight";
/// Lengths of the text's vectors in the second and the first version.
const LENGTHS: [(usize, &Kind); 2] = [(1024, &SECOND), (768, &FIRST)];

/// Tensors of models that look like those that are supported: the beginning of a name, and what the file is.
const ALIKE: [(&str, &str); 3] = [
    ("conditioner.embedders.0.model.", "a refiner of Stable Diffusion XL"),
    ("edm_mean", "a checkpoint of Playground 2.5, which is sampled in another way"),
    ("control_model.", "a ControlNet"),
];

/// Tensors by which other files are told.
const OTHERS: [(&str, &str); 9] = [
    ("model.diffusion_model.double_blocks.", "a checkpoint of FLUX"),
    ("double_blocks.", "a transformer of FLUX"),
    ("joint_blocks.", "a transformer of Stable Diffusion 3 alone"),
    ("input_blocks.", "a UNet alone, in the original names"),
    ("lora_", "a LoRA, which is merged into a model"),
    ("down_blocks.", "a UNet alone, in the names of diffusers"),
    ("transformer_blocks.", "a transformer alone, in the names of diffusers"),
    ("text_model.", "a text encoder alone"),
    ("decoder.", "an autoencoder alone"),
];

/// The kind of a file, by the names and shapes of its tensors.
pub(super) fn kind_of(file: &Path, weights: &Weights) -> Result<&'static Kind, ModelError> {
    let names = weights.names();
    let unknown = |actual: String| ModelError::UnknownFile { file: file.to_owned(), actual, expected: SUPPORTED };
    let has = |prefix: &str| names.iter().any(|name| name.starts_with(prefix));
    let told = |table: &[(&str, &str)]| table.iter().find(|(prefix, _)| has(prefix)).map(|(_, is)| (*is).to_owned());
    if let Some(actual) = told(&ALIKE) {
        return Err(unknown(actual));
    }
    let kind = if has("model.diffusion_model.joint_blocks.") {
        Some(&THIRD)
    } else if !weights.contains(ENTER) {
        None
    } else if has("model.diffusion_model.label_emb.") || has("conditioner.embedders.1.") {
        Some(&XL)
    } else if has("cond_stage_model.model.") {
        Some(&SECOND)
    } else if has("cond_stage_model.transformer.") {
        Some(&FIRST)
    } else {
        let text = text_length(weights, &names);
        LENGTHS.into_iter().find(|(length, _)| Some(*length) == text).map(|(_, kind)| kind)
    };
    let kind = kind.ok_or_else(|| {
        let example = names.first().map(|name| format!(", such as {name}")).unwrap_or_default();
        unknown(told(&OTHERS).unwrap_or_else(|| format!("a file of {} tensors{example}", names.len())))
    })?;
    let channels = |name, side: usize| weights.shape(name).and_then(|shape| shape.get(side).copied());
    match (channels(ENTER, 1), channels(LEAVE, 0)) {
        (Some(enter), Some(leave)) if enter > leave => Err(unknown(format!(
            "a checkpoint of {} that is told {} channels besides the latents, as for inpainting or editing",
            kind.name,
            enter - leave
        ))),
        _ => Ok(kind),
    }
}

/// Length of the text's vectors that a UNet reads.
fn text_length(weights: &Weights, names: &[String]) -> Option<usize> {
    let reader = names.iter().find(|name| name.starts_with(DENOISER) && name.ends_with("attn2.to_k.weight"))?;
    weights.shape(reader)?.get(1).copied()
}

/// What a file says of its network's predictions.
pub(super) fn prediction_of(weights: &Weights) -> Option<Prediction> {
    match weights.metadata("modelspec.prediction_type") {
        Some("v") => Some(Prediction::V),
        Some("epsilon") => Some(Prediction::Epsilon),
        _ => weights.contains(V_MARK).then_some(Prediction::V),
    }
}

/// A tensor without meaning by which trainers say that the network predicts velocities.
const V_MARK: &str = "v_pred";
/// Another: that the last timestep held no signal.
pub(super) const ZERO_MARK: &str = "ztsnr";

/// Whether a tensor outside of all networks may be left out: what a trainer keeps beside them.
pub(super) fn is_beside(name: &str) -> bool {
    const PREFIXES: [&str; 3] = ["model_ema.", "denoiser.", "loss."];
    !name.contains('.') || name.ends_with("logit_scale") || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}
