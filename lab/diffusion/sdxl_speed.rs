//! Runs parts of an SDXL-shaped model: `sdxl_speed FOLDER f32|f16` reads `unet 512` (one call of the denoiser for a picture of 512
//! px), `vae 512` (one decoding) or `draw 512 STEPS INTERVAL FILE` (a whole picture, its deep features computed once in so many
//! steps) from standard input, does it, answers `done`. What a line needs is loaded at its first use.
//! `lab/diffusion/sdxl.py` times it beside `PyTorch`, `weights.py` there writes a folder.

#![expect(clippy::print_stdout, reason = "the answers are what it is run for")]

use std::error::Error;
use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Tensor};
use linocut_core::{Prompt, Stop};
use linocut_diffusion::ModelFolder;
use linocut_diffusion::denoise::{DenoiseOptions, Diffusion};
use linocut_diffusion::noise::Noise;
use linocut_diffusion::sampler::{Sampler, Spacing};
use linocut_diffusion::sdxl::Sdxl;
use linocut_diffusion::unet::{Reuse, UNet, UNetConfig, UNetInput};
use linocut_diffusion::vae::{AutoencoderKl, AutoencoderKlConfig};
use linocut_nn::place::Placement;
use linocut_nn::weights::Weights;

/// Pixels along the side of one latent.
const SCALE: usize = 8;

struct Parts {
    folder: PathBuf,
    dtype: DType,
    unet: Option<UNet>,
    vae: Option<AutoencoderKl>,
    model: Option<Diffusion<Sdxl>>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, dtype] = &arguments[..] else { return Err("expected FOLDER f32|f16".into()) };
    let dtype = if dtype == "f16" { DType::F16 } else { DType::F32 };
    let mut parts = Parts { folder: folder.into(), dtype, unet: None, vae: None, model: None };
    for line in io::stdin().lock().lines() {
        let line = line?;
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["unet", size] => parts.call_unet(size.parse()?)?,
            ["vae", size] => parts.decode(size.parse()?)?,
            ["draw", size, steps, interval, file] => {
                parts.draw(size.parse()?, steps.parse()?, interval.parse()?, Path::new(file))?;
            }
            _ => return Err(format!("`{line}` is none of unet, vae and draw").into()),
        }
        println!("done");
        io::stdout().flush()?;
    }
    Ok(())
}

impl Parts {
    fn weights(&self, part: &str, dtype: DType) -> Result<Weights, Box<dyn Error>> {
        Ok(Weights::open(self.folder.join(part), dtype, &Device::Cpu)?)
    }

    fn call_unet(&mut self, size: usize) -> Result<(), Box<dyn Error>> {
        if self.unet.is_none() {
            let config = UNetConfig::read(&self.folder.join("unet/config.json"))?;
            self.unet = Some(UNet::load(&self.weights("unet", self.dtype)?, &config)?);
        }
        let Some(unet) = &self.unet else { return Ok(()) };
        let latents = random(&[1, 4, size / SCALE, size / SCALE])?;
        let (text, pooled) = (random(&[1, 77, 2048])?, random(&[1, 1280])?);
        let side = size as f32;
        let time_ids = Tensor::new(&[[side, side, 0.0, 0.0, side, side]], &Device::Cpu)?;
        let input = UNetInput {
            latents: &latents,
            timestep: 999.0,
            text: &text,
            pooled: Some(&pooled),
            time_ids: Some(&time_ids),
        };
        unet.forward(&input)?;
        Ok(())
    }

    fn decode(&mut self, size: usize) -> Result<(), Box<dyn Error>> {
        if self.vae.is_none() {
            let config = AutoencoderKlConfig::read(&self.folder.join("vae/config.json"))?;
            self.vae = Some(AutoencoderKl::load(&self.weights("vae", DType::F32)?, &config)?);
        }
        let Some(vae) = &self.vae else { return Ok(()) };
        vae.decode(&random(&[1, 4, size / SCALE, size / SCALE])?)?;
        Ok(())
    }

    fn draw(&mut self, size: u32, steps: usize, interval: usize, file: &Path) -> Result<(), Box<dyn Error>> {
        let options = DenoiseOptions {
            steps,
            guidance: 0.0,
            size: (size, size),
            reuse: Reuse { interval, ..Reuse::default() },
            sampler: Some(Sampler::euler(Spacing::Trailing)),
            ..DenoiseOptions::default()
        };
        if self.model.is_none() {
            let place = Placement { dtype: self.dtype, ..Placement::default() };
            let model = Sdxl::load(&ModelFolder::new(&self.folder).placed(&place), None)?;
            self.model = Some(Diffusion::new(model, options.clone()));
        }
        let Some(model) = &mut self.model else { return Ok(()) };
        model.options = options;
        model.generate(&Prompt::new("a cat", 1), &Stop::never())?.save(file)?;
        Ok(())
    }
}

fn random(shape: &[usize]) -> candle_core::Result<Tensor> {
    Noise::new(6).initial(shape, &Device::Cpu)
}
