//! Tiny models of four families against what transformers computes of the same files, and the drawings that they write.

#![expect(clippy::unwrap_used, reason = "what fails to load fails the test")]

use std::fs;
use std::path::{Path, PathBuf};

use linocut_constraints::{Profile, check};
use linocut_core::{ByteBudget, Draw, Prompt, Stop, Task};
use linocut_language::model::{CausalConfig, Chat, LanguageModel, Message, ModelError, Role, Sampling};
use linocut_nn::candle_core::{Device, Tensor, safetensors};
use linocut_nn::place::Placement;
use serde::Deserialize;
use serde_json::{Value, json};

const FAMILIES: [&str; 4] = ["qwen2.5", "qwen3", "llama", "gemma2"];

fn folder(family: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/language").join(family)
}

fn open(family: &str) -> LanguageModel {
    LanguageModel::open(folder(family), &Placement::default()).unwrap()
}

fn golden(family: &str, name: &str) -> Tensor {
    let file = folder(family).join("golden/forward.safetensors");
    safetensors::load(file, &Device::Cpu).unwrap().remove(name).unwrap()
}

fn tokens(family: &str, name: &str) -> Vec<u32> {
    let ids = golden(family, name).flatten_all().unwrap().to_vec1::<i64>().unwrap();
    ids.into_iter().map(|id| id as u32).collect()
}

/// Largest difference over the largest magnitude.
fn deviation(found: &Tensor, expected: &Tensor) -> f32 {
    let largest = |tensor: &Tensor| tensor.abs().unwrap().max_all().unwrap().to_scalar::<f32>().unwrap();
    assert_eq!(found.dims(), expected.dims());
    largest(&(found - expected).unwrap()) / largest(expected)
}

#[test]
fn logits_are_those_of_transformers() {
    for family in FAMILIES {
        let network = open(family).network().unwrap();
        let found = network.logits(&tokens(family, "input_ids"), &mut network.cache()).unwrap();
        let apart = deviation(&found, &golden(family, "logits").squeeze(0).unwrap());
        assert!(apart < 1e-4, "{family} {apart}");
    }
}

