//! Models beside the SDXL family: whole pipelines of `fixtures/diffusion/own`, call by call and step by step.

use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Result, Tensor};
use linocut_core::{Generate, Prompt, Stop};
use linocut_diffusion::ModelFolder;
use linocut_diffusion::denoise::{DenoiseOptions, Denoiser, Diffusion, Encoded, GenerateError, NoiseSource, Question};
use linocut_diffusion::sampler::{Method, Multistep, Sampler, Spacing};
use linocut_diffusion::stable_diffusion::StableDiffusion;
use linocut_diffusion::stable_diffusion_3::StableDiffusion3;
use linocut_diffusion::unet::{DeepCache, Reuse};
use linocut_diffusion::z_image::ZImage;
use linocut_nn::LinearKind;
use linocut_nn::place::Placement;

use crate::fixtures;
use crate::golden::{Golden, Tally};

struct Recorded<'a>(&'a Golden);

impl NoiseSource for Recorded<'_> {
    fn initial(&self, _shape: &[usize], _device: &Device) -> Result<Tensor> {
        Ok(self.0.get("latents_in"))
    }

    fn step(&self, _step: usize, _shape: &[usize], _device: &Device) -> Result<Tensor> {
        unreachable!("none of these samplers adds noise")
    }
}

fn folder(model: &str) -> PathBuf {
    fixtures().join("own").join(model)
}

/// The options that a golden's notes say.
fn options(golden: &Golden, sampler: Option<Sampler>) -> DenoiseOptions {
    let dims = golden.get("image").dims().to_vec();
    DenoiseOptions {
        steps: golden.note("steps").parse().unwrap(),
        guidance: golden.note("guidance").parse().unwrap(),
        negative: golden.note("negative_prompt").to_owned(),
        size: (dims[3] as u32, dims[2] as u32),
        sampler,
        ..DenoiseOptions::default()
    }
}

/// Runs as the golden's notes say; every step's latents and the picture must agree.
fn compare_run<M: Denoiser>(diffusion: &Diffusion<M>, golden: &Golden, tally: &mut Tally) {
    let condition = diffusion.condition(golden.note("prompt"), &diffusion.options.negative).unwrap();
    let mut steps = Vec::new();
    let mut watch = |step: usize, latents: &Tensor| steps.push((step, latents.clone()));
    let last = diffusion.sample(&condition, &[&Recorded(golden)], &Stop::never(), &mut watch).unwrap();
    assert_eq!(steps.len(), diffusion.options.steps, "{}", golden.file.display());
    for (step, latents) in &steps {
        tally.compare(latents, golden, &format!("latents.{step}"));
    }
    tally.compare(&diffusion.decode(&last, &Stop::never()).unwrap(), golden, "image");
    tally.files += 1;
}

/// Every recorded call of the denoiser, fed with the golden's own input.
fn compare_calls(model: &dyn Denoiser, text: &Encoded, golden: &Golden, tally: &mut Tally) {
    let texts: Vec<Encoded> = (0..text.states.dim(0).unwrap())
        .map(|at| Encoded {
            states: text.states.narrow(0, at, 1).unwrap(),
            pooled: text.pooled.as_ref().map(|pooled| pooled.narrow(0, at, 1).unwrap()),
        })
        .collect();
    for call in (0..).take_while(|call| golden.has(&format!("unet_in.{call}"))) {
        let timestep = f64::from(golden.get(&format!("unet_t.{call}")).to_vec1::<f32>().unwrap()[0]);
        let latents = golden.get(&format!("unet_in.{call}"));
        let texts: Vec<&Encoded> = texts.iter().collect();
        let question = Question { latents: &latents, timestep, texts: &texts, size: (64, 64), guidance: 0.0 };
        let found = model.predict(&question, &mut DeepCache::new(Reuse::default()), &Stop::never()).unwrap();
        tally.compare(&found, golden, &format!("unet_out.{call}"));
    }
}

