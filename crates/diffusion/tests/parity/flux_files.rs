//! FLUX.1's transformer in other files than a folder's: Black Forest Labs' names, GGUF, and low-rank changes in every dialect.

use std::fs::File;
use std::path::{Path, PathBuf};

use candle_core::quantized::{GgmlDType, QTensor, gguf_file};
use candle_core::{DType, Device, Tensor};
use linocut_core::Stop;
use linocut_diffusion::denoise::{Denoiser, Encoded, Question};
use linocut_diffusion::flux::{Flux, FluxConfig, FluxTransformer};
use linocut_diffusion::lora::{Lora, LoraError};
use linocut_diffusion::stable_diffusion_3::StableDiffusion3;
use linocut_diffusion::unet::{DeepCache, Reuse};
use linocut_diffusion::{ModelError, ModelFolder};
use linocut_nn::LinearKind;
use linocut_nn::place::Placement;
use linocut_nn::weights::{Weights, WeightsError};
use tempfile::TempDir;

use crate::fixtures;
use crate::golden::{Golden, Tally};

type Tensors = std::collections::HashMap<String, Tensor>;

fn tiny(name: &str) -> PathBuf {
    fixtures().join("tiny").join(name)
}

fn own(name: &str) -> PathBuf {
    fixtures().join("own/flux").join(name)
}

fn golden(name: &str) -> Golden {
    Golden::read(&own(&format!("golden/{name}.safetensors")))
}

/// Patches to latents.
fn unpacked(packed: &Tensor) -> Tensor {
    let cut = packed.reshape(&[1, 4, 6, packed.dim(2).unwrap() / 4, 2, 2][..]).unwrap();
    cut.permute([0, 3, 1, 4, 2, 5]).unwrap().contiguous().unwrap().reshape((1, (), 8, 12)).unwrap()
}

/// The transformer's answer to a golden's question, and that of diffusers.
fn answers(folder: &ModelFolder, golden: &Golden) -> Result<[Tensor; 2], ModelError> {
    let model = Flux::load(folder, None)?;
    let get = |name: &str| golden.get(&format!("in.{name}"));
    let text = Encoded { states: get("encoder_hidden_states"), pooled: Some(get("pooled_projections")) };
    let guidance = if golden.has("in.guidance") { f64::from(get("guidance").to_vec1::<f32>()?[0]) } else { 0.0 };
    let question = Question {
        latents: &unpacked(&get("hidden_states")),
        timestep: f64::from(get("timestep").to_vec1::<f32>()?[0]) * 1000.0,
        texts: &[&text],
        size: (96, 64),
        guidance,
    };
    let found = model.predict(&question, &mut DeepCache::new(Reuse::default()), &Stop::never())?;
    Ok([found, unpacked(&golden.get("out"))])
}

/// How far the answer is from that of diffusers, as a share of the largest number.
fn apart(folder: &ModelFolder, golden: &Golden) -> f32 {
    let [found, expected] = answers(folder, golden).unwrap();
    share(&found, &expected)
}

fn share(found: &Tensor, expected: &Tensor) -> f32 {
    let largest = |tensor: &Tensor| tensor.abs().unwrap().max_all().unwrap().to_scalar::<f32>().unwrap();
    largest(&(found - expected).unwrap()) / largest(expected)
}

fn with_denoiser(name: &str, denoiser: PathBuf) -> ModelFolder {
    ModelFolder { denoiser: Some(denoiser), ..ModelFolder::new(tiny(name)) }
}

#[test]
fn original_names_give_the_same_bits() {
    let golden = golden("lora_diffusers");
    let [expected, _] = answers(&ModelFolder::new(tiny("flux-lite")), &golden).unwrap();
    let temporary = TempDir::new().unwrap();
    let wrapped = temporary.path().join("wrapped.safetensors");
    let tensors = candle_core::safetensors::load(own("original.safetensors"), &Device::Cpu).unwrap();
    let tensors: Tensors =
        tensors.into_iter().map(|(name, tensor)| (format!("model.diffusion_model.{name}"), tensor)).collect();
    candle_core::safetensors::save(&tensors, &wrapped).unwrap();
    for file in [own("original.safetensors"), wrapped] {
        let [found, _] = answers(&with_denoiser("flux-lite", file), &golden).unwrap();
        assert_eq!(
            found.flatten_all().unwrap().to_vec1::<f32>().unwrap(),
            expected.flatten_all().unwrap().to_vec1::<f32>().unwrap()
        );
    }
}

