//! Where a model's files are.

use std::path::{Path, PathBuf};

use candle_core::{DType, Device};

use crate::model_error::ModelError;

/// The variable that names the folder of models.
const VARIABLE: &str = "LINOCUT_MODELS";

/// Files of a model in the layout of a diffusers repository.
#[derive(Clone, Debug)]
pub struct SdxlSource {
    /// The folder with `unet`, `vae`, `text_encoder`, `text_encoder_2`, `tokenizer`, `tokenizer_2` and `scheduler`.
    pub folder: PathBuf,
    /// Weights of another denoiser of the same shape, as Lightning and Hyper publish them. Default: the folder's.
    pub unet: Option<PathBuf>,
    /// Weights of another autoencoder of the same shape. Default: the folder's.
    pub vae: Option<PathBuf>,
    /// LoRA files and how much of each is merged, usually 0 to 1, in order. Default: none.
    pub loras: Vec<(PathBuf, f64)>,
    /// Type in which weights of denoiser and text encoders are kept: `F32`, `F16` or `BF16`. On a CPU all is computed in f32; the
    /// autoencoder is always f32. Default: `F32`.
    pub dtype: DType,
    /// Where it runs. Default: the CPU.
    pub device: Device,
}

impl SdxlSource {
    /// A folder, everything else by default.
    #[must_use]
    pub fn of_folder(folder: impl Into<PathBuf>) -> Self {
        let (folder, loras) = (folder.into(), Vec::new());
        Self { folder, unet: None, vae: None, loras, dtype: DType::F32, device: Device::Cpu }
    }

    /// The folder of a repository such as `stabilityai/sdxl-turbo` under `$LINOCUT_MODELS`, with or without its owner.
    ///
    /// # Errors
    ///
    /// [`ModelError::NotFound`] says where it was looked for.
    pub fn of_repository(repository: &str) -> Result<Self, ModelError> {
        let root = std::env::var_os(VARIABLE).map(PathBuf::from);
        Self::of_repository_under(root.as_deref(), repository)
    }

    /// As [`SdxlSource::of_repository`], under a folder in hand.
    ///
    /// # Errors
    ///
    /// [`ModelError::NotFound`] says where it was looked for.
    pub fn of_repository_under(root: Option<&Path>, repository: &str) -> Result<Self, ModelError> {
        let name = repository.rsplit('/').next().unwrap_or(repository);
        let looked: Vec<PathBuf> = root.into_iter().flat_map(|root| [root.join(repository), root.join(name)]).collect();
        match looked.iter().find(|folder| folder.join("unet").is_dir()) {
            Some(folder) => Ok(Self::of_folder(folder)),
            None => Err(ModelError::NotFound { repository: repository.to_owned(), variable: VARIABLE, looked }),
        }
    }

    /// Files without which the model cannot be loaded and that are not there.
    #[must_use]
    pub fn missing(&self) -> Vec<PathBuf> {
        let parts = ["unet", "vae", "text_encoder", "text_encoder_2"];
        let tokenizers = ["tokenizer", "tokenizer_2"];
        let words = ["vocab.json", "merges.txt", "tokenizer_config.json"];
        let configs = parts.iter().map(|part| self.folder.join(part).join("config.json"));
        let words = tokenizers.iter().flat_map(|part| words.map(|name| self.folder.join(part).join(name)));
        let scheduler = self.folder.join("scheduler/scheduler_config.json");
        let given = [self.unet.clone(), self.vae.clone()].into_iter().flatten();
        let loras = self.loras.iter().map(|(file, _)| file.clone());
        let all = configs.chain(words).chain([scheduler]).chain(given).chain(loras);
        all.filter(|file| !file.exists()).collect()
    }
}
