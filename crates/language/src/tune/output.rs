//! What comes of a run: an adapter in peft's layout, or a model's folder.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use linocut_nn::candle_core::{DType, Device, Tensor};
use linocut_nn::weights::Weights;
use safetensors::serialize_to_file;
use serde::{Deserialize, Serialize};

use super::checkpoint::write_whole;
use super::error::TuneError;
use super::learner::{Learn, peft_names};
use super::low_rank::LowRank;
use super::run::Tuning;

const ADAPTER: &str = "adapter_model.safetensors";
const ADAPTER_CONFIG: &str = "adapter_config.json";

/// Files beside the weights that make a model's folder.
const BESIDE: [&str; 6] = [
    "config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "generation_config.json",
    "chat_template.jinja",
];

/// `adapter_config.json`, as far as it matters.
#[derive(Serialize, Deserialize)]
struct AdapterConfig {
    peft_type: String,
    #[serde(default)]
    task_type: Option<String>,
    #[serde(default)]
    base_model_name_or_path: Option<String>,
    r: usize,
    lora_alpha: f64,
    #[serde(default)]
    lora_dropout: f64,
    target_modules: Vec<String>,
    #[serde(default = "no_bias")]
    bias: String,
    #[serde(default)]
    fan_in_fan_out: bool,
    #[serde(default)]
    use_rslora: bool,
    #[serde(default)]
    use_dora: bool,
    #[serde(default)]
    inference_mode: bool,
}

fn no_bias() -> String {
    "none".to_owned()
}

impl Tuning {
    /// Writes the change as peft does: `adapter_config.json` and `adapter_model.safetensors`.
    ///
    /// # Errors
    ///
    /// [`TuneError::Option`] if all weights are learnt, [`TuneError::Io`] if a file cannot be written.
    pub fn write_adapter(&self, folder: &Path) -> Result<(), TuneError> {
        let Learn::LowRank(low_rank) = &self.options.learn else {
            let actual = "all weights".to_owned();
            return Err(TuneError::Option { field: "learn", expected: "a change of low rank", actual });
        };
        let config = AdapterConfig {
            peft_type: "LORA".to_owned(),
            task_type: Some("CAUSAL_LM".to_owned()),
            base_model_name_or_path: Some(self.folder.to_string_lossy().into_owned()),
            r: low_rank.rank,
            lora_alpha: low_rank.alpha,
            lora_dropout: 0.0,
            target_modules: low_rank.targets.clone(),
            bias: no_bias(),
            fan_in_fan_out: false,
            use_rslora: false,
            use_dora: false,
            inference_mode: true,
        };
        let text = serde_json::to_string_pretty(&config).unwrap_or_default() + "\n";
        let file = folder.join(ADAPTER_CONFIG);
        write_whole(&file, |partial| {
            fs::write(partial, text).map_err(|source| TuneError::Io { file: file.clone(), source })
        })?;
        let variables = self.learner.variables.iter();
        let tensors = variables.map(|(name, variable)| (name.clone(), variable.as_tensor().detach()));
        write_tensors(&folder.join(ADAPTER), tensors.collect())
    }

    /// Writes a folder that the runner opens: the weights as they are now, in the types of the file, and what is beside them.
    ///
    /// # Errors
    ///
    /// [`TuneError::Io`] if a file cannot be read or written.
    pub fn write_model(&self, folder: &Path) -> Result<(), TuneError> {
        let learnt: HashMap<&str, Tensor> =
            self.learner.variables.iter().map(|(name, it)| (name.as_str(), it.as_tensor().detach())).collect();
        write_folder(&self.folder, folder, |name, stored| match &self.options.learn {
            Learn::All => Ok(learnt.get(name).map_or(stored, Tensor::clone)),
            Learn::LowRank(low_rank) => merged(name, stored, low_rank.scale(), |name| learnt.get(name).cloned()),
        })
    }
}