/// What is said of the original file with its tensors changed.
fn said(change: impl Fn(&mut Tensors)) -> ModelError {
    let temporary = TempDir::new().unwrap();
    let file = temporary.path().join("changed.safetensors");
    let mut tensors = candle_core::safetensors::load(own("original.safetensors"), &Device::Cpu).unwrap();
    change(&mut tensors);
    candle_core::safetensors::save(&tensors, &file).unwrap();
    answers(&with_denoiser("flux-lite", file), &golden("lora_diffusers")).unwrap_err()
}

#[test]
fn original_files_that_are_damaged_are_named_with_what_is_wrong() {
    let error = said(|tensors| {
        tensors.remove("double_blocks.0.txt_attn.qkv.weight").unwrap();
    });
    let is_named = matches!(&error, ModelError::Weights(WeightsError::MissingTensor { tensor, .. }) if tensor.ends_with("add_q_proj.weight"));
    assert!(is_named, "{error}");
    let error = said(|tensors| {
        let odd = Tensor::zeros((95, 32), DType::F32, &Device::Cpu).unwrap();
        tensors.insert("double_blocks.0.img_attn.qkv.weight".to_owned(), odd);
    });
    assert!(matches!(&error, ModelError::Weights(WeightsError::Cut { .. })), "{error}");
    let error = said(|tensors| {
        tensors.insert("triple_blocks.0.weight".to_owned(), Tensor::zeros(1, DType::F32, &Device::Cpu).unwrap());
    });
    assert!(
        matches!(&error, ModelError::Weights(WeightsError::Unused { example, .. }) if example == "triple_blocks.0.weight")
    );
    let error = said(|tensors| {
        let name = "single_blocks.2.linear1.weight";
        tensors.insert(name.to_owned(), (&tensors[name] / 0.0).unwrap());
    });
    assert!(matches!(&error, ModelError::Weights(WeightsError::NotFinite { .. })), "{error}");
    assert!(error.to_string().contains("changed.safetensors"), "{error}");
}

#[test]
fn blocks_of_a_gguf_file_stay_packed_and_answer_as_diffusers_does() {
    let folder = with_denoiser("flux-schnell", own("q8_0.gguf"));
    let apart = apart(&folder, &golden("q8_0"));
    assert!(apart < 2e-2, "{apart}");
    let bytes = |folder: &ModelFolder| {
        let model = Flux::load(folder, None).unwrap();
        model.parts().iter().find(|(_, part)| part.name() == "transformer").unwrap().1.bytes()
    };
    let (packed, plain) = (bytes(&folder), bytes(&ModelFolder::new(tiny("flux-schnell"))));
    assert!(packed * 3 < plain, "{packed} of {plain}");
    let temporary = TempDir::new().unwrap();
    let cut = temporary.path().join("cut.gguf");
    let whole = std::fs::read(own("q8_0.gguf")).unwrap();
    std::fs::write(&cut, &whole[..whole.len() - 100]).unwrap();
    let error = Flux::load(&with_denoiser("flux-schnell", cut.clone()), None).unwrap_err();
    assert!(matches!(&error, ModelError::Weights(WeightsError::Truncated { file, .. }) if *file == cut), "{error}");
    let error = Flux::load(&with_denoiser("flux-lite", own("q8_0.gguf")), None).unwrap_err();
    assert!(matches!(&error, ModelError::Weights(WeightsError::MissingTensor { .. })), "{error}");
}

/// A transformer whose rows hold blocks of 256 weights, with numbers of its own.
fn wide() -> (FluxConfig, Tensors) {
    let config = FluxConfig {
        num_layers: 1,
        num_single_layers: 1,
        attention_head_dim: 128,
        num_attention_heads: 2,
        axes_dims_rope: vec![16, 56, 56],
        joint_attention_dim: 256,
        ..FluxConfig::read(tiny("flux-schnell/transformer/config.json")).unwrap()
    };
    let shapes = shapes_of(&config);
    let mut state = 7_u64;
    let mut number = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1 << 24) as f32 - 0.5
    };
    let tensors = shapes.into_iter().map(|(name, shape)| {
        let scale = if shape.len() == 2 { 3.0 / (shape[1] as f32).sqrt() } else { 0.2 };
        let bias = if name.contains("attn.norm") { 1.0 } else { 0.0 };
        let values: Vec<f32> = (0..shape.iter().product()).map(|_| number() * scale + bias).collect();
        (name, Tensor::from_vec(values, shape, &Device::Cpu).unwrap())
    });
    (config, tensors.collect())
}