/// The encoded texts of a golden, under guidance the negative one first.
fn states<M: Denoiser>(diffusion: &Diffusion<M>, golden: &Golden) -> Encoded {
    let condition = diffusion.condition(golden.note("prompt"), &diffusion.options.negative).unwrap();
    let texts: Vec<Encoded> = condition.negative.into_iter().chain([condition.prompt]).collect();
    let texts: Vec<&Encoded> = texts.iter().collect();
    let question =
        Question { latents: &golden.get("latents_in"), timestep: 0.0, texts: &texts, size: (64, 64), guidance: 0.0 };
    Encoded { states: question.states().unwrap(), pooled: question.pooled().unwrap() }
}

fn is_named(golden: &Golden, part: &str) -> bool {
    golden.file.file_stem().is_some_and(|stem| stem.to_string_lossy().contains(part))
}

/// `DPMSolverMultistepScheduler.from_config` of the folder's configuration.
fn dpm(model: &StableDiffusion) -> Sampler {
    let method = Method::Multistep(Multistep::default());
    Sampler { method, spacing: Spacing::Leading, ..model.basis().sampler.clone() }
}

fn compare_stable_diffusion(name: &str, tally: &mut Tally) {
    let model = StableDiffusion::load(&ModelFolder::new(folder(name)), None).unwrap();
    for golden in Golden::all_in(&folder(name).join("golden")) {
        assert_eq!(model.prompts().tokenize(golden.note("prompt"), 1).unwrap(), golden.rows("input_ids"));
        let sampler = is_named(&golden, "dpm").then(|| dpm(&model));
        let diffusion = Diffusion::new(model.clone(), options(&golden, sampler));
        tally.compare(&states(&diffusion, &golden).states, &golden, "states");
        compare_calls(&model, &Encoded { states: golden.get("states"), pooled: None }, &golden, tally);
        compare_run(&diffusion, &golden, tally);
    }
}

#[test]
fn stable_diffusion_agrees_with_diffusers() {
    let mut tally = Tally::new(1e-4);
    compare_stable_diffusion("sd-1.5", &mut tally);
    compare_stable_diffusion("sd-2.1", &mut tally);
    tally.finish("stable diffusion");
}

fn stable_diffusion_3() -> StableDiffusion3 {
    StableDiffusion3::load(&ModelFolder::new(folder("sd-3.5")), None).unwrap()
}

#[test]
fn stable_diffusion_3_agrees_with_diffusers() {
    let (model, mut tally) = (stable_diffusion_3(), Tally::new(1e-4));
    for golden in Golden::all_in(&folder("sd-3.5/golden")) {
        assert_eq!(vec![model.tokenize_for_t5(golden.note("prompt")).unwrap()], golden.rows("t5_ids"));
        let diffusion = Diffusion::new(model.clone(), options(&golden, None));
        let found = states(&diffusion, &golden);
        tally.compare(&found.states, &golden, "states");
        tally.compare(found.pooled.as_ref().unwrap(), &golden, "pooled");
        let text = Encoded { states: golden.get("states"), pooled: Some(golden.get("pooled")) };
        compare_calls(&model, &text, &golden, &mut tally);
        compare_run(&diffusion, &golden, &mut tally);
    }
    tally.finish("stable diffusion 3");
}

fn z_image() -> ZImage {
    ZImage::load(&ModelFolder::new(folder("z-image")), None).unwrap()
}

