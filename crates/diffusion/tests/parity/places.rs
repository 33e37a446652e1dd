//! Where parts live and for how long, and what is done once for many pictures.

use linocut_core::{Generate, Prompt, Stop};
use linocut_diffusion::denoise::{DenoiseOptions, Diffusion, Stage, TextToPicture};
use linocut_diffusion::entry::Entry;
use linocut_diffusion::family::families;
use linocut_diffusion::sampler::{Sampler, Spacing};
use linocut_diffusion::sdxl::Sdxl;
use linocut_diffusion::{ModelError, ModelFolder};
use linocut_nn::LinearKind;
use linocut_nn::place::{Placement, Residency};

use crate::fixtures;
use crate::pipeline::{folder, small};

/// A tiny model of each family that is denoised.
const MODELS: [(&str, &str); 8] = [
    ("SDXL", "tiny/sdxl"),
    ("Stable Diffusion", "own/sd-1.5"),
    ("Stable Diffusion 3", "own/sd-3.5"),
    ("Z-Image", "own/z-image"),
    ("FLUX.1", "tiny/flux-schnell"),
    ("SANA", "tiny/sana"),
    ("SANA-Sprint", "tiny/sana-sprint"),
    ("CogView4", "tiny/cogview4"),
];

fn open(name: &str, change: impl FnOnce(ModelFolder) -> ModelFolder) -> Diffusion {
    let (_, path) = MODELS.iter().find(|(family, _)| *family == name).unwrap();
    let family = families().iter().find(|family| family.name == name).unwrap();
    let folder = change(ModelFolder::new(fixtures().join(path)));
    family.open(&folder, None, DenoiseOptions { guidance: 3.0, ..small() }).unwrap()
}

fn loaded(model: &Diffusion) -> Vec<&'static str> {
    model.model.parts().iter().filter(|(_, part)| part.is_loaded()).map(|(_, part)| part.name()).collect()
}

#[test]
fn every_family_reads_its_parts_when_they_are_first_used() {
    let denoised = families().iter().filter(|family| family.class.ends_with("Pipeline"));
    assert_eq!(denoised.count(), MODELS.len());
    for (name, _) in MODELS {
        let model = open(name, |folder| folder);
        assert_eq!(loaded(&model), Vec::<&str>::new(), "{name}");
        model.condition("a cat", "").unwrap();
        let texts = model.model.parts().iter().filter(|(stage, _)| *stage == Stage::Text).count();
        assert!(texts > 0 && loaded(&model).len() == texts, "{name}");
        model.generate(&Prompt::new("a cat", 1), &Stop::never()).unwrap();
        assert_eq!(loaded(&model).len(), model.model.parts().len(), "{name}");
    }
}

#[test]
fn parts_that_leave_draw_the_same_pictures_and_are_gone() {
    for (name, _) in MODELS {
        let staying = open(name, |folder| folder);
        let leaving = open(name, |folder| {
            let places = folder.places.with_residency(Residency::Leave);
            ModelFolder { places, ..folder }
        });
        let prompts = [Prompt::new("a cat", 1), Prompt::new("a dog", 2), Prompt::new("a cat", 3)];
        let all = |model: &Diffusion| -> Vec<_> {
            model.generate_batch(&prompts, &Stop::never()).into_iter().map(Result::unwrap).collect()
        };
        assert!(all(&staying) == all(&leaving), "{name}");
        assert_eq!(loaded(&leaving), Vec::<&str>::new(), "{name}");
        assert_eq!((staying.batch(), leaving.batch()), (1, usize::MAX));
    }
}

