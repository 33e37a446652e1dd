//! Named models as sources and options.

use candle_core::DType;

use super::options::SdxlOptions;
use super::source::SdxlSource;
use crate::entry::{Entry, Weights};
use crate::hub::{Located, Places};
use crate::model_error::ModelError;

impl SdxlSource {
    /// The files of a named model on this machine, in `$LINOCUT_MODELS` or the cache of Hugging Face; see [`Places`]. Denoiser and
    /// text encoders are kept in half precision, as they are published.
    ///
    /// # Errors
    ///
    /// [`ModelError::NotLocated`] names the files that are missing and where they were looked for.
    pub fn of_entry(entry: &Entry) -> Result<Self, ModelError> {
        Ok(Self::of_located(Places::of_environment().locate(entry)?, entry))
    }

    /// The files of a named model, located.
    #[must_use]
    pub fn of_located(located: Located, entry: &Entry) -> Self {
        let source = Self { dtype: DType::F16, ..Self::of_folder(located.folder) };
        match entry.weights {
            Weights::Lora { scale, .. } => {
                Self { loras: located.own.into_iter().map(|file| (file, scale)).collect(), ..source }
            }
            _ => Self { unet: located.own, ..source },
        }
    }
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
    use crate::entry::Family;

    use super::*;

    #[test]
    fn every_named_model_has_options_that_can_be_sampled() {
        for entry in crate::entry::entries().iter().filter(|entry| entry.family == Family::Sdxl) {
            let options = SdxlOptions::of_entry(entry);
            assert!(options.check(8).is_ok(), "{}", entry.name);
            let schedule = options.schedule(&entry.sampler).unwrap();
            assert_eq!(schedule.timesteps, entry.schedule().unwrap().timesteps, "{}", entry.name);
        }
    }

    #[test]
    fn a_model_s_own_file_is_its_denoiser_or_its_low_rank_changes() {
        let located = Located { folder: "base".into(), own: Some("own.safetensors".into()) };
        let of = |name: &str| SdxlSource::of_located(located.clone(), Entry::named(name).unwrap());
        let lightning = of("sdxl-lightning-4step");
        assert_eq!((lightning.folder, lightning.unet), (located.folder.clone(), located.own.clone()));
        let hyper = of("hyper-sdxl-8step-lora");
        assert_eq!((hyper.unet, hyper.loras), (None, vec![("own.safetensors".into(), 1.0)]));
    }
}