/// What a transformer of this shape asks for, found by what it misses.
fn shapes_of(config: &FluxConfig) -> Vec<(String, Vec<usize>)> {
    let mut shapes: Vec<(String, Vec<usize>)> = Vec::new();
    loop {
        match FluxTransformer::load(&Weights::blank(shapes.clone()), config) {
            Ok(_) => return shapes,
            Err(ModelError::Weights(WeightsError::MissingTensor { tensor, expected, .. })) => {
                shapes.push((tensor, expected));
            }
            Err(error) => panic!("{error}"),
        }
    }
}

/// Original names and fused tensors of those of diffusers, as the published conversion makes them.
fn original(tensors: &Tensors) -> Vec<(String, Tensor)> {
    let cat = |names: &[&str]| Tensor::cat(&names.iter().map(|name| &tensors[*name]).collect::<Vec<_>>(), 0).unwrap();
    let mut found = Vec::new();
    for kind in ["weight", "bias"] {
        let double = |name: &str| format!("transformer_blocks.0.{name}.{kind}");
        let single = |name: &str| format!("single_transformer_blocks.0.{name}.{kind}");
        let mut add = |name: &str, parts: &[String]| {
            let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
            found.push((format!("{name}.{kind}"), cat(&parts)));
        };
        for (name, part) in [
            ("img_mod.lin", "norm1.linear"),
            ("txt_mod.lin", "norm1_context.linear"),
            ("img_attn.proj", "attn.to_out.0"),
            ("txt_attn.proj", "attn.to_add_out"),
            ("img_mlp.0", "ff.net.0.proj"),
            ("img_mlp.2", "ff.net.2"),
            ("txt_mlp.0", "ff_context.net.0.proj"),
            ("txt_mlp.2", "ff_context.net.2"),
        ] {
            add(&format!("double_blocks.0.{name}"), &[double(part)]);
        }
        add("double_blocks.0.img_attn.qkv", &["attn.to_q", "attn.to_k", "attn.to_v"].map(double));
        add("double_blocks.0.txt_attn.qkv", &["attn.add_q_proj", "attn.add_k_proj", "attn.add_v_proj"].map(double));
        add("single_blocks.0.linear1", &["attn.to_q", "attn.to_k", "attn.to_v", "proj_mlp"].map(single));
        add("single_blocks.0.linear2", &[single("proj_out")]);
        add("single_blocks.0.modulation.lin", &[single("norm.linear")]);
        for (name, part) in [
            ("img_in", "x_embedder"),
            ("txt_in", "context_embedder"),
            ("final_layer.linear", "proj_out"),
            ("time_in.in_layer", "time_text_embed.timestep_embedder.linear_1"),
            ("time_in.out_layer", "time_text_embed.timestep_embedder.linear_2"),
            ("vector_in.in_layer", "time_text_embed.text_embedder.linear_1"),
            ("vector_in.out_layer", "time_text_embed.text_embedder.linear_2"),
        ] {
            add(name, &[format!("{part}.{kind}")]);
        }
        let halves = tensors[&format!("norm_out.linear.{kind}")].chunk(2, 0).unwrap();
        found.push((
            format!("final_layer.adaLN_modulation.1.{kind}"),
            Tensor::cat(&[&halves[1], &halves[0]], 0).unwrap(),
        ));
    }
    for (name, part) in [
        ("double_blocks.0.img_attn.norm.query_norm", "transformer_blocks.0.attn.norm_q"),
        ("double_blocks.0.img_attn.norm.key_norm", "transformer_blocks.0.attn.norm_k"),
        ("double_blocks.0.txt_attn.norm.query_norm", "transformer_blocks.0.attn.norm_added_q"),
        ("double_blocks.0.txt_attn.norm.key_norm", "transformer_blocks.0.attn.norm_added_k"),
        ("single_blocks.0.norm.query_norm", "single_transformer_blocks.0.attn.norm_q"),
        ("single_blocks.0.norm.key_norm", "single_transformer_blocks.0.attn.norm_k"),
    ] {
        found.push((format!("{name}.scale"), tensors[&format!("{part}.weight")].clone()));
    }
    found
}

/// Writes tensors as a GGUF file, in blocks where rows divide.
fn write_gguf(path: &Path, tensors: &[(String, Tensor)], kind: GgmlDType) {
    let pack = |(name, tensor): &(String, Tensor)| {
        let divides = tensor.dims().len() == 2 && tensor.dim(1).unwrap().is_multiple_of(kind.block_size());
        (name.clone(), QTensor::quantize(tensor, if divides { kind } else { GgmlDType::F32 }).unwrap())
    };
    let packed: Vec<(String, QTensor)> = tensors.iter().map(pack).collect();
    let named: Vec<(&str, &QTensor)> = packed.iter().map(|(name, tensor)| (name.as_str(), tensor)).collect();
    gguf_file::write(&mut File::create(path).unwrap(), &[], &named).unwrap();
}

