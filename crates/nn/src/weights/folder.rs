//! Which files of a folder hold the weights.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::shards::Shards;
use super::weights_error::WeightsError;

/// Names that published folders use, the first one present counts.
const USUAL: [&str; 4] = [
    "model.safetensors.index.json",
    "diffusion_pytorch_model.safetensors.index.json",
    "model.safetensors",
    "diffusion_pytorch_model.safetensors",
];

/// Files that belong together in a folder without an index: those of `SVDQuant`'s first releases.
const TOGETHER: [&str; 2] = ["transformer_blocks.safetensors", "unquantized_layers.safetensors"];

const INDEX_SUFFIX: &str = ".safetensors.index.json";

/// Names of `PyTorch`'s pickles in folders that have no safetensors: the list of shards, or the one file.
const PICKLED: [&str; 2] = ["pytorch_model.bin.index.json", "pytorch_model.bin"];
const PICKLED_INDEX_SUFFIX: &str = ".bin.index.json";

#[derive(Deserialize)]
struct Index {
    weight_map: BTreeMap<String, String>,
}

/// Opens a safetensors file, an index of shards, or the weights in a folder.
pub(super) fn open(path: &Path) -> Result<Shards, WeightsError> {
    let together: Vec<PathBuf> = TOGETHER.iter().map(|name| path.join(name)).collect();
    if path.is_dir() && together.iter().all(|file| file.is_file()) {
        return Shards::open(path.to_owned(), together);
    }
    let file = if path.is_dir() { find(path)? } else { path.to_owned() };
    if file.to_string_lossy().ends_with(INDEX_SUFFIX) {
        let shards = shards_of(&file)?;
        Shards::open(file, shards)
    } else {
        Shards::open(file.clone(), vec![file])
    }
}

/// The pickles of a list of shards, or of a folder that has no safetensors; none for anything else.
pub(super) fn pickles(path: &Path) -> Result<Option<Vec<PathBuf>>, WeightsError> {
    let is_index = |file: &Path| file.to_string_lossy().ends_with(PICKLED_INDEX_SUFFIX);
    let file = if path.is_dir() {
        let has_safetensors = list(path)?.iter().any(|file| file.extension().is_some_and(|end| end == "safetensors"));
        let found = PICKLED.iter().map(|name| path.join(name)).find(|file| file.is_file());
        found.filter(|_| !has_safetensors)
    } else {
        Some(path.to_owned()).filter(|file| is_index(file))
    };
    file.map(|file| if is_index(&file) { shards_of(&file) } else { Ok(vec![file]) }).transpose()
}

fn find(folder: &Path) -> Result<PathBuf, WeightsError> {
    if let Some(usual) = USUAL.iter().map(|name| folder.join(name)).find(|path| path.is_file()) {
        return Ok(usual);
    }
    let named = list(folder)?;
    let ending = |suffix: &str| -> Vec<&PathBuf> {
        named.iter().filter(|path| path.to_string_lossy().ends_with(suffix)).collect()
    };
    let (indices, files) = (ending(INDEX_SUFFIX), ending(".safetensors"));
    match (indices.as_slice(), files.as_slice()) {
        ([index], _) => Ok((*index).clone()),
        ([], [file]) => Ok((*file).clone()),
        _ => Err(WeightsError::NoSingleFile { folder: folder.to_owned(), count: files.len() }),
    }
}

/// Files of a folder, sorted.
fn list(folder: &Path) -> Result<Vec<PathBuf>, WeightsError> {
    let io = |source| WeightsError::Io { file: folder.to_owned(), source };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(io)? {
        found.push(entry.map_err(io)?.path());
    }
    found.sort();
    Ok(found)
}

fn shards_of(index: &Path) -> Result<Vec<PathBuf>, WeightsError> {
    let text = fs::read(index).map_err(|source| WeightsError::Io { file: index.to_owned(), source })?;
    let parsed: Index = serde_json::from_slice(&text).map_err(|error| WeightsError::Format {
        file: index.to_owned(),
        format: "safetensors index",
        reason: error.to_string(),
    })?;
    let names: BTreeSet<String> = parsed.weight_map.into_values().collect();
    if names.is_empty() {
        let reason = "it lists no file".to_owned();
        return Err(WeightsError::Format { file: index.to_owned(), format: "index of shards", reason });
    }
    let folder = index.parent().unwrap_or(Path::new(""));
    names
        .into_iter()
        .map(|shard| {
            let path = folder.join(&shard);
            if path.is_file() { Ok(path) } else { Err(WeightsError::MissingShard { index: index.to_owned(), shard }) }
        })
        .collect()
}
