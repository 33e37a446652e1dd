//! `docs/models.md` says what the table of models says. `UPDATE=1` rewrites it.

#![expect(clippy::unwrap_used, reason = "what fails to load fails the test")]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use linocut_diffusion::Placements;
use linocut_diffusion::denoise::DenoiseOptions;
use linocut_diffusion::entry::{Commercial, Component, Entry, Weights, entries};
use linocut_nn::LinearKind;
use linocut_nn::place::{Placement, Residency};
use serde::Deserialize;

const END: &str = "<!-- end -->";

fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

#[derive(Deserialize)]
struct Manifest {
    tensors: BTreeMap<String, Vec<usize>>,
}

/// Numbers in a network's weights at full size.
fn numbers(model: &str, network: &str) -> usize {
    let file = root().join("fixtures/diffusion/manifests").join(model).join(format!("{network}.json"));
    let manifest: Manifest = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    manifest.tensors.values().map(|shape| shape.iter().product::<usize>()).sum()
}

/// Bytes of `SVDQuant`'s transformer: codes in bytes or in words of four, what smoothed the weights left out, the rest in 16 bits.
fn packed_bytes() -> usize {
    let of = |file: &str| {
        let file = root().join("fixtures/diffusion/manifests/svdq-int4-flux.1-schnell").join(file);
        serde_json::from_slice::<Manifest>(&fs::read(&file).unwrap()).unwrap().tensors
    };
    let tensors = of("transformer_blocks.json").into_iter().chain(of("unquantized_layers.json"));
    let width = |name: &str| match name {
        _ if name.ends_with("linear.qweight") => 4,
        _ if name.ends_with("qweight") => 1,
        _ if name.ends_with("smooth_orig") => 0,
        _ => 2,
    };
    tensors.map(|(name, shape)| width(&name) * shape.iter().product::<usize>()).sum()
}

/// Numbers in a part of Janus-Pro, whose parts are in one file, that draws.
fn drawing(part: &str) -> usize {
    let file = root().join("fixtures/diffusion/manifests/janus-pro-1b/original_model.json");
    let tensors = serde_json::from_slice::<Manifest>(&fs::read(&file).unwrap()).unwrap().tensors;
    let parts: &[&str] = match part {
        "language_model" => &["language_model.model.", "gen_head.", "gen_aligner.", "gen_embed."],
        _ => {
            &["gen_vision_model.decoder.", "gen_vision_model.post_quant_conv.", "gen_vision_model.quantize.embedding."]
        }
    };
    let of_part = tensors.iter().filter(|(name, _)| parts.iter().any(|part| name.starts_with(part)));
    of_part.map(|(_, shape)| shape.iter().product::<usize>()).sum()
}

/// Bytes of a model's weights, text encoders and denoiser with `width` bytes for each number, the autoencoder with 4.
fn bytes(entry: &Entry, width: usize) -> usize {
    let manifest = |network: &str| match (entry.family.class, entry.name, network) {
        ("StableDiffusionXLPipeline", "ssd-1b", "unet") => "ssd-1b",
        ("StableDiffusionXLPipeline", ..) => "sdxl",
        ("FluxPipeline", "flux-dev" | "hyper-flux-8step-lora" | "hyper-flux-16step-lora", "transformer") => {
            "flux.1-dev"
        }
        ("FluxPipeline", "flux-lite", "transformer") => "flux.1-lite-8b",
        ("FluxPipeline", ..) => "flux.1-schnell",
        ("SanaPipeline", "sana-1.6b", "transformer") => "sana-1.0-1600m",
        ("SanaPipeline" | "SanaSprintPipeline", name, "transformer") => name,
        ("SanaPipeline" | "SanaSprintPipeline", ..) => "sana",
        (_, name, _) => name,
    };
    let size = |network: &str| match (entry.name, network) {
        ("flux-schnell-svdq", "transformer") => packed_bytes(),
        ("janus-pro-1b", "gen_vision_model") => drawing(network) * 4,
        ("janus-pro-1b", _) => drawing(network) * width,
        (_, "vae") => numbers(manifest(network), network) * 4,
        _ => numbers(manifest(network), network) * width,
    };
    entry.family.folders().map(size).sum()
}

fn gigabytes(bytes: u64) -> String {
    format!("{:.1}", bytes as f64 / 1e9)
}

/// What a model has beside the components of another.
fn own_file(entry: &Entry) -> String {
    let own = entry.files().into_iter().find(|file| {
        let is_own = matches!(file.component, Component::Unet | Component::Transformer | Component::Lora);
        let is_own = is_own && !file.path.contains('/') && !file.path.ends_with(".json");
        is_own && file.repository == entry.repository
    });
    own.map_or_else(|| "all components".to_owned(), |file| format!("`{}`", file.path))
}

fn commercial(entry: &Entry) -> &'static str {
    match entry.licence.commercial {
        Commercial::Allowed => "yes",
        Commercial::AllowedWithUseRestrictions => "yes, with use restrictions",
        Commercial::AllowedBelowRevenue => "below a yearly revenue",
        Commercial::Forbidden => "no",
        _ => "unclear",
    }
}

