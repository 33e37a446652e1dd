//! Calls the transformer of Stable Diffusion 3.5, Z-Image, FLUX.1 or SANA, SANA's decoder, or Janus-Pro's language model: `transformer_speed
//! FOLDER plain|stored|q8_0|q4k|nf4 [transformer|vae|language]` reads `SIZE WORDS` from standard input, does one call for a picture of SIZE
//! px and a text of WORDS tokens (of the language model the next token of two rows of WORDS tokens, and of one more at each further call),
//! answers `done`. The whole folder is not needed, only the network's, as `weights.py` writes it; weights are of the
//! published type, bf16, or f32 where they are plain. `networks.py` times it beside `PyTorch`.

#![expect(clippy::print_stdout, reason = "the answers are what it is run for")]

use std::cell::{Cell, RefCell};
use std::error::Error;
use std::fs;
use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Tensor};
use linocut_core::Stop;
use linocut_diffusion::denoise::{Encoded, Question};
use linocut_diffusion::flux::{FluxConfig, FluxTransformer};
use linocut_diffusion::janus::{JanusConfig, JanusLanguage};
use linocut_diffusion::noise::Noise;
use linocut_diffusion::sana::{SanaConfig, SanaTransformer};
use linocut_diffusion::stable_diffusion_3::{Transformer, TransformerConfig};
use linocut_diffusion::vae::{AutoencoderDc, AutoencoderDcConfig};
use linocut_diffusion::z_image::{ZImageConfig, ZImageTransformer};
use linocut_nn::LinearKind;
use linocut_nn::place::Placement;

/// Pixels along the side of one latent.
const SCALE: usize = 8;
/// The same of SANA's.
const DEEP: usize = 32;

type Call = Box<dyn Fn(usize, usize) -> Result<Tensor, Box<dyn Error>>>;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, kind, network @ ..] = &arguments[..] else { return Err("expected FOLDER KIND [NETWORK]".into()) };
    let linear_kind = match kind.as_str() {
        "plain" => LinearKind::Plain,
        "stored" => LinearKind::Stored,
        "q8_0" => LinearKind::Q8_0,
        "q4k" => LinearKind::Q4K,
        "nf4" => LinearKind::Nf4,
        _ => return Err("the kind is one of plain, stored, q8_0, q4k, nf4".into()),
    };
    let dtype = if linear_kind == LinearKind::Plain { DType::F32 } else { DType::BF16 };
    let place = Placement { linear_kind, ..Placement::default().with_dtype(dtype) };
    let network = network.first().map_or("transformer", String::as_str);
    let folder = PathBuf::from(folder);
    let call = if network == "language" { language(&folder, &place)? } else { load(&folder.join(network), &place)? };
    for line in io::stdin().lock().lines() {
        let line = line?;
        let (size, words) = line.split_once(' ').ok_or("expected SIZE WORDS")?;
        call(size.parse()?, words.parse()?)?;
        println!("done");
        io::stdout().flush()?;
    }
    Ok(())
}

/// Janus-Pro's language model, whose files are in the folder itself.
fn language(folder: &Path, place: &Placement) -> Result<Call, Box<dyn Error>> {
    let config = JanusConfig::read(folder.join("config.json"))?;
    let model = JanusLanguage::load(&place.weights(folder)?, &config)?;
    let hidden = config.language.hidden_size;
    let (cache, read) = (RefCell::new(model.cache(2048)), Cell::new(false));
    Ok(Box::new(move |_, words| {
        if !read.replace(true) {
            model.next(&random(&[2, words, hidden])?, &mut cache.borrow_mut())?;
        }
        Ok(model.next(&random(&[2, 1, hidden])?, &mut cache.borrow_mut())?)
    }))
}

fn load(folder: &Path, place: &Placement) -> Result<Call, Box<dyn Error>> {
    let (file, weights) = (folder.join("config.json"), place.weights(folder)?);
    let text = fs::read_to_string(&file)?;
    let says = |field: &str| text.contains(&format!("\"{field}\""));
    if says("encoder_block_out_channels") {
        let config = AutoencoderDcConfig::read(file)?;
        let decoder = AutoencoderDc::load_decoder(&weights, &config)?;
        return Ok(Box::new(move |size, _| {
            let latents = random(&[1, config.latent_channels, size / config.scale(), size / config.scale()])?;
            Ok(decoder.decode(&latents, &Stop::default())?)
        }));
    }
    if says("num_single_layers") {
        let config = FluxConfig::read(file)?;
        let network = FluxTransformer::load(&weights, &config)?;
        return Ok(Box::new(move |size, words| {
            let latents = random(&[1, config.in_channels / 4, size / SCALE, size / SCALE])?;
            let states = random(&[1, words, config.joint_attention_dim])?;
            let text = Encoded { states, pooled: Some(random(&[1, config.pooled_projection_dim])?) };
            let size = (size as u32, size as u32);
            let question = Question { latents: &latents, timestep: 500.0, texts: &[&text], size, guidance: 3.5 };
            Ok(network.forward(&question, &Stop::default())?)
        }));
    }
    if says("caption_channels") {
        let config = SanaConfig::read(file)?;
        let network = SanaTransformer::load(&weights, &config)?;
        return Ok(Box::new(move |size, words| {
            let latents = random(&[1, config.in_channels, size / DEEP, size / DEEP])?;
            let text = random(&[1, words, config.caption_channels])?;
            Ok(network.forward(&latents, (500.0, 4.5), &text, &Stop::default())?)
        }));
    }
    if says("cap_feat_dim") {
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
