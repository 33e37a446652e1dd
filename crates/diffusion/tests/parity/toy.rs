//! A family of one's own: sixty lines that implement one trait, and all that they get for it.

use candle_core::{DType, Device, Tensor};
use linocut_core::{Generate, Prompt, Stop};
use linocut_diffusion::denoise::{
    Basis, DenoiseOptions, Denoiser, Diffusion, Encoded, GenerateError, Geometry, MemoryPlan, Question, Stage,
};
use linocut_diffusion::lora::Component;
use linocut_diffusion::noise::Noise;
use linocut_diffusion::prompt::WeightedText;
use linocut_diffusion::sampler::{Sampler, Spacing};
use linocut_diffusion::unet::DeepCache;
use linocut_diffusion::{ModelError, ModelFolder};
use linocut_nn::Linear;
use linocut_nn::place::{Part, Placement, Residency, Resident};
use linocut_nn::weights::Weights;
use tempfile::TempDir;

/// Paints the mean of what a linear layer makes of pixels and of the description's length.
#[derive(Debug)]
struct Toy {
    mix: Part<Linear, ModelError>,
    basis: Basis,
}

impl Toy {
    fn load(folder: &ModelFolder) -> Result<Self, ModelError> {
        let opened = folder.opened(&[])?;
        let wire = |weights: &Weights| Ok(Linear::load(&weights.pp("mix"), 4, 3, false)?);
        let mix = opened.part("toy", (Stage::Denoise, Some(Component::Denoiser)), &[], wire)?;
        let geometry = Geometry { channels: 3, scale: 1, multiple: 1 };
        let basis = opened.basis(geometry, Some(Sampler::euler(Spacing::Trailing)))?;
        opened.finish()?;
        Ok(Self { mix, basis })
    }
}

impl Denoiser for Toy {
    fn basis(&self) -> &Basis {
        &self.basis
    }

    fn encode(
        &self,
        prompt: &[WeightedText],
        negative: Option<&[WeightedText]>,
    ) -> Result<(Encoded, Option<Encoded>), ModelError> {
        let one = |pieces: &[WeightedText]| {
            let length = pieces.iter().map(|piece| piece.text.len()).sum::<usize>() as f32;
            let states = Tensor::full(length / 100.0, (1, 1, 1), &self.basis.place.device)?;
            Ok::<_, ModelError>(Encoded { states, pooled: None })
        };
        Ok((one(prompt)?, negative.map(one).transpose()?))
    }

    fn predict(&self, question: &Question<'_>, _: &mut DeepCache, _: &Stop) -> Result<Tensor, ModelError> {
        let (texts, _, height, width) = question.latents.dims4()?;
        let told = question.states()?.reshape((texts, 1, 1, 1))?.expand((texts, 1, height, width))?;
        let pixels = Tensor::cat(&[question.latents, &told], 1)?.permute((0, 2, 3, 1))?.contiguous()?;
        Ok(self.mix.get()?.forward(&pixels)?.permute((0, 3, 1, 2))?.contiguous()?)
    }

    fn decode(&self, latents: &Tensor, _: &Stop) -> Result<Tensor, ModelError> {
        Ok(latents.tanh()?)
    }

    fn parts(&self) -> Vec<(Stage, &dyn Resident)> {
        vec![(Stage::Denoise, &self.mix)]
    }
}

fn write(folder: &TempDir, file: &str, tensors: &[(&str, Tensor)]) -> std::path::PathBuf {
    let path = folder.path().join(file);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let tensors = tensors.iter().map(|(name, tensor)| ((*name).to_owned(), tensor.clone())).collect();
    candle_core::safetensors::save(&tensors, &path).unwrap();
    path
}

fn ramp(shape: (usize, usize)) -> Tensor {
    (Tensor::arange(0_f32, (shape.0 * shape.1) as f32, &Device::Cpu).unwrap() * 0.07).unwrap().reshape(shape).unwrap()
}

/// The toy in a folder, with options.
fn toy(change: impl FnOnce(&TempDir, &mut ModelFolder)) -> (TempDir, Diffusion<Toy>) {
    let files = TempDir::new().unwrap();
    write(&files, "toy/model.safetensors", &[("mix.weight", ramp((3, 4)))]);
    let mut folder = ModelFolder::new(files.path());
    change(&files, &mut folder);
    let options = DenoiseOptions { steps: 4, guidance: 0.0, size: (6, 5), ..DenoiseOptions::default() };
    let model = Toy::load(&folder).unwrap();
    (files, Diffusion::new(model, options))
}