/// A folder with a transformer of this shape and these weights.
fn folder_of(config: &FluxConfig, tensors: &Tensors) -> TempDir {
    let folder = TempDir::new().unwrap();
    crate::truncated::copy(&tiny("flux-schnell"), folder.path());
    let transformer = folder.path().join("transformer");
    let json = serde_json::json!({
        "in_channels": config.in_channels, "num_layers": config.num_layers, "num_single_layers": config.num_single_layers,
        "attention_head_dim": config.attention_head_dim, "num_attention_heads": config.num_attention_heads,
        "joint_attention_dim": config.joint_attention_dim, "pooled_projection_dim": config.pooled_projection_dim,
    });
    std::fs::write(transformer.join("config.json"), json.to_string()).unwrap();
    candle_core::safetensors::save(tensors, transformer.join("diffusion_pytorch_model.safetensors")).unwrap();
    folder
}

/// The answer of a model to a question of its own size.
fn ask(folder: &ModelFolder, words: usize) -> Tensor {
    let wave = |shape: &[usize]| {
        let values: Vec<f32> = (0..shape.iter().product::<usize>()).map(|at| (at as f32 * 0.7).sin()).collect();
        Tensor::from_vec(values, shape, &Device::Cpu).unwrap()
    };
    let text = Encoded { states: wave(&[1, words, 256]), pooled: Some(wave(&[1, 16])) };
    let latents = wave(&[1, 4, 8, 8]);
    let question = Question { latents: &latents, timestep: 500.0, texts: &[&text], size: (64, 64), guidance: 0.0 };
    let model = Flux::load(folder, None).unwrap();
    model.predict(&question, &mut DeepCache::new(Reuse::default()), &Stop::never()).unwrap()
}

/// Against a folder with the same numbers widened. Candle rounds the inputs of a product with blocks to 8 bits.
#[test]
fn blocks_of_four_and_eight_bits_are_cut_between_rows() {
    let (config, tensors) = wide();
    for (kind, linear_kind) in [(GgmlDType::Q4K, LinearKind::Plain), (GgmlDType::Q8_0, LinearKind::Stored)] {
        let mut widened = tensors.clone();
        let temporary = TempDir::new().unwrap();
        let file = temporary.path().join("model.gguf");
        write_gguf(&file, &original(&tensors), kind);
        // Blocks go along rows, so that each part has the blocks that it has in one piece.
        for tensor in widened.values_mut() {
            let divides = tensor.dims().len() == 2 && tensor.dim(1).unwrap().is_multiple_of(kind.block_size());
            if divides {
                *tensor = QTensor::quantize(tensor, kind).unwrap().dequantize(&Device::Cpu).unwrap();
            }
        }
        let (packed, plain) = (folder_of(&config, &tensors), folder_of(&config, &widened));
        let place = Placement { linear_kind, ..Placement::default() };
        let packed = ModelFolder { denoiser: Some(file), ..ModelFolder::new(packed.path()) }.placed(&place);
        let (found, expected) = (ask(&packed, 5), ask(&ModelFolder::new(plain.path()), 5));
        let apart = share(&found, &expected);
        assert!(apart < 3e-2, "{kind:?}: {apart}");
    }
}

fn with_lora(name: &str, file: PathBuf, scale: f64) -> ModelFolder {
    ModelFolder { loras: vec![(file, scale)], ..ModelFolder::new(tiny(name)) }
}

#[test]
fn low_rank_changes_merge_as_diffusers_merges_them() {
    for name in ["lora_diffusers", "lora_original"] {
        let (file, golden) = (own(&format!("{name}.safetensors")), golden(name));
        let scale: f64 = golden.note("scale").parse().unwrap();
        let merged = apart(&with_lora("flux-lite", file.clone(), scale), &golden);
        assert!(merged < 1e-4, "{name}: {merged}");
        // Blocks that are changed are made anew, so that they take no more memory.
        let lite = |loras: Vec<(PathBuf, f64)>| {
            let temporary = TempDir::new().unwrap();
            let path = temporary.path().join("lite.gguf");
            let tensors = candle_core::safetensors::load(own("original.safetensors"), &Device::Cpu).unwrap();
            write_gguf(&path, &tensors.into_iter().collect::<Vec<_>>(), GgmlDType::Q8_0);
            let folder = ModelFolder { loras, ..with_denoiser("flux-lite", path) };
            let model = Flux::load(&folder, None).unwrap();
            (apart(&folder, &golden), model.parts()[2].1.bytes())
        };
        let ((changed, bytes), (_, as_they_are)) = (lite(vec![(file.clone(), scale)]), lite(Vec::new()));
        assert!(changed < 3e-2 && bytes == as_they_are, "{name}: {changed}, {bytes} of {as_they_are} bytes");
        let other = apart(&with_lora("flux-lite", file.clone(), scale / 2.0), &golden);
        assert!(other > 1e-3, "{name}: {other}");
        // The transformer's own names do not matter.
        let folder = ModelFolder { denoiser: Some(own("original.safetensors")), ..with_lora("flux-lite", file, scale) };
        let original = apart(&folder, &golden);
        assert!(original < 1e-4, "{name}: {original}");
    }
}

