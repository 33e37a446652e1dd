//! Tiny models written as GGUF files, as llama.cpp's converter lays them out, against the folders that they are of.

#![expect(clippy::unwrap_used, reason = "what fails to load fails the test")]

use std::collections::HashMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use linocut_constraints::{Profile, check};
use linocut_core::{ByteBudget, Stop};
use linocut_language::model::{LanguageModel, Message};
use linocut_nn::LinearKind;
use linocut_nn::candle_core::quantized::gguf_file::{self, Value};
use linocut_nn::candle_core::quantized::{GgmlDType, QTensor};
use linocut_nn::candle_core::{DType, Device, Tensor, safetensors};
use linocut_nn::place::Placement;
use serde::Deserialize;
use serde_json::Value as Json;

const FAMILIES: [&str; 4] = ["qwen2.5", "qwen3", "llama", "gemma2"];

fn folder(family: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/language").join(family)
}

fn json(family: &str, file: &str) -> Json {
    serde_json::from_slice(&fs::read(folder(family).join(file)).unwrap()).unwrap()
}

type Metadata = Vec<(String, Value)>;
type Tensors = Vec<(String, Tensor)>;

fn text(text: impl Into<String>) -> Value {
    Value::String(text.into())
}

fn texts(texts: impl IntoIterator<Item = String>) -> Value {
    Value::Array(texts.into_iter().map(Value::String).collect())
}

/// The layers and the vocabulary of a folder, under the keys of GGUF files.
fn metadata(family: &str) -> Metadata {
    let config = json(family, "config.json");
    let architecture = config["model_type"].as_str().unwrap().to_owned();
    let mut all = vec![("general.architecture".to_owned(), text(architecture.as_str()))];
    let mut put = |key: &str, value: Value| all.push((format!("{architecture}.{key}"), value));
    for (key, field) in [
        ("context_length", "max_position_embeddings"),
        ("embedding_length", "hidden_size"),
        ("block_count", "num_hidden_layers"),
        ("feed_forward_length", "intermediate_size"),
        ("attention.head_count", "num_attention_heads"),
        ("attention.head_count_kv", "num_key_value_heads"),
        ("attention.key_length", "head_dim"),
    ] {
        if let Some(number) = config[field].as_u64() {
            put(key, Value::U32(number as u32));
        }
    }
    for (key, field) in [
        ("attention.layer_norm_rms_epsilon", "rms_norm_eps"),
        ("rope.freq_base", "rope_theta"),
        ("attn_logit_softcapping", "attn_logit_softcapping"),
        ("final_logit_softcapping", "final_logit_softcapping"),
    ] {
        if let Some(number) = config[field].as_f64() {
            put(key, Value::F32(number as f32));
        }
    }
    if architecture == "gemma2" {
        put("attention.sliding_window", Value::U32(config["sliding_window"].as_u64().unwrap() as u32));
        put("attention.scale", Value::F32(1.0 / (config["query_pre_attn_scalar"].as_f64().unwrap() as f32).sqrt()));
    }
    all.extend(vocabulary(family, config["vocab_size"].as_u64().unwrap() as usize));
    all
}