fn draw(diffusion: &Diffusion<Toy>, text: &str, seed: u64) -> Vec<u8> {
    diffusion.generate(&Prompt::new(text, seed), &Stop::never()).unwrap().into_raw()
}

#[test]
fn it_is_sampled_and_guided() {
    let (_files, mut toy) = toy(|_, _| {});
    let plain = draw(&toy, "a cat", 1);
    assert_eq!((plain.len(), &plain), (6 * 5 * 3, &draw(&toy, "a cat", 1)));
    assert!(plain != draw(&toy, "a cat", 2) && plain != draw(&toy, "a very long cat", 1));
    toy.options.guidance = 3.0;
    let guided = draw(&toy, "a cat", 1);
    toy.options.negative = "something else entirely".to_owned();
    assert!(plain != guided && guided != draw(&toy, "a cat", 1));
}

#[test]
fn low_rank_changes_are_merged_and_strange_ones_refused() {
    let (files, plain) = toy(|_, _| {});
    let halves = |module: &str| {
        let (up, down) = (format!("unet.{module}.lora_B.weight"), format!("unet.{module}.lora_A.weight"));
        write(&files, "lora.safetensors", &[(&up, ramp((3, 2))), (&down, ramp((2, 4)))])
    };
    let mut folder = ModelFolder::new(files.path());
    folder.loras.push((halves("mix"), 1.0));
    let changed = Diffusion::new(Toy::load(&folder).unwrap(), plain.options.clone());
    assert_ne!(draw(&changed, "a cat", 1), draw(&plain, "a cat", 1));
    folder.loras[0].0 = halves("stir");
    let error = Toy::load(&folder).err().unwrap().to_string();
    assert!(error.contains("stir"), "{error}");
}

#[test]
fn it_is_watched_stopped_and_drawn_in_batches() {
    let (_files, mut toy) = toy(|_, _| {});
    let condition = toy.condition("a cat", "").unwrap();
    let (first, second) = (Noise::new(1), Noise::new(2));
    let mut seen = Vec::new();
    let mut watch = |step: usize, latents: &Tensor| seen.push((step, latents.dims().to_vec()));
    toy.sample(&condition, &[&first, &second], &Stop::never(), &mut watch).unwrap();
    assert_eq!(seen, (0..4).map(|step| (step, vec![2, 3, 5, 6])).collect::<Vec<_>>());
    let stop = Stop::never();
    stop.cancel();
    let error = toy.generate(&Prompt::new("a cat", 1), &stop).unwrap_err();
    assert!(matches!(error, GenerateError::Stopped { step: 0, steps: 4 }));
    toy.options.batch = 2;
    assert_eq!(Generate::batch(&toy), 2);
    let prompts: Vec<Prompt> =
        [(1, "a cat"), (9, "a dog"), (2, "a cat"), (3, "a cat")].map(|(seed, text)| Prompt::new(text, seed)).to_vec();
    let together = toy.generate_batch(&prompts, &Stop::never());
    for (prompt, picture) in prompts.iter().zip(together) {
        assert_eq!(picture.unwrap().into_raw(), draw(&toy, &prompt.text, prompt.seed));
    }
}

#[test]
fn its_memory_is_planned_and_its_parts_leave_if_they_are_to() {
    let (_files, staying) = toy(|_, _| {});
    let plan = MemoryPlan::of_parts(&staying.model.parts());
    assert_eq!((plan.len(), plan[0].name, plan[0].bytes), (1, "toy", 3 * 4 * 4));
    assert!(!staying.model.mix.is_loaded());
    let (_files, leaving) = toy(|_, folder| folder.places = folder.places.with_residency(Residency::Leave));
    assert_eq!(draw(&staying, "a cat", 1), draw(&leaving, "a cat", 1));
    assert!(staying.model.mix.is_loaded() && !leaving.model.mix.is_loaded());
    let (_files, half) =
        toy(|_, folder| *folder = folder.clone().placed(&Placement { dtype: DType::F16, ..Placement::default() }));
    assert_eq!(MemoryPlan::of_parts(&half.model.parts())[0].bytes, 3 * 4 * 2);
}
