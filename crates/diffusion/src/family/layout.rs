//! What a folder says about its model: the kind, and the size of its pictures.

use linocut_nn::Location;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{Family, families};
use crate::denoise::{DenoiseOptions, Stage};
use crate::model_error::{ModelError, read_config};
use crate::vae::{AutoencoderDcConfig, AutoencoderKlConfig};

#[derive(Deserialize)]
struct Index {
    _class_name: String,
}

/// What a folder has that holds one network in the layout of transformers.
#[derive(Deserialize)]
struct Config {
    model_type: String,
}

#[derive(Deserialize)]
struct Told {
    sample_size: Option<u32>,
    guidance_embeds: Option<bool>,
}

/// What tells the kinds of autoencoders apart.
#[derive(Deserialize)]
struct Decoder {
    decoder_block_out_channels: Option<IgnoredAny>,
}

/// Pixels along the side of a latent, by an autoencoder's configuration.
fn scale_of(file: &Location) -> Result<usize, ModelError> {
    let Decoder { decoder_block_out_channels } = read_config(file)?;
    Ok(match decoder_block_out_channels {
        Some(_) => AutoencoderDcConfig::read(file.clone())?.scale(),
        None => AutoencoderKlConfig::read(file.clone())?.scale(),
    })
}

impl Family {
    /// The kind of the model in a folder, by the class that its `model_index.json` names, or the kind in its `config.json` if it has none.
    ///
    /// # Errors
    ///
    /// [`ModelError::Io`] or [`ModelError::Config`] for a file that is missing or damaged, [`ModelError::Unsupported`] for a class
    /// that is not known.
    pub fn of_folder(folder: impl Into<Location>) -> Result<&'static Self, ModelError> {
        let folder = folder.into();
        let (index, config) = (folder.join("model_index.json"), folder.join("config.json"));
        let class = if config.exists() && !index.exists() {
            read_config::<Config>(&config)?.model_type
        } else {
            read_config::<Index>(&index)?._class_name
        };
        let known = families().iter().find(|family| family.class == class).copied();
        known.ok_or_else(|| {
            let classes: Vec<&str> = families().iter().map(|family| family.class).collect();
            ModelError::UnknownClass { folder: folder.path(), expected: classes.join(", "), actual: class }
        })
    }

    /// Whether a folder has the configurations of denoiser and autoencoder.
    pub(crate) fn is_configured(&self, folder: &Location) -> bool {
        let mut looked = self.networks.iter().filter(|network| network.stage != Stage::Text);
        looked.all(|network| folder.join(network.folder).join("config.json").exists())
    }

    /// Steps, guidance and side in px by what the model in a folder says of itself: the side that it was trained for, if its files say it,
    /// and whether it is told the guidance.
    fn usual_in(&self, folder: &Location) -> Result<(usize, f64, u32), ModelError> {
        if let Some(usual) = self.usual_in {
            return usual(folder);
        }
        let Some(denoiser) = self.networks.iter().find(|network| network.stage == Stage::Denoise) else {
            return Ok(self.usual);
        };
        let Told { sample_size, guidance_embeds } = read_config(&folder.join(denoiser.folder).join("config.json"))?;
        let untold = self.usual_untold.filter(|_| guidance_embeds != Some(true));
        let (steps, guidance, side) = untold.unwrap_or(self.usual);
        let scale = u32::try_from(scale_of(&folder.join("vae/config.json"))?).unwrap_or(u32::MAX);
        Ok((steps, guidance, sample_size.map_or(side, |side| side.saturating_mul(scale))))
    }
}

impl DenoiseOptions {
    /// How a model of this kind is usually used, with the size and the scheduler that its folder says. What few-step models want, such
    /// as no guidance, no file says, except for models of which some are told the guidance.
    ///
    /// # Errors
    ///
    /// [`ModelError::Io`], [`ModelError::Config`] and [`ModelError::Unsupported`] for configurations that cannot be.
    pub fn of_folder(folder: impl Into<Location>, family: &Family) -> Result<Self, ModelError> {
        let (steps, guidance, side) = family.usual_in(&folder.into())?;
        Ok(Self { steps, guidance, size: (side, side), ..Self::default() })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;

    fn fixture(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/diffusion").join(name)
    }

    #[test]
    fn folders_say_what_they_are_and_how_large_they_draw() {
        for (name, class, side) in [
            ("tiny/sdxl", "StableDiffusionXLPipeline", None),
            ("own/sd-1.5", "StableDiffusionPipeline", None),
            ("own/sd-3.5", "StableDiffusion3Pipeline", None),
            ("own/z-image", "ZImagePipeline", Some(1024)),
            ("tiny/flux-lite", "FluxPipeline", Some(1024)),
            ("tiny/sana", "SanaPipeline", None),
            ("tiny/sana-sprint", "SanaSprintPipeline", None),
            ("tiny/cogview4", "CogView4Pipeline", Some(1024)),
        ] {
            let folder = fixture(name);
            let family = Family::of_folder(&folder).unwrap();
            assert_eq!(family.class, class, "{name}");
            let size = DenoiseOptions::of_folder(&folder, family).unwrap().size;
            let scale = scale_of(&Location::from(&folder.join("vae/config.json"))).unwrap() as u32;
            let side = side.unwrap_or(8 * scale);
            assert_eq!(size, (side, side), "{name}");
        }
    }

    #[test]
    fn models_that_are_not_told_the_guidance_take_few_steps_without() {
        let of = |name| {
            let options = DenoiseOptions::of_folder(fixture(name), &crate::flux::FAMILY).unwrap();
            (options.steps, options.guidance)
        };
        assert_eq!((of("tiny/flux-schnell"), of("tiny/flux-lite")), ((4, 0.0), (28, 3.5)));
    }

    #[test]
    fn other_pipelines_and_other_folders_are_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(Family::of_folder(folder.path()), Err(ModelError::Io { .. })));
        fs::write(folder.path().join("model_index.json"), r#"{"_class_name": "KolorsPipeline"}"#).unwrap();
        let error = Family::of_folder(folder.path()).unwrap_err().to_string();
        assert!(error.contains("is a KolorsPipeline, supported are StableDiffusionXLPipeline, "), "{error}");
    }
}