/// Merges an adapter in peft's layout into its model: `W += alpha / r B A`. Writes a folder that the runner opens.
///
/// # Errors
///
/// [`TuneError::Option`] for an adapter of another kind than plain LoRA, [`TuneError::Weights`] if it does not fit the model,
/// [`TuneError::Io`] if a file cannot be read or written.
pub fn merge_adapter(model: &Path, adapter: &Path, folder: &Path) -> Result<(), TuneError> {
    let file = adapter.join(ADAPTER_CONFIG);
    let text = fs::read_to_string(&file).map_err(|source| TuneError::Io { file: file.clone(), source })?;
    let config: AdapterConfig = serde_json::from_str(&text)
        .map_err(|error| crate::model::ModelError::Config { file: file.clone(), reason: error.to_string() })?;
    for (field, is_usual) in [
        ("peft_type", config.peft_type == "LORA"),
        ("bias", config.bias == "none"),
        ("use_dora", !config.use_dora),
        ("fan_in_fan_out", !config.fan_in_fan_out),
        ("r", config.r > 0),
    ] {
        if !is_usual {
            let actual = serde_json::from_str::<serde_json::Value>(&text).unwrap_or_default()[field].to_string();
            return Err(TuneError::Option { field, expected: "that of a plain LoRA", actual });
        }
    }
    let root = if config.use_rslora { (config.r as f64).sqrt() } else { config.r as f64 };
    let weights = Weights::open(adapter.join(ADAPTER), DType::F32, &Device::Cpu)?;
    let get = |name: &str| {
        let shape = weights.shape(name)?;
        weights.get(name, &shape).ok()
    };
    write_folder(model, folder, |name, stored| merged(name, stored, config.lora_alpha / root, get))?;
    Ok(weights.finish(&[])?)
}

/// A weight with its change, in its own type.
fn merged(
    name: &str,
    stored: Tensor,
    scale: f64,
    factor: impl Fn(&str) -> Option<Tensor>,
) -> Result<Tensor, TuneError> {
    let Some(layer) = name.strip_suffix(".weight") else { return Ok(stored) };
    let [first, second] = peft_names(layer);
    let (Some(first), Some(second)) = (factor(&first), factor(&second)) else { return Ok(stored) };
    let change = (second.matmul(&first)? * scale)?.to_device(stored.device())?;
    Ok((stored.to_dtype(DType::F32)? + change)?.to_dtype(stored.dtype())?)
}

/// Writes a model's folder with other weights.
fn write_folder(
    from: &Path,
    to: &Path,
    change: impl Fn(&str, Tensor) -> Result<Tensor, TuneError>,
) -> Result<(), TuneError> {
    let weights = Weights::open(from, DType::F32, &Device::Cpu)?;
    let mut tensors = Vec::new();
    for name in weights.names() {
        let shape = weights.shape(&name).unwrap_or_default();
        let tensor = change(&name, weights.get_narrowed(&name, &shape)?)?;
        tensors.push((name, tensor.to_device(&Device::Cpu)?.contiguous()?));
    }
    write_tensors(&to.join("model.safetensors"), tensors)?;
    for name in BESIDE {
        let source = from.join(name);
        if source.is_file() {
            let file = to.join(name);
            let copied = fs::copy(&source, &file);
            copied.map_err(|source| TuneError::Io { file, source })?;
        }
    }
    Ok(())
}

/// Writes tensors with the mark that transformers wants.
pub(super) fn write_tensors(file: &Path, tensors: Vec<(String, Tensor)>) -> Result<(), TuneError> {
    let marks = HashMap::from([("format".to_owned(), "pt".to_owned())]);
    write_whole(file, |partial| {
        serialize_to_file(tensors, Some(marks), partial)
            .map_err(|error| TuneError::Io { file: file.to_owned(), source: std::io::Error::other(error) })
    })
}

impl LowRank {
    /// What an adapter's configuration says.
    ///
    /// # Errors
    ///
    /// [`TuneError::Io`] or a fault of the configuration.
    pub fn of_adapter(adapter: &Path) -> Result<Self, TuneError> {
        let file = adapter.join(ADAPTER_CONFIG);
        let text = fs::read_to_string(&file).map_err(|source| TuneError::Io { file: file.clone(), source })?;
        let config: AdapterConfig = serde_json::from_str(&text)
            .map_err(|error| crate::model::ModelError::Config { file, reason: error.to_string() })?;
        Ok(Self { rank: config.r, alpha: config.lora_alpha, targets: config.target_modules })
    }
}