/// The reference counts a last step that does nothing, and guidance from the description instead of from the negative one.
#[test]
fn z_image_agrees_with_diffusers() {
    let (model, mut tally) = (z_image(), Tally::new(1e-4));
    for golden in Golden::all_in(&folder("z-image/golden")) {
        assert_eq!(vec![model.tokenize(golden.note("prompt")).unwrap()], golden.rows("ids"));
        let counted = options(&golden, None);
        let guidance = if counted.is_guided() { counted.guidance + 1.0 } else { 0.0 };
        let options = DenoiseOptions { steps: counted.steps - 1, guidance, ..counted };
        let diffusion = Diffusion::new(model.clone(), options);
        let condition = diffusion.condition(golden.note("prompt"), &diffusion.options.negative).unwrap();
        tally.compare(&condition.prompt.states, &golden, "states");
        if condition.negative.is_none() {
            compare_calls(&model, &Encoded { states: golden.get("states"), pooled: None }, &golden, &mut tally);
        }
        compare_run(&diffusion, &golden, &mut tally);
    }
    tally.finish("z-image");
}

#[test]
fn weights_of_16_bits_stay_close() {
    let mut tally = Tally::new(3e-2);
    let kept = |name: &str, linear_kind| {
        let place = Placement { dtype: DType::BF16, linear_kind, ..Placement::default() };
        ModelFolder::new(folder(name)).placed(&place)
    };
    let of = |name| kept(name, LinearKind::Plain);
    let told = |golden: &Golden, pooled| Encoded { states: golden.get("states"), pooled };
    let golden = Golden::read(&folder("sd-3.5/golden/unguided_3step.safetensors"));
    let text = told(&golden, Some(golden.get("pooled")));
    compare_calls(&StableDiffusion3::load(&of("sd-3.5"), None).unwrap(), &text, &golden, &mut tally);
    let golden = Golden::read(&folder("z-image/golden/3step.safetensors"));
    for folder in [of("z-image"), kept("z-image", LinearKind::Stored)] {
        compare_calls(&ZImage::load(&folder, None).unwrap(), &told(&golden, None), &golden, &mut tally);
    }
    let golden = Golden::read(&folder("sd-1.5/golden/ddim_2step.safetensors"));
    compare_calls(&StableDiffusion::load(&of("sd-1.5"), None).unwrap(), &told(&golden, None), &golden, &mut tally);
    tally.finish("BF16 weights of further models");
}

fn small(model: &str) -> Diffusion<StableDiffusion> {
    let model = StableDiffusion::load(&ModelFolder::new(folder(model)), None).unwrap();
    Diffusion::new(model, DenoiseOptions { steps: 2, size: (64, 64), ..DenoiseOptions::default() })
}

#[test]
fn the_same_seed_gives_the_same_picture_alone_and_in_a_batch() {
    let diffusion = small("sd-1.5");
    let prompts = [Prompt::new("a cat", 1), Prompt::new("a cat", 2), Prompt::new("", 1)];
    let batch: Vec<_> =
        diffusion.generate_batch(&prompts, &Stop::never()).into_iter().map(|picture| picture.unwrap()).collect();
    for (prompt, picture) in prompts.iter().zip(&batch) {
        assert_eq!(&diffusion.generate(prompt, &Stop::never()).unwrap(), picture);
        assert_eq!(picture.dimensions(), (64, 64));
    }
    assert!(batch[0] != batch[1] && batch[0] != batch[2]);
}

/// What a model says of options and texts that cannot be; `cuts` if it takes the beginning of a text that is too long.
pub(crate) fn check_bad_input<M: Denoiser>(diffusion: &mut Diffusion<M>, multiple: u32, cuts: bool) {
    let good = diffusion.options.clone();
    let mut say = |options: DenoiseOptions, text: &str, stop: &Stop| {
        diffusion.options = options;
        diffusion.generate(&Prompt::new(text, 1), stop).unwrap_err()
    };
    let never = Stop::never();
    let error = say(DenoiseOptions { size: (64, 60), ..good.clone() }, "a cat", &never);
    assert!(matches!(error, GenerateError::Size { height: 60, multiple: m, .. } if m == multiple), "{error}");
    let error = say(DenoiseOptions { steps: 0, ..good.clone() }, "a cat", &never);
    assert_eq!(error.to_string(), "a schedule needs at least one step");
    let error = say(DenoiseOptions { guidance: f64::INFINITY, ..good.clone() }, "a cat", &never);
    assert!(matches!(error, GenerateError::Guidance { .. }), "{error}");
    if !cuts {
        let error = say(good.clone(), &"the cat ".repeat(5_000), &never);
        assert!(error.to_string().contains("are looked at"), "{error}");
    }
    let cancelled = Stop::never();
    cancelled.cancel();
    let error = say(good, "", &cancelled);
    assert!(matches!(error, GenerateError::Stopped { step: 0, .. }), "{error}");
    if cuts {
        assert!(diffusion.generate(&Prompt::new("the cat ".repeat(5_000), 1), &never).is_ok());
    }
}

