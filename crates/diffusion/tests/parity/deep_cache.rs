//! Deep features that are used again.

use candle_core::{Device, Tensor};
use linocut_core::{Prompt, Stop};
use linocut_diffusion::ModelError;
use linocut_diffusion::denoise::{Condition, DenoiseOptions};
use linocut_diffusion::noise::Noise;
use linocut_diffusion::unet::{DeepCache, Reuse, UNetInput};

use crate::bits::bits;
use crate::pipeline::{load, small};

/// Layers of the way up in the tiny models.
const LAYERS: usize = 9;

fn latents(seed: u64) -> Tensor {
    Noise::new(seed).initial((1, 4, 9, 7), &Device::Cpu).unwrap()
}

/// What the network is told besides latents and time.
struct Told(Condition, Tensor);

impl Told {
    fn of_a_cat(name: &str) -> Self {
        let sizes = Tensor::new(&[[64.0_f32, 64.0, 0.0, 0.0, 64.0, 64.0]], &Device::Cpu).unwrap();
        Self(load(name, small()).condition("a cat", "").unwrap(), sizes)
    }

    fn input<'a>(&'a self, latents: &'a Tensor, timestep: f64) -> UNetInput<'a> {
        let text = &self.0.prompt;
        let pooled = text.pooled.as_ref();
        UNetInput { latents, timestep, text: &text.states, pooled, time_ids: Some(&self.1) }
    }
}

fn sampled(reuse: Reuse) -> Vec<u32> {
    let model = load("sdxl", DenoiseOptions { steps: 5, reuse, ..small() });
    let told = model.condition("a cat", "").unwrap();
    bits(&model.sample(&told, &[&Noise::new(1)], &Stop::never(), &mut |_, _| {}).unwrap())
}

/// However the network is cut, its parts give what the whole gives.
#[test]
fn features_of_the_same_step_give_the_same_bits_at_every_cut() {
    for name in ["sdxl", "ssd-1b"] {
        let model = load(name, small());
        let (unet, told) = (model.model.unet().get().unwrap(), Told::of_a_cat(name));
        let (latents, never) = (latents(1), Stop::never());
        let input = told.input(&latents, 321.0);
        let whole = bits(&unet.forward(&input).unwrap());
        for shallow in 1..=LAYERS {
            let (kept, deep) = unet.forward_keeping(&input, shallow, &never).unwrap();
            assert_eq!(bits(&kept), whole, "{name} {shallow}");
            assert_eq!(bits(&unet.forward_shallow(&input, &deep, &never).unwrap()), whole, "{name} {shallow}");
        }
    }
}

#[test]
fn the_whole_network_is_computed_once_in_an_interval() {
    let model = load("sdxl", small());
    let (unet, told, never) = (model.model.unet().get().unwrap(), Told::of_a_cat("sdxl"), Stop::never());
    let latents: Vec<Tensor> = (0..5).map(latents).collect();
    let inputs = latents.iter().zip([999.0, 800.0, 600.0, 400.0, 200.0]);
    let inputs: Vec<UNetInput<'_>> = inputs.map(|(latents, timestep)| told.input(latents, timestep)).collect();
    let mut cache = DeepCache::new(Reuse { interval: 3, shallow: 2 });
    let found: Vec<_> = inputs.iter().map(|input| bits(&cache.forward(&unet, input, &never).unwrap())).collect();
    let deep = |at: usize| unet.forward_keeping(&inputs[at], 2, &never).unwrap().1;
    let shallow = |at: usize, of: usize| bits(&unet.forward_shallow(&inputs[at], &deep(of), &never).unwrap());
    assert_eq!(found[0], bits(&unet.forward(&inputs[0]).unwrap()));
    assert_eq!((&found[1], &found[2]), (&shallow(1, 0), &shallow(2, 0)));
    assert_eq!(found[3], bits(&unet.forward(&inputs[3]).unwrap()));
    assert_eq!(found[4], shallow(4, 3));
    assert_ne!(found[4], bits(&unet.forward(&inputs[4]).unwrap()));
}

#[test]
fn an_interval_of_one_is_a_run_without_reuse_bit_for_bit() {
    let off = sampled(Reuse::default());
    assert_eq!(sampled(Reuse { interval: 1, shallow: 4 }), off);
    assert_ne!(sampled(Reuse { interval: 2, shallow: 1 }), off);
    assert_eq!(sampled(Reuse { interval: 5, shallow: 1 }), sampled(Reuse { interval: 99, shallow: 1 }));
}

#[test]
fn reuse_that_cannot_be_is_an_error() {
    let model = load("sdxl", small());
    let unet = model.model.unet().get().unwrap();
    let say = |reuse| unet.check_reuse(reuse).unwrap_err().to_string();
    let options = DenoiseOptions { reuse: Reuse { interval: 0, shallow: 1 }, ..small() };
    let error = load("sdxl", options).generate(&Prompt::new("a cat", 1), &Stop::never()).unwrap_err();
    assert_eq!(error.to_string(), say(Reuse { interval: 0, shallow: 1 }));
    assert_eq!(say(Reuse { interval: 0, shallow: 1 }), "`interval` is 0, supported is at least 1");
    assert!(say(Reuse { interval: 2, shallow: 0 }).starts_with("`shallow` is 0"));
    assert!(say(Reuse { interval: 2, shallow: LAYERS + 1 }).starts_with("`shallow` is 10"));
    let told = Told::of_a_cat("sdxl");
    let (small, large) = (latents(1), Noise::new(1).initial((1, 4, 16, 16), &Device::Cpu).unwrap());
    let mut cache = DeepCache::new(Reuse { interval: 2, shallow: 1 });
    cache.forward(&unet, &told.input(&small, 9.0), &Stop::never()).unwrap();
    let error = cache.forward(&unet, &told.input(&large, 9.0), &Stop::never()).unwrap_err();
    assert!(matches!(error, ModelError::Tensor(_)), "{error}");
}
