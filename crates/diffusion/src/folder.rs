//! A model's folder in the layout of diffusers.

use std::fs;
use std::path::PathBuf;

use candle_core::{DType, Device};
use linocut_nn::LinearKind;
use linocut_nn::weights::Weights;

use crate::entry::{Entry, Family};
use crate::hub::Located;
use crate::model_error::ModelError;
use crate::sampler::Sampler;
use crate::text::{ClipText, ClipTextConfig};
use crate::vae::{AutoencoderKl, AutoencoderKlConfig};

/// A tensor of whole numbers that old files of text encoders carry and nobody needs.
const POSITION_IDS: &str = "text_model.embeddings.position_ids";

/// A folder with a folder for every component, and how its weights are kept.
#[derive(Clone, Debug)]
pub struct ModelFolder {
    /// The folder.
    pub path: PathBuf,
    /// Type in which weights of denoiser and text encoders are kept: `F32`, `F16` or `BF16`. On a CPU all is computed in f32; the
    /// autoencoder is always f32. Default: `F32`.
    pub dtype: DType,
    /// How their linear layers are kept, on a CPU. Default: `Plain`, in the type above.
    pub linear_kind: LinearKind,
    /// Where it runs. Default: the CPU.
    pub device: Device,
}

impl ModelFolder {
    /// A folder, everything else by default.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), dtype: DType::F32, linear_kind: LinearKind::Plain, device: Device::Cpu }
    }

    /// The folder of a named model, in 16 bits: those of the file where it is published in 16 bits only.
    #[must_use]
    pub fn of_located(located: Located, entry: &Entry) -> Self {
        Self::of_family(located.folder, entry.family)
    }

    /// The folder of a model of this kind, in 16 bits: those of the file where such are published in 16 bits only.
    #[must_use]
    pub fn of_family(path: impl Into<PathBuf>, family: Family) -> Self {
        let (dtype, linear_kind) = match family {
            Family::Sdxl | Family::StableDiffusion => (DType::F16, LinearKind::Plain),
            Family::StableDiffusion3 | Family::ZImage => (DType::BF16, LinearKind::Stored),
        };
        Self { dtype, linear_kind, ..Self::new(path) }
    }

    /// The type in which denoiser and text encoders compute.
    #[must_use]
    pub fn compute(&self) -> DType {
        if self.device.is_cpu() { DType::F32 } else { self.dtype }
    }

    /// Checks that files are there.
    pub(crate) fn require(&self, files: &[&str]) -> Result<(), ModelError> {
        let missing: Vec<PathBuf> =
            files.iter().map(|file| self.path.join(file)).filter(|file| !file.is_file()).collect();
        if missing.is_empty() { Ok(()) } else { Err(ModelError::MissingFiles { folder: self.path.clone(), missing }) }
    }

    /// Weights of a component, in the type of the folder.
    pub(crate) fn weights(&self, part: &str) -> Result<Weights, ModelError> {
        let weights = Weights::open(self.path.join(part), self.dtype, &self.device)?;
        Ok(weights.with_linear_kind(self.linear_kind))
    }

    pub(crate) fn config(&self, part: &str) -> PathBuf {
        self.path.join(part).join("config.json")
    }

    pub(crate) fn clip(&self, part: &str) -> Result<ClipText, ModelError> {
        let weights = self.weights(part)?;
        let text = ClipText::load(&weights, &ClipTextConfig::read(&self.config(part))?)?;
        weights.finish(&[POSITION_IDS])?;
        Ok(text)
    }

    pub(crate) fn vae(&self) -> Result<AutoencoderKl, ModelError> {
        let weights = Weights::open(self.path.join("vae"), DType::F32, &self.device)?;
        let vae = AutoencoderKl::load(&weights, &AutoencoderKlConfig::read(&self.config("vae"))?)?;
        weights.finish(&[])?;
        Ok(vae)
    }

    pub(crate) fn sampler(&self) -> Result<Sampler, ModelError> {
        let file = self.path.join("scheduler/scheduler_config.json");
        let text = fs::read_to_string(&file).map_err(|source| ModelError::Io { file: file.clone(), source })?;
        Sampler::from_json(&text).map_err(|source| ModelError::Sampler { file, source: Box::new(source) })
    }
}
