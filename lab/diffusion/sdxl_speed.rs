//! Runs parts of an SDXL-shaped model: `sdxl_speed FOLDER f32|f16|bf16 [DEVICE]` reads `unet 512 [BATCH]` (one call of the denoiser for
//! pictures of 512 px), `vae 512` (one decoding) or `draw 512 STEPS INTERVAL FILE` (a whole picture, its deep features computed once in so
//! many steps) from standard input, does it, answers `done`. What a line needs is loaded at its first use.
//! `sdxl.py` and `card.py` time it beside `PyTorch`, `weights.py` writes a folder.

#![expect(clippy::print_stdout, reason = "the answers are what it is run for")]

use std::error::Error;
use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};

use candle_core::{DType, Tensor};
use linocut_core::{Prompt, Stop};
use linocut_diffusion::denoise::{DenoiseOptions, Diffusion};
use linocut_diffusion::noise::Noise;
use linocut_diffusion::sampler::{Sampler, Spacing};
use linocut_diffusion::sdxl::Sdxl;
use linocut_diffusion::unet::{Reuse, UNet, UNetConfig, UNetInput};
use linocut_diffusion::vae::{AutoencoderKl, AutoencoderKlConfig};
use linocut_diffusion::{ModelFolder, Placements};
use linocut_nn::place::Placement;

/// Pixels along the side of one latent.
const SCALE: usize = 8;

struct Parts {
    folder: PathBuf,
    place: Placement,
    unet: Option<UNet>,
    vae: Option<AutoencoderKl>,
    model: Option<Diffusion<Sdxl>>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (folder, dtype, device) = match &arguments[..] {
        [folder, dtype] => (folder, dtype, "cpu"),
        [folder, dtype, device] => (folder, dtype, device.as_str()),
        _ => return Err("expected FOLDER f32|f16|bf16 [DEVICE]".into()),
    };
    let dtype = match dtype.as_str() {
        "f16" => DType::F16,
        "bf16" => DType::BF16,
        _ => DType::F32,
    };
    let place = Placement::named(device.parse()?, Some(dtype))?;
    let mut parts = Parts { folder: folder.into(), place, unet: None, vae: None, model: None };
    for line in io::stdin().lock().lines() {
        let line = line?;
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["unet", size] => parts.call_unet(size.parse()?, 1)?,
            ["unet", size, batch] => parts.call_unet(size.parse()?, batch.parse()?)?,
            ["vae", size] => parts.decode(size.parse()?)?,
            ["draw", size, steps, interval, file] => {
                parts.draw(size.parse()?, steps.parse()?, interval.parse()?, Path::new(file))?;
            }
            _ => return Err(format!("`{line}` is none of unet, vae and draw").into()),
        }
        parts.place.device.synchronize()?;
        println!("done");
        io::stdout().flush()?;
    }
    Ok(())
}

impl Parts {
    fn call_unet(&mut self, size: usize, batch: usize) -> Result<(), Box<dyn Error>> {
        if self.unet.is_none() {
            let config = UNetConfig::read(self.folder.join("unet/config.json"))?;
            self.unet = Some(UNet::load(&self.place.weights(self.folder.join("unet"))?, &config)?);
        }
        let Some(unet) = &self.unet else { return Ok(()) };
        let latents = self.random(&[batch, 4, size / SCALE, size / SCALE])?;
        let (text, pooled) = (self.random(&[batch, 77, 2048])?, self.random(&[batch, 1280])?);
        let side = size as f32;
        let sizes = [side, side, 0.0, 0.0, side, side].repeat(batch);
        let time_ids = Tensor::from_vec(sizes, (batch, 6), &self.place.device)?;
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
        let place = Placements::all(&self.place).decoder;
        if self.vae.is_none() {
            let config = AutoencoderKlConfig::read(self.folder.join("vae/config.json"))?;
            self.vae = Some(AutoencoderKl::load_decoder(&place.weights(self.folder.join("vae"))?, &config)?);
        }
        let Some(vae) = &self.vae else { return Ok(()) };
        let latents = self.random(&[1, 4, size / SCALE, size / SCALE])?;
        vae.decode(&latents.to_dtype(place.compute())?)?;
        Ok(())
    }

    fn random(&self, shape: &[usize]) -> candle_core::Result<Tensor> {
        Noise::new(6).initial(shape, &self.place.device)?.to_dtype(self.place.compute())
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
            let model = Sdxl::load(&ModelFolder::new(&self.folder).placed(&self.place), None)?;
            self.model = Some(Diffusion::new(model, options.clone()));
        }
        let Some(model) = &mut self.model else { return Ok(()) };
        model.options = options;
        model.generate(&Prompt::new("a cat", 1), &Stop::never())?.save(file)?;
        Ok(())
    }
}
