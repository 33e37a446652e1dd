//! Every network of every family in one place: encoders, calls of the denoiser, decoder. On the CPU in every kind of linear weights; on a
//! card, where there is one, in every type.

use std::path::PathBuf;

use candle_core::{DType, Device, Tensor};
use linocut_core::Stop;
use linocut_diffusion::ModelFolder;
use linocut_diffusion::denoise::{DenoiseOptions, Denoiser, Diffusion, Encoded, Question, TextToPicture};
use linocut_diffusion::family::Family;
use linocut_diffusion::unet::{DeepCache, Reuse};
use linocut_nn::LinearKind;
use linocut_nn::place::{DeviceName, Placement};

use crate::fixtures;
use crate::golden::{Golden, Tally};

const MODELS: [&str; 6] = ["tiny/sdxl", "tiny/ssd-1b", "own/sd-1.5", "own/sd-2.1", "own/sd-3.5", "own/z-image"];

fn folder(model: &str) -> PathBuf {
    fixtures().join(model)
}

/// One of the golden's texts.
fn text(golden: &Golden, states: &str, at: usize, place: &Placement) -> Encoded {
    let row = |name: &str| golden.get(name).narrow(0, at, 1).unwrap();
    Encoded { states: row(states), pooled: golden.has("pooled").then(|| row("pooled")) }.at(place).unwrap()
}

fn compare(found: &Tensor, golden: &Golden, name: &str, tally: &mut Tally) {
    tally.compare(&found.to_device(&Device::Cpu).unwrap(), golden, name);
}

/// The encoded description and what is left out, in the order of the golden's rows.
fn compare_text(diffusion: &Diffusion, golden: &Golden, states: &str, tally: &mut Tally) {
    let rows = golden.get(states).dim(0).unwrap();
    let condition = diffusion.condition(golden.note("prompt"), golden.note("negative_prompt")).unwrap();
    let texts: Vec<Encoded> = condition.negative.filter(|_| rows > 1).into_iter().chain([condition.prompt]).collect();
    let join = |of: &dyn Fn(&Encoded) -> Tensor| Tensor::cat(&texts.iter().map(of).collect::<Vec<_>>(), 0).unwrap();
    compare(&join(&|text| text.states.clone()), golden, states, tally);
    if golden.has("pooled") {
        compare(&join(&|text| text.pooled.clone().unwrap()), golden, "pooled", tally);
    }
}

fn compare_calls(model: &dyn Denoiser, golden: &Golden, states: &str, place: &Placement, tally: &mut Tally) {
    for call in (0..).take_while(|call| golden.has(&format!("unet_in.{call}"))) {
        let latents = golden.get(&format!("unet_in.{call}")).to_device(&place.device).unwrap();
        let texts: Vec<Encoded> = (0..latents.dim(0).unwrap()).map(|at| text(golden, states, at, place)).collect();
        let texts: Vec<&Encoded> = texts.iter().collect();
        let timestep = f64::from(golden.get(&format!("unet_t.{call}")).to_vec1::<f32>().unwrap()[0]);
        let size = golden.get("image").dims()[2] as u32;
        let question = Question { latents: &latents, timestep, texts: &texts, size: (size, size), guidance: 0.0 };
        let found = model.predict(&question, &mut DeepCache::new(Reuse::default()), &Stop::never()).unwrap();
        compare(&found, golden, &format!("unet_out.{call}"), tally);
    }
}

/// The worst difference of all networks of all families in a place; an error over the tolerance.
fn check(place: &Placement, tolerance: f32) {
    let mut tally = Tally::new(tolerance);
    for model in MODELS {
        let family = Family::of_folder(folder(model)).unwrap();
        for golden in Golden::all_in(&folder(model).join("golden")).iter().filter(|golden| golden.has("unet_in.0")) {
            let states = if golden.has("prompt_embeds") { "prompt_embeds" } else { "states" };
            let guidance = golden.note("guidance").parse().unwrap();
            let options = DenoiseOptions { guidance, ..DenoiseOptions::default() };
            let diffusion = family.open(&ModelFolder::new(folder(model)).placed(place), None, options).unwrap();
            compare_text(&diffusion, golden, states, &mut tally);
            // Of guided runs of Z-Image the golden has the description's states only.
            if golden.get("unet_in.0").dim(0).unwrap() == golden.get(states).dim(0).unwrap() {
                compare_calls(diffusion.model.denoiser().unwrap(), golden, states, place, &mut tally);
            }
            let last = (0..).take_while(|step| golden.has(&format!("latents.{step}"))).last().unwrap();
            let latents = golden.get(&format!("latents.{last}")).to_device(&place.device).unwrap();
            compare(&diffusion.decode(&latents, &Stop::never()).unwrap(), golden, "image", &mut tally);
            tally.files += 1;
        }
    }
    let Placement { device, dtype, linear_kind, .. } = place;
    tally.finish(&format!("{:?} {dtype:?} {linear_kind:?}", device.location()));
}

#[test]
fn networks_agree_on_the_cpu_however_their_weights_are_kept() {
    for (dtype, linear_kind, tolerance) in [
        (DType::F32, LinearKind::Plain, 1e-4),
        (DType::F16, LinearKind::Plain, 5e-3),
        (DType::BF16, LinearKind::Stored, 3e-2),
        (DType::F32, LinearKind::Q8_0, 6e-2),
    ] {
        check(&Placement { dtype, linear_kind, ..Placement::default() }, tolerance);
    }
}

fn check_on_card(dtype: DType, linear_kind: LinearKind, tolerance: f32) {
    let device = DeviceName::Cuda(0).open().unwrap();
    check(&Placement { dtype, linear_kind, ..Placement::on(device) }, tolerance);
}

#[test]
#[ignore = "needs a CUDA card"]
fn networks_agree_on_a_card_in_f32() {
    check_on_card(DType::F32, LinearKind::Plain, 1e-4);
}

#[test]
#[ignore = "needs a CUDA card"]
fn networks_agree_on_a_card_in_f16() {
    check_on_card(DType::F16, LinearKind::Plain, 5e-3);
}

#[test]
#[ignore = "needs a CUDA card"]
fn networks_agree_on_a_card_in_bf16() {
    check_on_card(DType::BF16, LinearKind::Plain, 3e-2);
}

#[test]
#[ignore = "needs a CUDA card"]
fn networks_agree_on_a_card_in_few_bits() {
    check_on_card(DType::F32, LinearKind::Q8_0, 6e-2);
}
