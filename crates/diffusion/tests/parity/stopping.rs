//! Runs that are watched, and ended from outside.

use std::sync::{Arc, Mutex};

use candle_core::{DType, Device, Tensor};
use linocut_core::{Generate, Prompt, Stop};
use linocut_diffusion::ModelError;
use linocut_diffusion::denoise::{DenoiseOptions, Diffusion, GenerateError};
use linocut_diffusion::noise::Noise;
use linocut_diffusion::sdxl::Sdxl;
use linocut_diffusion::unet::UNetInput;
use linocut_diffusion::vae::{AutoencoderTiny, AutoencoderTinyConfig};
use linocut_nn::weights::Weights;

use crate::fixtures;
use crate::pipeline::{load, small};

fn cancelled() -> Stop {
    let stop = Stop::never();
    stop.cancel();
    stop
}

/// What is said of a run that is cancelled as soon as this share of it is done, and what was heard until then.
fn cut(model: &Diffusion<Sdxl>, share: f32) -> (GenerateError, Vec<f32>) {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let (log, stop) = (Arc::clone(&heard), Stop::never());
    let flag = stop.clone();
    let listening = stop.listening(move |progress| {
        log.lock().unwrap().push(progress.done);
        if progress.done >= share {
            flag.cancel();
        }
    });
    let error = model.generate(&Prompt::new("a cat", 1), &listening).unwrap_err();
    let heard = heard.lock().unwrap().clone();
    (error, heard)
}

#[test]
fn a_run_that_is_cancelled_between_steps_says_how_many_it_took() {
    let model = load("sdxl", DenoiseOptions { steps: 3, ..small() });
    let (error, heard) = cut(&model, 0.5);
    assert!(matches!(error, GenerateError::Stopped { step: 2, steps: 3 }), "{error}");
    assert_eq!(heard, [0.25, 0.5]);
}

#[test]
fn a_run_that_is_cancelled_behind_its_steps_is_not_decoded() {
    let model = load("sdxl", DenoiseOptions { steps: 3, ..small() });
    let (error, heard) = cut(&model, 0.75);
    assert_eq!(error.to_string(), "stopped after 3 of 3 steps");
    assert_eq!(heard, [0.25, 0.5, 0.75]);
}

#[test]
fn a_cancelled_run_does_not_begin() {
    let model = load("sdxl", DenoiseOptions { timesteps: Some(vec![999.0, 500.0]), ..small() });
    let found = model.generate_batch(&[Prompt::new("a cat", 1), Prompt::new("a dog", 2)], &cancelled());
    for picture in found {
        assert_eq!(picture.unwrap_err().to_string(), "diffusion: stopped after 0 of 2 steps");
    }
}

#[test]
fn denoiser_and_decoder_end_at_their_next_block() {
    let model = load("sdxl", small());
    let told = model.condition("a cat", "").unwrap().prompt;
    let (text, pooled) = (&told.states, told.pooled.as_ref());
    let latents = Noise::new(1).initial((1, 4, 8, 8), &Device::Cpu).unwrap();
    let sizes = Tensor::new(&[[64.0_f32, 64.0, 0.0, 0.0, 64.0, 64.0]], &Device::Cpu).unwrap();
    let input = UNetInput { latents: &latents, timestep: 9.0, text, pooled, time_ids: Some(&sizes) };
    let (unet, vae) = (model.model.unet().get().unwrap(), model.model.vae().get().unwrap());
    assert!(matches!(unet.forward_until(&input, &cancelled()), Err(ModelError::Stopped)));
    assert!(matches!(unet.forward_keeping(&input, 2, &cancelled()), Err(ModelError::Stopped)));
    let (_, deep) = unet.forward_keeping(&input, 2, &Stop::never()).unwrap();
    assert!(matches!(unet.forward_shallow(&input, &deep, &cancelled()), Err(ModelError::Stopped)));
    assert!(matches!(vae.decode_until(&latents, &cancelled()), Err(ModelError::Stopped)));
    assert!(matches!(model.decode(&latents, &cancelled()), Err(ModelError::Stopped)));
}

/// A thousand steps at a size that takes long; another thread ends them while one is being taken.
#[test]
fn a_step_is_cut_short_from_another_thread() {
    let model = load("sdxl", DenoiseOptions { steps: 1000, size: (128, 128), ..small() });
    let (begun, wait) = std::sync::mpsc::channel();
    let stop = Stop::never();
    let flag = stop.clone();
    let canceller = std::thread::spawn(move || {
        wait.recv().unwrap();
        flag.cancel();
    });
    let listening = stop.listening(move |_| {
        let _ = begun.send(());
    });
    let error = model.generate(&Prompt::new("a cat", 1), &listening).unwrap_err();
    canceller.join().unwrap();
    assert!(matches!(error, GenerateError::Stopped { step: 1..1000, steps: 1000 }), "{error}");
}

#[test]
fn each_step_can_be_looked_at_through_the_tiny_autoencoder() {
    let config = AutoencoderTinyConfig::read(fixtures().join("own/taesd/config.json")).unwrap();
    let weights = Weights::open(fixtures().join("own/taesd"), DType::F32, &Device::Cpu).unwrap();
    let tiny = AutoencoderTiny::load(&weights, &config).unwrap();
    let model = load("sdxl", DenoiseOptions { steps: 3, ..small() });
    let told = model.condition("a cat", "").unwrap();
    let mut previews: Vec<Tensor> = Vec::new();
    let mut watch = |step: usize, latents: &Tensor| {
        assert_eq!(step, previews.len());
        previews.push(tiny.decode(latents).unwrap());
    };
    model.sample(&told, &[&Noise::new(1)], &Stop::never(), &mut watch).unwrap();
    assert_eq!(previews.len(), 3);
    let finite = |preview: &Tensor| preview.sum_all().unwrap().to_scalar::<f32>().unwrap().is_finite();
    assert!(previews.iter().all(|preview| preview.dims()[..2] == [1, 3] && finite(preview)));
}