fn vocabulary(family: &str, size: usize) -> Metadata {
    let (tokenizer, beside) = (json(family, "tokenizer.json"), json(family, "tokenizer_config.json"));
    let mut tokens: Vec<String> = (0..size).map(|id| format!("[PAD{id}]")).collect();
    let mut kinds = vec![Value::I32(5); size];
    for (token, id) in tokenizer["model"]["vocab"].as_object().unwrap() {
        let id = id.as_u64().unwrap() as usize;
        tokens[id].clone_from(token);
        let is_byte = token.len() == 6 && token.starts_with("<0x");
        kinds[id] = Value::I32(if is_byte { 6 } else { 1 });
    }
    for added in tokenizer["added_tokens"].as_array().unwrap() {
        let id = added["id"].as_u64().unwrap() as usize;
        added["content"].as_str().unwrap().clone_into(&mut tokens[id]);
        kinds[id] = Value::I32(if added["special"].as_bool().unwrap() { 3 } else { 4 });
    }
    let id = |name: &str| beside[name].as_str().and_then(|token| tokens.iter().position(|other| other == token));
    let mut all: Metadata = vec![("tokenizer.ggml.token_type".to_owned(), Value::Array(kinds))];
    let mut put = |key: &str, value: Value| all.push((format!("tokenizer.{key}"), value));
    for (key, name) in [("bos", "bos_token"), ("eos", "eos_token"), ("unknown", "unk_token")] {
        if let Some(id) = id(name) {
            put(&format!("ggml.{key}_token_id"), Value::U32(id as u32));
        }
    }
    put("chat_template", text(beside["chat_template"].as_str().unwrap()));
    let merges = tokenizer["model"]["merges"].as_array().unwrap();
    let merges: Vec<(&str, &str)> = merges
        .iter()
        .map(|merge| match merge {
            Json::String(merge) => merge.split_once(' ').unwrap(),
            pair => (pair[0].as_str().unwrap(), pair[1].as_str().unwrap()),
        })
        .collect();
    if family == "gemma2" {
        // The earlier a piece is merged, the higher its score.
        let ranks: HashMap<String, usize> =
            merges.iter().enumerate().rev().map(|(rank, (left, right))| (format!("{left}{right}"), rank)).collect();
        let score = |token: &String| ranks.get(token).map_or(-1e4, |rank| -(*rank as f32));
        put("ggml.model", text("llama"));
        put("ggml.scores", Value::Array(tokens.iter().map(|token| Value::F32(score(token))).collect()));
        put("ggml.add_space_prefix", Value::Bool(false));
    } else {
        put("ggml.model", text("gpt2"));
        put("ggml.pre", text(if family == "llama" { "llama-bpe" } else { "qwen2" }));
        put("ggml.merges", texts(merges.iter().map(|(left, right)| format!("{left} {right}"))));
        put("ggml.add_bos_token", Value::Bool(family == "llama"));
    }
    put("ggml.tokens", texts(tokens));
    all
}

/// Names of tensors in a file.
fn named(family: &str, name: &str) -> String {
    let norms: &[(&str, &str)] = match family {
        "gemma2" => &[
            ("post_attention_layernorm", "post_attention_norm"),
            ("pre_feedforward_layernorm", "ffn_norm"),
            ("post_feedforward_layernorm", "post_ffw_norm"),
        ],
        _ => &[("post_attention_layernorm", "ffn_norm")],
    };
    let others = [
        ("model.layers", "blk"),
        ("model.embed_tokens", "token_embd"),
        ("model.norm", "output_norm"),
        ("lm_head", "output"),
        ("self_attn.q_proj", "attn_q"),
        ("self_attn.k_proj", "attn_k"),
        ("self_attn.v_proj", "attn_v"),
        ("self_attn.o_proj", "attn_output"),
        ("self_attn.q_norm", "attn_q_norm"),
        ("self_attn.k_norm", "attn_k_norm"),
        ("input_layernorm", "attn_norm"),
        ("mlp.gate_proj", "ffn_gate"),
        ("mlp.up_proj", "ffn_up"),
        ("mlp.down_proj", "ffn_down"),
    ];
    norms.iter().chain(&others).fold(name.to_owned(), |name, (from, to)| name.replace(from, to))
}

