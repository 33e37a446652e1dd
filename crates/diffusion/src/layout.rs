//! What a folder in the layout of diffusers says about its model: the kind, and the size of its pictures.

use std::path::Path;

use serde::Deserialize;

use crate::denoise::DenoiseOptions;
use crate::entry::Family;
use crate::model_error::{ModelError, read_config};
use crate::sdxl::SdxlOptions;
use crate::vae::AutoencoderKlConfig;

/// Classes of pipelines, and what they are made of.
const CLASSES: [(&str, Family); 4] = [
    ("StableDiffusionXLPipeline", Family::Sdxl),
    ("StableDiffusionPipeline", Family::StableDiffusion),
    ("StableDiffusion3Pipeline", Family::StableDiffusion3),
    ("ZImagePipeline", Family::ZImage),
];

const EXPECTED: &str = "StableDiffusionXLPipeline, StableDiffusionPipeline, StableDiffusion3Pipeline or ZImagePipeline";

#[derive(Deserialize)]
struct Index {
    _class_name: String,
}

#[derive(Deserialize)]
struct Sides {
    sample_size: Option<u32>,
}

impl Family {
    /// The kind of the model in a folder, by the class that its `model_index.json` names.
    ///
    /// # Errors
    ///
    /// [`ModelError::Io`] or [`ModelError::Config`] for a file that is missing or damaged, [`ModelError::Unsupported`] for a class
    /// that is not known.
    pub fn of_folder(folder: &Path) -> Result<Self, ModelError> {
        let Index { _class_name: class } = read_config(&folder.join("model_index.json"))?;
        let known = CLASSES.iter().find(|(name, _)| *name == class);
        let unknown = || ModelError::Unsupported { field: "_class_name", expected: EXPECTED, actual: class.clone() };
        known.map(|(_, family)| *family).ok_or_else(unknown)
    }
}

/// Side in px of the pictures that the model in a folder was trained for; `None` if its files do not say it.
fn side(folder: &Path, family: Family) -> Result<Option<u32>, ModelError> {
    let denoiser = match family {
        Family::Sdxl | Family::StableDiffusion => "unet",
        Family::StableDiffusion3 | Family::ZImage => "transformer",
    };
    let Sides { sample_size } = read_config(&folder.join(denoiser).join("config.json"))?;
    let scale = AutoencoderKlConfig::read(&folder.join("vae/config.json"))?.scale();
    let scale = u32::try_from(scale).unwrap_or(u32::MAX);
    Ok(sample_size.map(|side| side.saturating_mul(scale)))
}

impl DenoiseOptions {
    /// How a model of this kind is usually used, with the size and the scheduler that its folder says. What few-step models want, such
    /// as no guidance, no file says.
    ///
    /// # Errors
    ///
    /// [`ModelError::Io`], [`ModelError::Config`] and [`ModelError::Unsupported`] for configurations that cannot be.
    pub fn of_folder(folder: &Path, family: Family) -> Result<Self, ModelError> {
        let usual = Self::default();
        let (steps, guidance, size) = match family {
            Family::ZImage => (8, 0.0, 1024),
            Family::StableDiffusion3 => (40, 4.5, 1024),
            Family::Sdxl => (30, 5.0, 1024),
            Family::StableDiffusion => (usual.steps, usual.guidance, usual.size.0),
        };
        let side = side(folder, family)?.unwrap_or(size);
        Ok(Self { steps, guidance, size: (side, side), ..usual })
    }
}

impl SdxlOptions {
    /// As [`DenoiseOptions::of_folder`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn of_folder(folder: &Path) -> Result<Self, ModelError> {
        let DenoiseOptions { steps, guidance, size, .. } = DenoiseOptions::of_folder(folder, Family::Sdxl)?;
        Ok(Self { steps, guidance, size, ..Self::default() })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;

    fn fixture(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/diffusion").join(name)
    }

    #[test]
    fn folders_say_what_they_are_and_how_large_they_draw() {
        for (name, family, side) in [
            ("tiny/sdxl", Family::Sdxl, 64),
            ("own/sd-1.5", Family::StableDiffusion, 64),
            ("own/sd-3.5", Family::StableDiffusion3, 64),
            ("own/z-image", Family::ZImage, 1024),
        ] {
            let folder = fixture(name);
            assert_eq!(Family::of_folder(&folder).unwrap(), family, "{name}");
            let size = DenoiseOptions::of_folder(&folder, family).unwrap().size;
            let scale = AutoencoderKlConfig::read(&folder.join("vae/config.json")).unwrap().scale() as u32;
            let expected = if family == Family::ZImage { side } else { 8 * scale };
            assert_eq!(size, (expected, expected), "{name}");
        }
    }

    #[test]
    fn other_pipelines_and_other_folders_are_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(Family::of_folder(folder.path()), Err(ModelError::Io { .. })));
        fs::write(folder.path().join("model_index.json"), r#"{"_class_name": "FluxPipeline"}"#).unwrap();
        let error = Family::of_folder(folder.path()).unwrap_err().to_string();
        assert!(error.starts_with("`_class_name` is FluxPipeline, supported is StableDiffusionXLPipeline"), "{error}");
    }
}
