//! Deep features that are used again.

use candle_core::{Device, Tensor};
use linocut_core::Stop;
use linocut_diffusion::ModelError;
use linocut_diffusion::noise::Noise;
use linocut_diffusion::sdxl::{Conditioning, Sdxl, SdxlOptions};
use linocut_diffusion::unet::{DeepCache, Reuse, UNetInput};

use crate::bits::bits;
use crate::pipeline::{load, small};

/// Layers of the way up in the tiny models.
const LAYERS: usize = 9;

fn latents(seed: u64) -> Tensor {
    Noise::new(seed).initial((1, 4, 9, 7), &Device::Cpu).unwrap()
}

fn input<'a>(latents: &'a Tensor, told: &'a Conditioning, timestep: f64) -> UNetInput<'a> {
    UNetInput { latents, timestep, text: &told.text, pooled: Some(&told.pooled), time_ids: Some(&told.time_ids) }
}

fn sampled(model: &Sdxl, reuse: Reuse) -> Vec<u32> {
    let options = SdxlOptions { steps: 5, reuse, ..small() };
    let told = model.condition("a cat", &options).unwrap();
    bits(&model.sample(&told, &options, &Noise::new(1), &Stop::never(), &mut |_, _| {}).unwrap())
}

/// However the network is cut, its parts give what the whole gives.
#[test]
fn features_of_the_same_step_give_the_same_bits_at_every_cut() {
    for name in ["sdxl", "ssd-1b"] {
        let model = load(name, small());
        let (unet, told) = (model.unet(), model.condition("a cat", &small()).unwrap());
        let (latents, never) = (latents(1), Stop::never());
        let input = input(&latents, &told, 321.0);
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
    let (unet, told, never) = (model.unet(), model.condition("a cat", &small()).unwrap(), Stop::never());
    let latents: Vec<Tensor> = (0..5).map(latents).collect();
    let inputs = latents.iter().zip([999.0, 800.0, 600.0, 400.0, 200.0]);
    let inputs: Vec<UNetInput<'_>> = inputs.map(|(latents, timestep)| input(latents, &told, timestep)).collect();
    let mut cache = DeepCache::new(unet, Reuse { interval: 3, shallow: 2 }).unwrap();
    let found: Vec<_> = inputs.iter().map(|input| bits(&cache.forward(input, &never).unwrap())).collect();
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
    let model = load("sdxl", small());
    let off = sampled(&model, Reuse::default());
    assert_eq!(sampled(&model, Reuse { interval: 1, shallow: 4 }), off);
    assert_ne!(sampled(&model, Reuse { interval: 2, shallow: 1 }), off);
    assert_eq!(sampled(&model, Reuse { interval: 5, shallow: 1 }), sampled(&model, Reuse { interval: 99, shallow: 1 }));
}

#[test]
fn reuse_that_cannot_be_is_an_error() {
    let model = load("sdxl", small());
    let say = |reuse| DeepCache::new(model.unet(), reuse).unwrap_err().to_string();
    assert_eq!(say(Reuse { interval: 0, shallow: 1 }), "`interval` is 0, supported is at least 1");
    assert!(say(Reuse { interval: 2, shallow: 0 }).starts_with("`shallow` is 0"));
    assert!(say(Reuse { interval: 2, shallow: LAYERS + 1 }).starts_with("`shallow` is 10"));
    let told = model.condition("a cat", &small()).unwrap();
    let (small, large) = (latents(1), Noise::new(1).initial((1, 4, 16, 16), &Device::Cpu).unwrap());
    let mut cache = DeepCache::new(model.unet(), Reuse { interval: 2, shallow: 1 }).unwrap();
    cache.forward(&input(&small, &told, 9.0), &Stop::never()).unwrap();
    let error = cache.forward(&input(&large, &told, 9.0), &Stop::never()).unwrap_err();
    assert!(matches!(error, ModelError::Tensor(_)), "{error}");
}