fn models() -> String {
    let mut page = String::from(
        "| model | repository | file | licence | commercial use | steps | guidance | size, px | weights, GB: 16 bits | 32 bits | \
         not verified |\n|---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    // What is part of the program has a card of its own.
    for entry in entries().iter().filter(|entry| !matches!(entry.weights, Weights::Bundled(_))) {
        let Entry { name, repository, licence, steps, guidance, size, unverified, .. } = entry;
        let (half, full) = (gigabytes(bytes(entry, 2) as u64), gigabytes(bytes(entry, 4) as u64));
        let (own, commercial, unverified) = (own_file(entry), commercial(entry), unverified.join("; "));
        writeln!(
            page,
            "| `{name}` | [{repository}](https://huggingface.co/{repository}) | {own} | {} | {commercial} | {steps} | {guidance} \
             | {size} | {half} | {full} | {unverified} |",
            licence.name
        )
        .unwrap();
    }
    page
}

/// The most memory of a picture as the model is used, its parts in turn, by the kind of its linear layers.
fn memory() -> String {
    let kinds = [LinearKind::Stored, LinearKind::Q8_0, LinearKind::Nf4, LinearKind::Q4K];
    let mut page = String::from("| model | as published | `q8_0` | `nf4` | `q4k` |\n|---|---|---|---|---|\n");
    for entry in entries().iter().filter(|entry| !matches!(entry.weights, Weights::Bundled(_))) {
        let (dtype, published) = entry.family.published();
        let peak = |kind: LinearKind| {
            let linear_kind = if kind == LinearKind::Stored { published } else { kind };
            let places = Placements::all(&Placement { dtype, linear_kind, ..Placement::default() });
            gigabytes(entry.plan(&places.with_residency(Residency::Leave), &DenoiseOptions::of_entry(entry)).peak())
        };
        let [stored, q8_0, nf4, q4k] = kinds.map(peak);
        writeln!(page, "| `{}` | {stored} | {q8_0} | {nf4} | {q4k} |", entry.name).unwrap();
    }
    page
}

fn files() -> String {
    let mut page = String::new();
    for (name, what) in [
        ("sdxl-turbo", ", and the base model on which the rest of the SDXL family builds"),
        ("sdxl-flash", ", published in full precision only"),
        ("sd-1.5", " and `sd-2.1`"),
        ("sd-3.5-medium", ""),
        ("z-image-turbo", ""),
        ("flux-schnell", " and `flux-dev`"),
        ("flux-lite", ""),
        ("sana-1.6b", ""),
        ("sana-1.5-4.8b", ""),
        ("sana-sprint-1.6b", ", `sana-sprint-0.6b` and `sana-1.5-1.6b`"),
        ("cogview4-6b", ""),
        ("janus-pro-1b", ""),
    ] {
        let entry = Entry::named(name).unwrap();
        writeln!(page, "`{name}`{what}:\n\n```text").unwrap();
        for file in entry.files() {
            writeln!(page, "{}", file.path).unwrap();
        }
        writeln!(page, "```\n").unwrap();
    }
    page.trim_end().to_owned() + "\n"
}

/// The page with the text between a mark and the next end replaced.
fn replaced(page: &str, mark: &str, text: &str) -> String {
    let start = page.find(mark).unwrap() + mark.len();
    let end = start + page[start..].find(END).unwrap();
    format!("{}\n{text}{}", &page[..start], &page[end..])
}

#[test]
fn the_page_says_what_the_table_says() {
    let file = root().join("docs/models.md");
    let page = fs::read_to_string(&file).unwrap();
    let tables = [("<!-- models -->", models()), ("<!-- memory -->", memory()), ("<!-- files -->", files())];
    let fresh = tables.iter().fold(page.clone(), |page, (mark, text)| replaced(&page, mark, text));
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&file, &fresh).unwrap();
    } else {
        assert!(page == fresh, "docs/models.md is stale: UPDATE=1 cargo test -p linocut-diffusion --test models_page");
    }
}

#[test]
fn sizes_are_those_of_the_published_files() {
    // 5.14 GB of UNet and 1.39 GB of bigG in half precision are what the repository lists.
    assert!((numbers("sdxl", "unet") * 2).abs_diff(5_135_000_000) < 10_000_000);
    assert!((numbers("sdxl", "text_encoder_2") * 2).abs_diff(1_389_000_000) < 10_000_000);
    // 6.64 GB and 108 MB in two files, one after the other in the later one.
    assert!(packed_bytes().abs_diff(6_748_000_000) < 10_000_000, "{}", packed_bytes());
    // 9.91 and 6.42 GB in two files.
    assert!((numbers("flux.1-lite-8b", "transformer") * 2).abs_diff(16_330_000_000) < 10_000_000);
    // 4.89, 4.98 and 2.86 GB in three files.
    assert!((numbers("cogview4-6b", "transformer") * 2).abs_diff(12_730_000_000) < 15_000_000);
    assert!((numbers("sd-3.5-medium", "transformer") * 2).abs_diff(4_940_000_000) < 10_000_000);
    // 3.21 GB in 16 bits; 5.23 GB of Gemma 2 in two files; an autoencoder of 1.25 GB in 32 bits.
    assert!((numbers("sana-1.0-1600m", "transformer") * 2).abs_diff(3_210_000_000) < 10_000_000);
    assert!((numbers("sana", "text_encoder") * 2).abs_diff(5_230_000_000) < 10_000_000);
    assert!((numbers("sana", "vae") * 4).abs_diff(1_250_000_000) < 10_000_000);
}