/// What is said of a folder that lacks each of these files in turn, of one that is none, and of another model's weights.
pub(crate) fn check_bad_folder<T>(
    good: &Path,
    files: &[&str],
    weights: (&str, &Path),
    load: impl Fn(&ModelFolder) -> std::result::Result<T, linocut_diffusion::ModelError>,
) {
    let say = |folder: &Path| load(&ModelFolder::new(folder)).err().map(|error| error.to_string()).unwrap();
    assert!(say(Path::new("nowhere")).contains("nowhere"));
    let copy = tempfile::TempDir::new().unwrap();
    for entry in walk(good) {
        let to = copy.path().join(entry.strip_prefix(good).unwrap());
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(&entry, to).unwrap();
    }
    for file in files {
        let path = copy.path().join(file);
        let kept = std::fs::read(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        let error = say(copy.path());
        assert!(error.contains(file), "{error}");
        std::fs::write(&path, kept).unwrap();
    }
    std::fs::copy(weights.1, copy.path().join(weights.0)).unwrap();
    let error = say(copy.path());
    assert!(error.contains(weights.0) || error.contains("does not use"), "{error}");
}

pub(crate) fn walk(folder: &Path) -> Vec<PathBuf> {
    let inside = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    inside.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[test]
fn stable_diffusion_says_what_cannot_be() {
    check_bad_input(&mut small("sd-2.1"), 8, false);
    let unet = "unet/diffusion_pytorch_model.safetensors";
    let files = ["unet/config.json", "tokenizer/vocab.json", "scheduler/scheduler_config.json", "vae/config.json"];
    let load = |folder: &ModelFolder| StableDiffusion::load(folder, None);
    check_bad_folder(&folder("sd-1.5"), &files, (unet, &fixtures().join("tiny/sdxl").join(unet)), load);
    let sdxl = ModelFolder::new(fixtures().join("tiny/sdxl"));
    let error = StableDiffusion::load(&sdxl, None).unwrap_err().to_string();
    assert!(error.starts_with("`addition_embed_type` is"), "{error}");
}

#[test]
fn stable_diffusion_3_says_what_cannot_be() {
    let options = DenoiseOptions { steps: 1, size: (64, 64), ..DenoiseOptions::default() };
    check_bad_input(&mut Diffusion::new(stable_diffusion_3(), options), 16, false);
    let weights = "transformer/diffusion_pytorch_model.safetensors";
    let files = ["transformer/config.json", "tokenizer_3/tokenizer.json", "text_encoder_3/config.json"];
    let load = |folder: &ModelFolder| StableDiffusion3::load(folder, None);
    check_bad_folder(&folder("sd-3.5"), &files, (weights, &folder("z-image").join(weights)), load);
}

#[test]
fn z_image_says_what_cannot_be() {
    let options = DenoiseOptions { steps: 1, size: (64, 64), ..DenoiseOptions::default() };
    check_bad_input(&mut Diffusion::new(z_image(), options), 16, true);
    let weights = "transformer/diffusion_pytorch_model.safetensors";
    let files = ["transformer/config.json", "tokenizer/tokenizer.json", "vae/config.json"];
    let load = |folder: &ModelFolder| ZImage::load(folder, None);
    check_bad_folder(&folder("z-image"), &files, (weights, &folder("sd-3.5").join(weights)), load);
}