#[test]
fn low_rank_changes_of_stable_diffusion_3_merge_as_diffusers_merges_them() {
    let golden = golden("lora_sd3");
    let scale: f64 = golden.note("scale").parse().unwrap();
    let folder = ModelFolder {
        loras: vec![(own("lora_sd3.safetensors"), scale)],
        ..ModelFolder::new(fixtures().join("own/sd-3.5"))
    };
    let model = StableDiffusion3::load(&folder, None).unwrap();
    let get = |name: &str| golden.get(&format!("in.{name}"));
    let text = Encoded { states: get("encoder_hidden_states"), pooled: Some(get("pooled_projections")) };
    let question = Question {
        latents: &get("hidden_states"),
        timestep: f64::from(get("timestep").to_vec1::<f32>().unwrap()[0]),
        texts: &[&text],
        size: (64, 64),
        guidance: 0.0,
    };
    let found = model.predict(&question, &mut DeepCache::new(Reuse::default()), &Stop::never()).unwrap();
    Tally::new(1e-4).compare(&found, &golden, "out");
}

/// Files in the naming of diffusers come with an alpha for each pair or without, where it is the rank, 2 here.
#[test]
fn an_alpha_beside_each_pair_counts_in_the_naming_of_diffusers_too() {
    let (golden, temporary) = (golden("lora_diffusers"), TempDir::new().unwrap());
    let mut tensors = candle_core::safetensors::load(own("lora_diffusers.safetensors"), &Device::Cpu).unwrap();
    let modules: Vec<String> =
        tensors.keys().filter_map(|key| key.strip_suffix(".lora_A.weight").map(str::to_owned)).collect();
    let alpha = Tensor::new(1.0_f32, &Device::Cpu).unwrap();
    tensors.extend(modules.into_iter().map(|module| (format!("{module}.alpha"), alpha.clone())));
    let file = temporary.path().join("alpha.safetensors");
    candle_core::safetensors::save(&tensors, &file).unwrap();
    let scale: f64 = golden.note("scale").parse().unwrap();
    let merged = apart(&with_lora("flux-lite", file.clone(), 2.0 * scale), &golden);
    assert!(merged < 1e-4, "{merged}");
    assert!(apart(&with_lora("flux-lite", file, scale), &golden) > 1e-3);
}

#[test]
fn changes_of_another_model_are_refused_by_name() {
    let error = Flux::load(&with_lora("flux-schnell", own("lora_diffusers.safetensors"), 1.0), None).unwrap_err();
    // Its guidance, and the blocks that the other has more of.
    assert!(
        matches!(&error, ModelError::Lora(error) if matches!(**error, LoraError::UnknownModules { .. })),
        "{error}"
    );
    let temporary = TempDir::new().unwrap();
    let file = temporary.path().join("odd.safetensors");
    let mut tensors = candle_core::safetensors::load(own("lora_original.safetensors"), &Device::Cpu).unwrap();
    let key = "lora_unet_double_blocks_0_img_attn_qkv.lora_up.weight";
    tensors.insert(key.to_owned(), Tensor::zeros((90, 2), DType::F32, &Device::Cpu).unwrap());
    candle_core::safetensors::save(&tensors, &file).unwrap();
    let error = Flux::load(&with_lora("flux-lite", file, 1.0), None).unwrap_err();
    let text = format!("{error}: {}", std::error::Error::source(&error).unwrap());
    assert!(text.contains("odd.safetensors") && text.contains("attn_to_q") && text.contains("[30, 2]"), "{text}");
    let twice = temporary.path().join("twice.safetensors");
    let mut tensors = candle_core::safetensors::load(own("lora_original.safetensors"), &Device::Cpu).unwrap();
    tensors.extend(candle_core::safetensors::load(own("lora_diffusers.safetensors"), &Device::Cpu).unwrap());
    candle_core::safetensors::save(&tensors, &twice).unwrap();
    assert!(matches!(Lora::open(&twice, 1.0), Err(LoraError::Twice { .. })));
}
