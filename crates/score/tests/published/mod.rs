//! Folders laid out as the published ones, with tiny random networks.

#![allow(dead_code, reason = "each file of tests uses some of it")]

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use candle_core::{Device, Tensor, safetensors};
use tempfile::TempDir;

/// A folder of the project's fixtures; where the tests run on another machine than they were built on, `LINOCUT_FIXTURES` names them.
pub(crate) fn fixture(model: &str) -> PathBuf {
    let built = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    std::env::var_os("LINOCUT_FIXTURES").map_or_else(built, PathBuf::from).join("score").join(model)
}

/// A copy of a model's folder with a tokenizer for which the word `w7` is token 7, and which ends each text with `end`.
pub(crate) fn with_tokenizer(model: &str, end: u32, copy: &Path) {
    fs::create_dir_all(copy).unwrap();
    for name in ["config.json", "preprocessor_config.json", "model.safetensors"] {
        fs::copy(fixture(model).join(name), copy.join(name)).unwrap();
    }
    let words: HashMap<String, u32> = (0..64).map(|id| (format!("w{id}"), id)).collect();
    let (name, part) = (format!("w{end}"), serde_json::json!({"Sequence": {"id": "A", "type_id": 0}}));
    let tokenizer = serde_json::json!({
        "version": "1.0",
        "pre_tokenizer": {"type": "WhitespaceSplit"},
        "post_processor": {"type": "TemplateProcessing", "single": [part, {"SpecialToken": {"id": name, "type_id": 0}}],
            "pair": [part], "special_tokens": {&name: {"id": name, "ids": [end], "tokens": [name]}}},
        "model": {"type": "WordLevel", "unk_token": "w0", "vocab": words},
    });
    fs::write(copy.join("tokenizer.json"), tokenizer.to_string()).unwrap();
}

/// A model's tensors in two shards with their index.
fn in_shards(model: &str, copy: &Path) {
    let tensors = safetensors::load(fixture(model).join("model.safetensors"), &Device::Cpu).unwrap();
    let sorted: BTreeMap<String, Tensor> = tensors.into_iter().collect();
    let half = sorted.len() / 2;
    let mut shards = [HashMap::new(), HashMap::new()];
    let mut places = BTreeMap::new();
    for (at, (name, tensor)) in sorted.into_iter().enumerate() {
        let shard = usize::from(at >= half);
        places.insert(name.clone(), format!("model-{:05}-of-00002.safetensors", shard + 1));
        shards[shard].insert(name, tensor);
    }
    for (number, shard) in shards.iter().enumerate() {
        safetensors::save(shard, copy.join(format!("model-{:05}-of-00002.safetensors", number + 1))).unwrap();
    }
    let index = serde_json::json!({"metadata": {}, "weight_map": places});
    fs::write(copy.join("model.safetensors.index.json"), index.to_string()).unwrap();
}

/// A folder with everything that [`Judges::open`](linocut_score::contest::Judges::open) opens.
pub(crate) fn models() -> TempDir {
    let models = tempfile::tempdir().unwrap();
    let folder = |repository: &str| models.path().join(repository);
    with_tokenizer("clip", 63, &folder("openai/clip-vit-large-patch14"));
    with_tokenizer("siglip", 1, &folder("google/siglip-so400m-patch14-384"));
    let head = folder("christophschuhmann/improved-aesthetic-predictor");
    fs::create_dir_all(&head).unwrap();
    fs::copy(fixture("towers/linearMSE_head.pth"), head.join("sac+logos+ava1-l14-linearMSE.pth")).unwrap();
    let paligemma = folder("google/paligemma2-10b-mix-448");
    fs::create_dir_all(&paligemma).unwrap();
    for name in ["config.json", "preprocessor_config.json", "tokenizer.json"] {
        fs::copy(fixture("paligemma2").join(name), paligemma.join(name)).unwrap();
    }
    in_shards("paligemma2", &paligemma);
    models
}