/// The tensors of a folder as llama.cpp's converter writes them.
fn tensors(family: &str) -> Tensors {
    let config = json(family, "config.json");
    let (heads, groups) =
        (config["num_attention_heads"].as_u64().unwrap(), config["num_key_value_heads"].as_u64().unwrap());
    let stored = safetensors::load(folder(family).join("model.safetensors"), &Device::Cpu).unwrap();
    let mut all: Tensors = stored
        .into_iter()
        .map(|(name, tensor)| {
            let tensor = match family {
                "gemma2" if name.ends_with("norm.weight") => (tensor + 1.0).unwrap(),
                // Both halves of a head's rows become neighbours.
                "llama" if name.contains("q_proj") => permuted(&tensor, heads as usize),
                "llama" if name.contains("k_proj") => permuted(&tensor, groups as usize),
                _ => tensor,
            };
            (named(family, &name), tensor)
        })
        .collect();
    if family == "llama" {
        all.push(("rope_freqs.weight".to_owned(), factors(&config)));
    }
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

fn permuted(weight: &Tensor, heads: usize) -> Tensor {
    let (rows, columns) = weight.dims2().unwrap();
    let halves = weight.reshape((heads, 2, rows / heads / 2, columns)).unwrap();
    halves.transpose(1, 2).unwrap().contiguous().unwrap().reshape((rows, columns)).unwrap()
}

/// What angles are divided by, for Llama's longer contexts.
fn factors(config: &Json) -> Tensor {
    let number = |field: &str| config["rope_scaling"][field].as_f64().unwrap();
    let (factor, low, high) = (number("factor"), number("low_freq_factor"), number("high_freq_factor"));
    let (length, base) = (number("original_max_position_embeddings"), config["rope_theta"].as_f64().unwrap());
    let head = config["head_dim"].as_u64().unwrap();
    let of = |pair: u64| {
        let wave = 2.0 * std::f64::consts::PI * base.powf(2.0 * pair as f64 / head as f64);
        if wave < length / high {
            1.0
        } else if wave > length / low {
            factor
        } else {
            let smooth = (length / wave - low) / (high - low);
            1.0 / ((1.0 - smooth) / factor + smooth)
        }
    };
    let factors: Vec<f32> = (0..head / 2).map(|pair| of(pair) as f32).collect();
    Tensor::new(factors, &Device::Cpu).unwrap()
}

fn write(file: &Path, metadata: &Metadata, tensors: &Tensors, kind: GgmlDType) {
    let packed: Vec<(&str, QTensor)> = tensors
        .iter()
        .map(|(name, tensor)| {
            let is_matrix = tensor.rank() == 2 && tensor.dim(1).unwrap().is_multiple_of(kind.block_size());
            let kind = if is_matrix { kind } else { GgmlDType::F32 };
            (name.as_str(), QTensor::quantize(&tensor.to_dtype(DType::F32).unwrap(), kind).unwrap())
        })
        .collect();
    let metadata: Vec<(&str, &Value)> = metadata.iter().map(|(key, value)| (key.as_str(), value)).collect();
    let packed: Vec<(&str, &QTensor)> = packed.iter().map(|(name, tensor)| (*name, tensor)).collect();
    gguf_file::write(&mut File::create(file).unwrap(), &metadata, &packed).unwrap();
}

/// A family's file.
fn written(family: &str, kind: GgmlDType) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("model.gguf");
    write(&file, &metadata(family), &tensors(family), kind);
    (folder, file)
}

fn open(file: &Path, place: &Placement) -> LanguageModel {
    LanguageModel::open(file, place).unwrap_or_else(|error| panic!("{}", linocut_core::with_causes(&error)))
}

fn deviation(found: &Tensor, expected: &Tensor) -> f32 {
    let largest = |tensor: &Tensor| tensor.abs().unwrap().max_all().unwrap().to_scalar::<f32>().unwrap();
    assert_eq!(found.dims(), expected.dims());
    largest(&(found - expected).unwrap()) / largest(expected)
}

fn logits(model: &LanguageModel, ids: &[u32]) -> Tensor {
    let network = model.network().unwrap();
    network.logits(ids, &mut network.cache()).unwrap()
}