/// Rounding differs with the number of rows that are multiplied together.
#[test]
fn a_batch_draws_what_each_would_alone_but_for_rounding() {
    for (name, _) in MODELS {
        let mut model = open(name, |folder| folder);
        let prompts: Vec<Prompt> = (1..4).map(|seed| Prompt::new("a cat", seed)).collect();
        let alone: Vec<_> = prompts.iter().map(|prompt| model.generate(prompt, &Stop::never()).unwrap()).collect();
        model.options.batch = 3;
        for (picture, alone) in model.generate_batch(&prompts, &Stop::never()).into_iter().zip(alone) {
            let picture = picture.unwrap();
            let apart = picture.iter().zip(alone.iter()).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
            assert!(apart <= 1, "{name} {apart}");
        }
    }
}

#[test]
fn a_description_is_encoded_once_for_all_its_seeds() {
    let places = ModelFolder::new(folder("sdxl")).places.with_residency(Residency::Leave);
    let source = ModelFolder { places, ..ModelFolder::new(folder("sdxl")) };
    let model = Diffusion::new(Sdxl::load(&source, None).unwrap(), small());
    let draw = |text: &str, seed| {
        model.generate(&Prompt::new(text, seed), &Stop::never()).unwrap();
        model.model.prompts()[0].encoder.loads()
    };
    assert_eq!([1, 2, 3].map(|seed| draw("a cat", seed)), [1; 3]);
    assert_eq!((draw("a dog", 1), draw("a cat", 4)), (2, 2));
}

#[test]
fn a_model_is_kept_so_that_it_fits_and_refused_where_it_cannot() {
    let family = families()[3];
    let place = Placement { linear_kind: LinearKind::Plain, ..Placement::default() };
    let folder = ModelFolder::new(fixtures().join("own/z-image")).placed(&place);
    let options = DenoiseOptions { guidance: 0.0, ..small() };
    let within = |limit| family.open_within(&folder, None, &options, limit);
    let (_, roomy) = within(u64::MAX).unwrap();
    assert!(roomy.parts.iter().all(|part| part.residency == Residency::Stay));
    let (leaving, tighter) = within(roomy.peak() - 1).unwrap();
    assert!(tighter.peak() < roomy.peak() && tighter.parts[0].residency == Residency::Leave);
    leaving.generate(&Prompt::new("a cat", 1), &Stop::never()).unwrap();
    let (few_bits, least) = within(tighter.peak() - 1).unwrap();
    assert!(least.weights() < tighter.weights());
    few_bits.generate(&Prompt::new("a cat", 1), &Stop::never()).unwrap();
    let error = within(1).unwrap_err();
    assert!(matches!(error, ModelError::Fit(_)) && error.to_string().contains("at the least"), "{error}");
}

fn copy_of(name: &str) -> tempfile::TempDir {
    let copy = tempfile::TempDir::new().unwrap();
    for entry in crate::further::walk(&fixtures().join(name)) {
        let to = copy.path().join(entry.strip_prefix(fixtures().join(name)).unwrap());
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(&entry, to).unwrap();
    }
    copy
}

const SCHEDULER: &str = "scheduler/scheduler_config.json";