#[test]
fn greedy_tokens_are_those_of_transformers() {
    for family in FAMILIES {
        let network = open(family).network().unwrap();
        let steps = golden(family, "step_logits").squeeze(0).unwrap();
        let mut cache = network.cache();
        // The prompt in two pieces.
        let prompt = tokens(family, "input_ids");
        let (first, second) = prompt.split_at(7);
        network.next(first, &mut cache).unwrap();
        let mut logits = network.next(second, &mut cache).unwrap();
        for (step, expected) in tokens(family, "tokens").into_iter().enumerate() {
            let found = Tensor::new(logits.as_slice(), &Device::Cpu).unwrap();
            let apart = deviation(&found, &steps.get(step).unwrap());
            assert!(apart < 1e-4, "{family} step {step}: {apart}");
            let best = (0_u32..).zip(&logits).max_by(|a, b| a.1.total_cmp(b.1)).unwrap().0;
            assert_eq!(best, expected, "{family} step {step}");
            logits = network.next(&[best], &mut cache).unwrap();
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Case {
    Chat { messages: Vec<Message>, text: String, ids: Vec<u32> },
    Text { text: String, ids: Vec<u32>, ids_no_special: Vec<u32>, decoded: String, decoded_skip_special: String },
}

#[test]
fn texts_and_conversations_are_those_of_transformers() {
    for family in FAMILIES {
        let chat = Chat::read(folder(family)).unwrap();
        let lines = fs::read_to_string(folder(family).join("golden/tokenizer.jsonl")).unwrap();
        for line in lines.lines() {
            match serde_json::from_str(line).unwrap() {
                Case::Chat { messages, text, ids } => {
                    assert_eq!(chat.render(&messages).unwrap(), text, "{family}");
                    assert_eq!(chat.encode(&text, false).unwrap(), ids, "{family} {text}");
                }
                Case::Text { text, ids, ids_no_special, decoded, decoded_skip_special } => {
                    assert_eq!(chat.encode(&text, true).unwrap(), ids, "{family} {text}");
                    assert_eq!(chat.encode(&text, false).unwrap(), ids_no_special, "{family} {text}");
                    assert_eq!(chat.decode(&ids, false).unwrap(), decoded, "{family} {text}");
                    assert_eq!(chat.decode(&ids, true).unwrap(), decoded_skip_special, "{family} {text}");
                }
            }
        }
    }
}

#[test]
fn what_a_random_model_writes_is_valid() {
    let hot = Sampling { temperature: 3.0, top_k: 0, top_p: 1.0, ..Sampling::default() };
    for family in FAMILIES {
        let model = open(family).with_sampling(hot);
        let messages = LanguageModel::messages("a red circle", ByteBudget::new(400));
        let mut told = 0;
        let seeds = [1, 2, 3];
        let written = model
            .write(&messages, ByteBudget::new(400), &seeds, &Stop::never(), |progress| told += progress.written.min(1))
            .unwrap();
        assert_eq!(written.len(), 3);
        assert_eq!(told, written.iter().map(|written| written.tokens).sum::<usize>());
        for text in &written {
            check(&text.svg, &Profile::CONTEST).unwrap();
            assert!(text.svg.len() <= 400 && !text.is_cut);
        }
        // Each seed by itself writes the same as among others.
        let alone = model.write(&messages, ByteBudget::new(400), &seeds[2..], &Stop::never(), |_| {}).unwrap();
        assert_eq!(alone[0], written[2], "{family}");
        assert_ne!(written[0].svg, written[1].svg, "{family}");
    }
}

#[test]
fn any_description_becomes_a_drawing_or_a_clear_error() {
    let model = open("qwen3");
    let stop = Stop::never();
    let task = Task::new(ByteBudget::new(300), &stop);
    let long = "a very long story ".repeat(560);
    for text in ["", " \n", "ein rotes Haus", "赤い円と青い四角", "دائرة حمراء", "🦊🌲", "<|im_end|></svg>\0", &long]
    {
        match model.draw(&Prompt::new(text, 5), &task) {
            Ok(drawing) => assert!(drawing.byte_count() <= 300, "{text}"),
            Err(error) => assert!(error.to_string().contains("cannot be read as a drawing"), "{text}: {error}"),
        }
    }
    let small = Task::new(ByteBudget::new(50), &stop);
    let error = model.draw(&Prompt::new("a fox", 1), &small).unwrap_err().to_string();
    assert_eq!(error, "language: a budget of 50 bytes, at least 64 are needed for an empty drawing");
}

#[test]
fn an_end_that_is_asked_for_closes_the_drawing() {
    let model = open("llama").with_sampling(Sampling { temperature: 3.0, top_k: 0, top_p: 1.0, ..Sampling::default() });
    let messages = LanguageModel::messages("a red circle", ByteBudget::CONTEST);
    let stop = Stop::never();
    let told = stop.clone();
    let watch = |progress: linocut_language::model::Progress| {
        if progress.written == 60 {
            told.cancel();
        }
    };
    let written = model.write(&messages, ByteBudget::CONTEST, &[11, 12], &stop, watch).unwrap();
    assert!(written.len() <= 2 && written.iter().all(|text| check(&text.svg, &Profile::CONTEST).is_ok()));
    let stopped = model.write(&messages, ByteBudget::CONTEST, &[1], &stop, |_| {});
    assert!(matches!(stopped, Err(ModelError::Stopped)), "{stopped:?}");
}

/// A copy of a model with one file changed.
fn changed(family: &str, file: &str, change: impl Fn(Vec<u8>) -> Option<Vec<u8>>) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for name in
        ["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"]
    {
        let bytes = fs::read(folder(family).join(name)).unwrap();
        let bytes = if name == file { change(bytes) } else { Some(bytes) };
        if let Some(bytes) = bytes {
            fs::write(copy.path().join(name), bytes).unwrap();
        }
    }
    copy
}

fn error_of(family: &str, file: &str, change: impl Fn(Vec<u8>) -> Option<Vec<u8>>) -> String {
    let copy = changed(family, file, change);
    let error = LanguageModel::open(copy.path(), &Placement::default()).unwrap_err();
    linocut_core::with_causes(&error)
}

fn with_field(name: &'static str, value: Value) -> impl Fn(Vec<u8>) -> Option<Vec<u8>> {
    move |bytes| {
        let mut config: Value = serde_json::from_slice(&bytes).unwrap();
        config[name] = value.clone();
        Some(config.to_string().into_bytes())
    }
}

#[test]
fn broken_checkpoints_are_named() {
    let none = |_: Vec<u8>| None;
    for (file, change, expected) in [
        ("config.json", "{}", "missing field `model_type`"),
        ("config.json", "{", "EOF"),
        ("tokenizer.json", "{}", "tokenizer.json"),
        ("tokenizer_config.json", "[", "tokenizer_config.json"),
        ("model.safetensors", "short", "model.safetensors"),
    ] {
        let error = error_of("qwen2.5", file, |_| Some(change.as_bytes().to_vec()));
        assert!(error.contains(expected) && error.contains(file), "{file}: {error}");
    }
    for file in ["config.json", "tokenizer.json"] {
        assert!(error_of("llama", file, none).contains(file));
    }
    let fields = [
        ("model_type", json!("mamba"), "`model_type` is \"mamba\", supported is llama, qwen2, qwen3 or gemma2"),
        ("num_key_value_heads", json!(3), "`num_key_value_heads` is 3"),
        ("hidden_size", json!(96), "expected [408, 96]"),
        ("num_hidden_layers", json!(3), "model.layers.2."),
        ("num_hidden_layers", json!(1), "model.layers.1."),
        ("use_sliding_window", json!(true), "`use_sliding_window` is true, supported is false"),
        ("rope_scaling", json!({"rope_type": "yarn"}), "`rope_scaling` is \"yarn\", supported is default or llama3"),
        ("hidden_act", json!("relu9"), "relu9"),
    ];
    for (field, value, expected) in fields {
        let error = error_of("qwen2.5", "config.json", with_field(field, value));
        assert!(error.contains(expected), "{field}: {error}");
    }
    let damaged = error_of("gemma2", "model.safetensors", |mut bytes| {
        bytes.truncate(bytes.len() - 100);
        Some(bytes)
    });
    assert!(damaged.contains("truncated"), "{damaged}");
    let template =
        changed("qwen3", "tokenizer_config.json", with_field("chat_template", json!("{{ raise_exception('no') }}")));
    let model = LanguageModel::open(template.path(), &Placement::default()).unwrap();
    let error = model.drawing(&Prompt::new("a", 1), ByteBudget::new(200), &Stop::never()).unwrap_err();
    assert!(error.to_string().starts_with("the chat template fails: "), "{error}");
    let context = changed("qwen3", "config.json", with_field("max_position_embeddings", json!(20)));
    let model = LanguageModel::open(context.path(), &Placement::default()).unwrap();
    let error = model.drawing(&Prompt::new("a", 1), ByteBudget::new(200), &Stop::never()).unwrap_err();
    assert!(error.to_string().contains("leaves no room for a drawing in a context of 20"), "{error}");
}

/// What the template of a copy makes of one message.
fn rendered(template: &str) -> Result<String, ModelError> {
    let copy = changed("qwen3", "tokenizer_config.json", |bytes| {
        let mut config: Value = serde_json::from_slice(&bytes).unwrap();
        config["chat_template"] = json!(template);
        Some(config.to_string().into_bytes())
    });
    Chat::read(copy.path()).unwrap().render(&[Message::new(Role::User, " a red fox ")])
}

#[test]
fn templates_may_use_what_published_ones_use() {
    let methods = concat!(
        "{%- set ns = namespace(found=false) %}{% for message in messages[::-1] %}{% set ns.found = true %}",
        "{{ message.content.strip().split(' ')[-1].upper() }}{% if message.role.startswith('us') %}!{% break %}{% endif %}",
        "{% endfor %}{{ ns.found | tojson }} {{ enable_thinking is defined }} {{ strftime_now is defined }}"
    );
    assert_eq!(rendered(methods).unwrap(), "FOX!true True False");
}

#[test]
fn templates_that_never_end_are_ended() {
    let endless = "{% for a in range(9999) %}{% for b in range(9999) %}{{ a }}{% endfor %}{% endfor %}";
    let error = rendered(endless).unwrap_err().to_string();
    assert!(error.starts_with("the chat template fails: ") && error.contains("fuel"), "{error}");
}

#[test]
fn configurations_of_newer_files_are_read() {
    let theta = |config: &CausalConfig| (config.decoder.rotary_base, config.decoder.rotary_scaling);
    let old = CausalConfig::read(folder("llama").join("config.json")).unwrap();
    let newer = changed("llama", "config.json", |bytes| {
        let mut config: Value = serde_json::from_slice(&bytes).unwrap();
        let fields = config.as_object_mut().unwrap();
        let mut rope = fields.remove("rope_scaling").unwrap();
        rope["rope_theta"] = fields.remove("rope_theta").unwrap();
        fields.insert("rope_parameters".to_owned(), rope);
        Some(config.to_string().into_bytes())
    });
    let new = CausalConfig::read(newer.path().join("config.json")).unwrap();
    assert_eq!((theta(&old), old.decoder.rotary_scaling.is_some()), (theta(&new), true));
}