#[test]
fn a_file_gives_the_logits_of_its_folder() {
    let half = Placement::default().with_dtype(DType::F16);
    for family in FAMILIES {
        let ids: Vec<u32> = (0..40).map(|at| (at * 37 + 5) % 340).collect();
        let wide = logits(&open(&folder(family), &Placement::default()), &ids);
        // Llama's order within a head is another, so that sums round otherwise.
        let (_keep, file) = written(family, GgmlDType::F32);
        let found = logits(&open(&file, &Placement::default()), &ids);
        let most = if family == "llama" { 5e-6 } else { 2e-6 };
        assert!(deviation(&found, &wide) < most, "{family} {}", deviation(&found, &wide));
        let (_keep, file) = written(family, GgmlDType::F16);
        let found = logits(&open(&file, &half), &ids);
        let expected = logits(&open(&folder(family), &half), &ids);
        assert!(deviation(&found, &expected) < 1e-3, "{family} {}", deviation(&found, &expected));
        let (_keep, file) = written(family, GgmlDType::Q8_0);
        let model = open(&file, &Placement::default());
        let found = logits(&model, &ids);
        let apart = deviation(&found, &wide);
        assert!(apart < 0.1 && apart > 0.0, "{family} {apart}");
        // The same as packing the folder's weights when they are read.
        if family != "llama" {
            let packed = Placement { linear_kind: LinearKind::Q8_0, ..Placement::default() };
            let near = deviation(&found, &logits(&open(&folder(family), &packed), &ids));
            assert!(near < apart.max(0.02), "{family} {near} {apart}");
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
        let (_keep, file) = written(family, GgmlDType::F32);
        let model = open(&file, &Placement::default());
        let chat = model.chat();
        for line in fs::read_to_string(folder(family).join("golden/tokenizer.jsonl")).unwrap().lines() {
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
fn a_file_draws() {
    for family in FAMILIES {
        let (_keep, file) = written(family, GgmlDType::Q8_0);
        let model = open(&file, &Placement::default());
        let stop = Stop::never();
        let budget = ByteBudget::new(200);
        let written = model.write(&LanguageModel::messages("a circle", budget), budget, &[3], &stop, |_| {}).unwrap();
        check(&written[0].svg, &Profile::CONTEST).unwrap();
        assert!(written[0].svg.len() <= 200);
    }
}

fn error_of(metadata: &Metadata, tensors: &Tensors, change: impl Fn(&mut Vec<u8>)) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("model.gguf");
    write(&file, metadata, tensors, GgmlDType::F32);
    let mut bytes = fs::read(&file).unwrap();
    change(&mut bytes);
    fs::write(&file, bytes).unwrap();
    let opened = LanguageModel::open(&file, &Placement::default());
    let error = linocut_core::with_causes(&opened.and_then(|model| model.network().map(|_| ())).unwrap_err());
    assert!(error.contains("model.gguf"), "{error}");
    error
}

#[test]
fn broken_files_are_named() {
    let (own, tensors) = (metadata("qwen2.5"), tensors("qwen2.5"));
    let same = |_: &mut Vec<u8>| {};
    assert!(error_of(&own, &tensors, |bytes| bytes[0] = b'X').contains("not a valid GGUF file"));
    assert!(error_of(&own, &tensors, |bytes| bytes.truncate(bytes.len() - 2_000)).contains("truncated"));
    assert!(error_of(&own, &tensors, |bytes| bytes.truncate(3_000)).contains("not a valid GGUF file"));
    assert!(error_of(&own, &tensors, Vec::clear).contains("not a valid GGUF file"));
    let without = |key: &str| -> Metadata { own.iter().filter(|(other, _)| other != key).cloned().collect() };
    for key in [
        "general.architecture",
        "qwen2.block_count",
        "qwen2.attention.layer_norm_rms_epsilon",
        "tokenizer.ggml.model",
        "tokenizer.ggml.tokens",
        "tokenizer.ggml.merges",
    ] {
        let error = error_of(&without(key), &tensors, same);
        assert!(error.contains(&format!("`{key}` is missing")), "{error}");
    }
    let with = |key: &str, value: Value| -> Metadata {
        let mut all = without(key);
        all.push((key.to_owned(), value));
        all
    };
    for (key, value, expected) in [
        (
            "general.architecture",
            text("mamba"),
            "`general.architecture` is \"mamba\", supported is llama, qwen2, qwen3 or gemma2",
        ),
        ("qwen2.block_count", text("two"), "`qwen2.block_count` is of type string, expected a whole number"),
        ("qwen2.block_count", Value::U32(3), "blk.2."),
        ("qwen2.block_count", Value::U32(1), "blk.1."),
        ("qwen2.embedding_length", Value::U32(96), "expected [408, 96]"),
        ("qwen2.attention.head_count_kv", Value::U32(3), "`num_key_value_heads` is 3"),
        ("qwen2.expert_count", Value::U32(8), "`expert_count` is 8"),
        ("qwen2.rope.scaling.type", text("yarn"), "`rope.scaling.type` is \"yarn\""),
        ("tokenizer.ggml.model", text("t5"), "`tokenizer.ggml.model` is \"t5\", supported is gpt2 or llama"),
        ("tokenizer.ggml.pre", text("tekken"), "`tokenizer.ggml.pre` is \"tekken\""),
        ("tokenizer.ggml.merges", texts(["zzz qqq".to_owned()]), "model.gguf: "),
        ("tokenizer.ggml.eos_token_id", Value::U32(9_999), "`tokenizer.ggml.eos_token_id` is 9999, expected below 408"),
        ("tokenizer.ggml.tokens", texts(["a".to_owned(), "a".to_owned()]), "1 of 2 tokens are there twice"),
    ] {
        let error = error_of(&with(key, value), &tensors, same);
        assert!(error.contains(expected), "{key}: {error}");
    }
    let mut renamed = tensors.clone();
    renamed[0].0.push('x');
    assert!(error_of(&own, &renamed, same).contains("blk.0."));
    let mut bad = tensors;
    let at = bad.iter().position(|(name, _)| name.contains("ffn_down")).unwrap();
    let nan = Tensor::full(f32::NAN, bad[at].1.dims(), &Device::Cpu).unwrap();
    bad[at].1 = nan;
    assert!(error_of(&own, &bad, same).contains("is NaN"));
}