#[test]
fn a_scheduler_that_is_not_known_matters_only_where_none_is_given() {
    for (name, path) in MODELS {
        let copy = copy_of(path);
        std::fs::write(copy.path().join(SCHEDULER), r#"{"_class_name": "UniPCMultistepScheduler"}"#).unwrap();
        let family = families().iter().find(|family| family.name == name).unwrap();
        let folder = ModelFolder::new(copy.path());
        let error = family.open(&folder, None, small()).unwrap_err().to_string();
        assert!(error.contains("UniPC"), "{name}: {error}");
        assert!(family.open(&folder, Some(Sampler::euler(Spacing::Trailing)), small()).is_ok(), "{name}");
    }
}

#[test]
fn other_weights_under_a_model_s_name_are_refused_if_they_predict_something_else() {
    let copy = copy_of("own/sd-1.5");
    let folder = ModelFolder::new(copy.path());
    let entry = Entry::named("sd-1.5").unwrap();
    assert!(entry.check_prediction(&folder).is_ok());
    let text = std::fs::read_to_string(copy.path().join(SCHEDULER)).unwrap();
    std::fs::write(copy.path().join(SCHEDULER), text.replace("\"epsilon\"", "\"v_prediction\"")).unwrap();
    let error = entry.open(&folder).unwrap_err().to_string();
    assert!(error.contains("predicts v_prediction, that of sd-1.5 predicts epsilon"), "{error}");
}

/// The tensors of a text encoder under the names of GGUF files, which tools of ggml write: here by rules that read the published names anew.
fn gguf_name(name: &str) -> String {
    let parts: Vec<&str> = name.split('.').collect();
    let renamed = match parts[usize::from(parts[0] == "model")..] {
        ["shared" | "embed_tokens", _] => "token_embd".to_owned(),
        ["encoder", "final_layer_norm", _] => "enc.output_norm".to_owned(),
        ["norm", _] => "output_norm".to_owned(),
        ["encoder", "block", at, "layer", layer, ref rest @ .., _] => {
            let part = match (layer, rest) {
                ("0", ["SelfAttention", "relative_attention_bias"]) => "attn_rel_b".to_owned(),
                ("0", ["SelfAttention", part]) => format!("attn_{part}"),
                ("0", _) => "attn_norm".to_owned(),
                (_, ["DenseReluDense", "wi_0"]) => "ffn_gate".to_owned(),
                (_, ["DenseReluDense", "wi_1"]) => "ffn_up".to_owned(),
                (_, ["DenseReluDense", _]) => "ffn_down".to_owned(),
                _ => "ffn_norm".to_owned(),
            };
            format!("enc.blk.{at}.{part}")
        }
        ["layers", at, ref rest @ .., _] => {
            let part = match rest {
                ["self_attn", "o_proj"] => "attn_output".to_owned(),
                ["self_attn", part] => format!("attn_{}", part.replace("_proj", "")),
                ["mlp", "gate_up_proj"] => "ffn_up".to_owned(),
                ["mlp", part] => format!("ffn_{}", part.replace("_proj", "")),
                ["input_layernorm"] => "attn_norm".to_owned(),
                _ => "ffn_norm".to_owned(),
            };
            format!("blk.{at}.{part}")
        }
        _ => panic!("{name}"),
    };
    format!("{renamed}.{}", parts[parts.len() - 1])
}

#[test]
fn text_encoders_are_read_from_gguf_files() {
    use candle_core::quantized::{GgmlDType, QTensor, gguf_file};

    for (name, part) in
        [("Stable Diffusion 3", "text_encoder_3"), ("Z-Image", "text_encoder"), ("CogView4", "text_encoder")]
    {
        let (_, path) = MODELS.iter().find(|(family, _)| *family == name).unwrap();
        let file = fixtures().join(path).join(part).join("model.safetensors");
        let tensors = candle_core::safetensors::load(file, &candle_core::Device::Cpu).unwrap();
        let named = |(name, tensor): (&String, &candle_core::Tensor)| {
            let wide = tensor.to_dtype(candle_core::DType::F32).unwrap();
            (gguf_name(name), QTensor::quantize(&wide, GgmlDType::F32).unwrap())
        };
        let named: Vec<(String, QTensor)> = tensors.iter().map(named).collect();
        let listed: Vec<(&str, &QTensor)> = named.iter().map(|(name, tensor)| (name.as_str(), tensor)).collect();
        let folder = tempfile::TempDir::new().unwrap();
        let gguf = folder.path().join("encoder.gguf");
        gguf_file::write(&mut std::fs::File::create(&gguf).unwrap(), &[], &listed).unwrap();
        let own = open(name, |folder| folder);
        let other = open(name, |folder| ModelFolder { text_encoder: Some(gguf), ..folder });
        let states = |model: &Diffusion| crate::bits::bits(&model.condition("a cat", "").unwrap().prompt.states);
        assert!(states(&own) == states(&other), "{name}");
    }
}
