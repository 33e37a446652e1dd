//! Calls the transformer of Stable Diffusion 3.5 or Z-Image: `transformer_speed FOLDER stored|q8_0|q4k|nf4` reads `SIZE WORDS` (one call
//! for a picture of SIZE px and a text of WORDS tokens) from standard input, does it, answers `done`. The whole folder is not needed, only
//! `transformer`, as `weights.py` writes it; weights are of the published type, bf16.

#![expect(clippy::print_stdout, reason = "the answers are what it is run for")]

use std::error::Error;
use std::fs;
use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Tensor};
use linocut_core::Stop;
use linocut_diffusion::noise::Noise;
use linocut_diffusion::stable_diffusion_3::{Transformer, TransformerConfig};
use linocut_diffusion::z_image::{ZImageConfig, ZImageTransformer};
use linocut_nn::LinearKind;
use linocut_nn::place::Placement;

/// Pixels along the side of one latent.
const SCALE: usize = 8;

type Call = Box<dyn Fn(usize, usize) -> Result<Tensor, Box<dyn Error>>>;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, kind] = &arguments[..] else { return Err("expected FOLDER stored|q8_0|q4k|nf4".into()) };
    let linear_kind = match kind.as_str() {
        "stored" => LinearKind::Stored,
        "q8_0" => LinearKind::Q8_0,
        "q4k" => LinearKind::Q4K,
        "nf4" => LinearKind::Nf4,
        _ => return Err("the kind is one of stored, q8_0, q4k, nf4".into()),
    };
    let place = Placement { linear_kind, ..Placement::default().with_dtype(DType::BF16) };
    let call = load(&PathBuf::from(folder).join("transformer"), &place)?;
    for line in io::stdin().lock().lines() {
        let line = line?;
        let (size, words) = line.split_once(' ').ok_or("expected SIZE WORDS")?;
        call(size.parse()?, words.parse()?)?;
        println!("done");
        io::stdout().flush()?;
    }
    Ok(())
}

fn load(folder: &Path, place: &Placement) -> Result<Call, Box<dyn Error>> {
    let (file, weights) = (folder.join("config.json"), place.weights(folder)?);
    let is_z_image = fs::read_to_string(&file)?.contains("cap_feat_dim");
    if is_z_image {
        let config = ZImageConfig::read(file)?;
        let network = ZImageTransformer::load(&weights, &config)?;
        return Ok(Box::new(move |size, words| {
            let latents = random(&[1, config.in_channels, size / SCALE, size / SCALE])?;
            let text = random(&[1, words, config.cap_feat_dim])?;
            Ok(network.forward(&latents, 0.5, &text, &Stop::default())?)
        }));
    }
    let config = TransformerConfig::read(file)?;
    let network = Transformer::load(&weights, &config)?;
    Ok(Box::new(move |size, words| {
        let latents = random(&[1, config.in_channels, size / SCALE, size / SCALE])?;
        let states = random(&[1, words, config.joint_attention_dim])?;
        let pooled = random(&[1, config.pooled_projection_dim])?;
        Ok(network.forward(&latents, 500.0, (&states, Some(&pooled)), &Stop::default())?)
    }))
}

fn random(shape: &[usize]) -> candle_core::Result<Tensor> {
    Noise::new(6).initial(shape, &Device::Cpu)
}
