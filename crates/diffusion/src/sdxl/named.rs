//! Named models as sources and options.

use std::path::{Path, PathBuf};

use candle_core::DType;

use super::options::SdxlOptions;
use super::source::{SdxlSource, VARIABLE};
use crate::entry::{Entry, Weights};
use crate::model_error::ModelError;

impl SdxlSource {
    /// The files of a named model under `$LINOCUT_MODELS`, where every repository has its folder, with or without its owner.
    /// Denoiser and text encoders are kept in half precision, as they are published.
    ///
    /// # Errors
    ///
    /// [`ModelError::NotFound`] says where the model's components were looked for.
    pub fn of_entry(entry: &Entry) -> Result<Self, ModelError> {
        let root = std::env::var_os(VARIABLE).map(PathBuf::from);
        Self::of_entry_under(root.as_deref(), entry)
    }

    /// As [`SdxlSource::of_entry`], under a folder in hand.
    ///
    /// # Errors
    ///
    /// [`ModelError::NotFound`] says where the model's components were looked for.
    pub fn of_entry_under(root: Option<&Path>, entry: &Entry) -> Result<Self, ModelError> {
        let base = match entry.weights {
            Weights::Folders { .. } => entry.repository,
            Weights::Unet { base, .. } | Weights::Lora { base, .. } => base,
        };
        let source = Self { dtype: DType::F16, ..Self::of_repository_under(root, base)? };
        let published = |file: &str| published(root, entry.repository, file);
        Ok(match entry.weights {
            Weights::Folders { .. } => source,
            Weights::Unet { file, .. } => Self { unet: Some(published(file)), ..source },
            Weights::Lora { file, scale, .. } => Self { loras: vec![(published(file), scale)], ..source },
        })
    }
}

/// A file of a repository, where it is or else where it should be.
fn published(root: Option<&Path>, repository: &str, file: &str) -> PathBuf {
    let name = repository.rsplit('/').next().unwrap_or(repository);
    let places = [repository, name].map(|folder| root.unwrap_or(Path::new("")).join(folder).join(file));
    let found = places.iter().find(|place| place.exists()).unwrap_or(&places[0]);
    found.clone()
}

impl SdxlOptions {
    /// How a named model is meant to be used.
    #[must_use]
    pub fn of_entry(entry: &Entry) -> Self {
        Self {
            steps: entry.steps,
            timesteps: (!entry.timesteps.is_empty()).then(|| entry.timesteps.to_vec()),
            guidance: entry.guidance,
            negative: entry.negative.to_owned(),
            size: (entry.size, entry.size),
            sampler: Some(entry.sampler.clone()),
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_named_model_has_options_that_can_be_sampled() {
        for entry in crate::entry::entries() {
            let options = SdxlOptions::of_entry(entry);
            assert!(options.check(8).is_ok(), "{}", entry.name);
            let schedule = options.schedule(&entry.sampler).unwrap();
            assert_eq!(schedule.timesteps, entry.schedule().unwrap().timesteps, "{}", entry.name);
        }
    }

    #[test]
    fn components_come_from_the_base_and_the_denoiser_from_its_own_repository() {
        let root = std::env::temp_dir().join(format!("linocut-named-{}", std::process::id()));
        let base = root.join("stabilityai/stable-diffusion-xl-base-1.0");
        std::fs::create_dir_all(base.join("unet")).unwrap();
        let source = SdxlSource::of_entry_under(Some(&root), Entry::named("sdxl-lightning-4step").unwrap());
        std::fs::remove_dir_all(&root).unwrap();
        let source = source.unwrap();
        assert_eq!(source.folder, base);
        assert_eq!(source.unet, Some(root.join("ByteDance/SDXL-Lightning/sdxl_lightning_4step_unet.safetensors")));
    }

    #[test]
    fn a_model_that_is_not_there_says_where_it_was_looked_for() {
        let entry = Entry::named("sdxl-turbo").unwrap();
        let error = SdxlSource::of_entry_under(Some(Path::new("nowhere")), entry).unwrap_err().to_string();
        assert!(error.contains("nowhere") && error.contains("sdxl-turbo"), "{error}");
    }
}
