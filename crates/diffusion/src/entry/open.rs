//! Named models, loaded.

use candle_core::Device;
use linocut_core::Generate;

use crate::denoise::{DenoiseOptions, Denoiser, Diffusion};
use crate::entry::{Entry, Family};
use crate::folder::ModelFolder;
use crate::hub::Located;
use crate::model_error::ModelError;
use crate::sampler::Sampler;
use crate::sdxl::{Sdxl, SdxlOptions, SdxlSource};
use crate::stable_diffusion::StableDiffusion;
use crate::stable_diffusion_3::StableDiffusion3;
use crate::z_image::ZImage;

impl Entry {
    /// Loads the model on the CPU, to be used as its publisher says, weights in half precision. The families' own types have more
    /// options: [`Entry::family`] names them.
    ///
    /// # Errors
    ///
    /// As [`Sdxl::load`], [`StableDiffusion::load`], [`StableDiffusion3::load`] and [`ZImage::load`].
    pub fn open(&self, located: Located) -> Result<Box<dyn Generate + Send + Sync>, ModelError> {
        if self.family == Family::Sdxl {
            let source = SdxlSource { device: Device::Cpu, ..SdxlSource::of_located(located, self) };
            return Ok(Box::new(Sdxl::load(&source, SdxlOptions::of_entry(self))?));
        }
        self.open_with(&ModelFolder::of_located(located, self), DenoiseOptions::of_entry(self))
    }

    /// Loads a model of a family other than SDXL's, to be used in another way.
    ///
    /// # Errors
    ///
    /// As [`Entry::open`]; [`ModelError::Unsupported`] for a model of SDXL's family, which has options of its own.
    pub fn open_with(
        &self,
        folder: &ModelFolder,
        options: DenoiseOptions,
    ) -> Result<Box<dyn Generate + Send + Sync>, ModelError> {
        self.family.load(folder, Some(self.sampler.clone()), options)
    }
}

impl Family {
    /// Loads the model of a folder that is of this kind, with the scheduler of the folder.
    ///
    /// # Errors
    ///
    /// As [`StableDiffusion::load`], [`StableDiffusion3::load`] and [`ZImage::load`]; [`ModelError::Unsupported`] for SDXL's family,
    /// which has options of its own.
    pub fn open(
        self,
        folder: &ModelFolder,
        options: DenoiseOptions,
    ) -> Result<Box<dyn Generate + Send + Sync>, ModelError> {
        self.load(folder, None, options)
    }

    fn load(
        self,
        folder: &ModelFolder,
        sampler: Option<Sampler>,
        options: DenoiseOptions,
    ) -> Result<Box<dyn Generate + Send + Sync>, ModelError> {
        match self {
            Self::StableDiffusion => Ok(boxed(StableDiffusion::load(folder, sampler)?, options)),
            Self::StableDiffusion3 => Ok(boxed(StableDiffusion3::load(folder, sampler)?, options)),
            Self::ZImage => Ok(boxed(ZImage::load(folder, sampler)?, options)),
            Self::Sdxl => {
                let (expected, actual) = ("another than Sdxl", format!("{self:?}"));
                Err(ModelError::Unsupported { field: "family", expected, actual })
            }
        }
    }
}

fn boxed<M: Denoiser + Send + Sync + 'static>(model: M, options: DenoiseOptions) -> Box<dyn Generate + Send + Sync> {
    Box::new(Diffusion { options, model })
}
