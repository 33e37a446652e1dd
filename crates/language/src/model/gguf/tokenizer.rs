//! Tokenizers in GGUF files: vocabularies of bytes as characters (GPT-2, Llama 3, Qwen), and of pieces with scores (Gemma, Llama 2).

use std::collections::HashMap;

use serde_json::{Value, json};
use tokenizers::Tokenizer;

use super::metadata::Metadata;
use crate::model::ModelError;
use crate::model::chat::Chat;

/// Where words are cut before pairs are merged, by name of the tokenizer that a file is of.
const QWEN: &str =
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
const LLAMA: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

/// Kinds of tokens, as files number them.
const CONTROL: usize = 3;
const OF_USER: usize = 4;

/// Reads tokenizer and chat template.
pub(super) fn read(metadata: &Metadata) -> Result<Chat, ModelError> {
    let tokens = strings(metadata, "tokenizer.ggml.tokens")?;
    let kinds = metadata.numbers("tokenizer.ggml.token_type")?.unwrap_or_default();
    let ids: HashMap<&str, usize> = tokens.iter().enumerate().map(|(id, token)| (*token, id)).collect();
    if ids.len() != tokens.len() {
        let reason = format!("{} of {} tokens are there twice", tokens.len() - ids.len(), tokens.len());
        return Err(metadata.wrong(reason));
    }
    let kind = |id: usize| kinds.get(id).copied().unwrap_or(1);
    let model = metadata.needed("tokenizer.ggml.model", metadata.text("tokenizer.ggml.model")?)?;
    let mut json = match model {
        "gpt2" => of_bytes(metadata, &ids)?,
        "llama" => of_pieces(metadata, &tokens, &ids, kind)?,
        other => {
            let (file, actual) = (metadata.file().to_owned(), format!("{other:?}"));
            let (field, expected) = ("tokenizer.ggml.model", "gpt2 or llama".to_owned());
            return Err(ModelError::Unsupported { file, field, expected, actual });
        }
    };
    let added = tokens.iter().enumerate().filter(|(id, _)| matches!(kind(*id), CONTROL | OF_USER));
    let added = added.map(|(id, token)| {
        json!({"id": id, "content": token, "single_word": false, "lstrip": false, "rstrip": false, "normalized": false,
               "special": kind(id) == CONTROL})
    });
    json["added_tokens"] = added.collect();
    let named = |name: &str| -> Result<Option<(u32, &str)>, ModelError> {
        let Some(id) = metadata.number(&format!("tokenizer.ggml.{name}_token_id"))? else { return Ok(None) };
        let token = tokens.get(id).ok_or_else(|| {
            metadata.wrong(format!("`tokenizer.ggml.{name}_token_id` is {id}, expected below {}", tokens.len()))
        })?;
        Ok(Some((id as u32, token)))
    };
    let (begin, end) = (named("bos")?, named("eos")?);
    let puts = |name: &str, usual: bool| -> Result<bool, ModelError> {
        Ok(metadata.truth(&format!("tokenizer.ggml.add_{name}_token"))?.unwrap_or(usual))
    };
    let first = if puts("bos", model == "llama")? { begin } else { None };
    let last = if puts("eos", false)? { end } else { None };
    if first.is_some() || last.is_some() {
        json["post_processor"] = around(first, last);
    }
    let tokenizer: Tokenizer =
        json.to_string().parse().map_err(|error: Box<dyn std::error::Error + Send + Sync>| ModelError::Tokenizer {
            file: metadata.file().to_owned(),
            reason: error.to_string(),
        })?;
    let mut ends = Vec::new();
    for (id, _) in [end, named("eot")?, named("eom")?].into_iter().flatten() {
        if !ends.contains(&id) {
            ends.push(id);
        }
    }
    let template = metadata.text("tokenizer.chat_template")?.map(str::to_owned);
    let text = |named: Option<(u32, &str)>| named.map(|(_, token)| token.to_owned());
    Ok(Chat::new(tokenizer, template, text(begin), text(end), ends))
}

fn strings<'a>(metadata: &'a Metadata, key: &str) -> Result<Vec<&'a str>, ModelError> {
    metadata.needed(key, metadata.texts(key)?)
}

/// A tokenizer that merges pairs of characters that stand for bytes.
fn of_bytes(metadata: &Metadata, ids: &HashMap<&str, usize>) -> Result<Value, ModelError> {
    const PRE: &str = "tokenizer.ggml.pre";
    let (pattern, is_composed, ignores_merges) = match metadata.text(PRE)? {
        Some("qwen2") => (Some(QWEN), true, false),
        Some("llama-bpe" | "llama-v3" | "llama3") => (Some(LLAMA), false, true),
        None | Some("default" | "gpt-2") => (None, false, false),
        Some(other) => {
            let (file, actual) = (metadata.file().to_owned(), format!("{other:?}"));
            let expected = "qwen2, llama-bpe or gpt-2".to_owned();
            return Err(ModelError::Unsupported { file, field: PRE, expected, actual });
        }
    };
    let merges = strings(metadata, "tokenizer.ggml.merges")?;
    let bytes =
        json!({"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": pattern.is_none()});
    let pre = match pattern {
        Some(pattern) => json!({"type": "Sequence", "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": false}, bytes]}),
        None => bytes,
    };
    Ok(json!({
        "version": "1.0",
        "normalizer": if is_composed { json!({"type": "NFC"}) } else { Value::Null },
        "pre_tokenizer": pre,
        "post_processor": null,
        "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
        "model": {"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null,
                  "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false,
                  "ignore_merges": ignores_merges, "vocab": ids, "merges": merges},
    }))
}

/// A tokenizer that merges the pair of pieces that makes the piece of the highest score, in which `▁` stands for a space.
fn of_pieces(
    metadata: &Metadata,
    tokens: &[&str],
    ids: &HashMap<&str, usize>,
    kind: impl Fn(usize) -> usize,
) -> Result<Value, ModelError> {
    let scores = metadata.needed("tokenizer.ggml.scores", metadata.floats("tokenizer.ggml.scores")?)?;
    if scores.len() != tokens.len() {
        return Err(metadata.wrong(format!("{} scores of {} tokens", scores.len(), tokens.len())));
    }
    // What is merged is text; bytes and tokens with a purpose are not.
    let text = |piece: &str| ids.get(piece).copied().filter(|id| kind(*id) == 1);
    let mut merges: Vec<(f32, usize, usize)> = Vec::new();
    for (id, token) in tokens.iter().enumerate().filter(|(id, _)| kind(*id) == 1) {
        let cuts = token.char_indices().skip(1).map(|(at, _)| token.split_at(at));
        let pairs = cuts.filter_map(|(left, right)| Some((text(left)?, text(right)?)));
        merges.extend(pairs.map(|(left, right)| (scores[id], left, right)));
    }
    merges.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let merges: Vec<[&str; 2]> = merges.into_iter().map(|(_, left, right)| [tokens[left], tokens[right]]).collect();
    let unknown = metadata.number("tokenizer.ggml.unknown_token_id")?.and_then(|id| tokens.get(id));
    let has_prefix = metadata.truth("tokenizer.ggml.add_space_prefix")?.unwrap_or(true);
    let spaces = json!({"type": "Replace", "pattern": {"String": " "}, "content": "▁"});
    let mut decoders = vec![
        json!({"type": "Replace", "pattern": {"String": "▁"}, "content": " "}),
        json!({"type": "ByteFallback"}),
        json!({"type": "Fuse"}),
    ];
    let normalizer = if has_prefix {
        decoders.push(json!({"type": "Strip", "content": " ", "start": 1, "stop": 0}));
        json!({"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"}, spaces]})
    } else {
        spaces
    };
    Ok(json!({
        "version": "1.0",
        "normalizer": normalizer,
        "pre_tokenizer": null,
        "post_processor": null,
        "decoder": {"type": "Sequence", "decoders": decoders},
        "model": {"type": "BPE", "dropout": null, "unk_token": unknown, "continuing_subword_prefix": null,
                  "end_of_word_suffix": null, "fuse_unk": true, "byte_fallback": true, "ignore_merges": false,
                  "vocab": ids, "merges": merges},
    }))
}

/// What puts tokens around a text.
fn around(first: Option<(u32, &str)>, last: Option<(u32, &str)>) -> Value {
    let special = |named: Option<(u32, &str)>, row: u32| {
        named.map(|(_, token)| json!({"SpecialToken": {"id": token, "type_id": row}}))
    };
    let text = |name: &str, row: u32| {
        let sequence = json!({"Sequence": {"id": name, "type_id": row}});
        [special(first, row), Some(sequence), special(last, row)].into_iter().flatten().collect::<Vec<_>>()
    };
    let of = |(id, token): (u32, &str)| (token.to_owned(), json!({"id": token, "ids": [id], "tokens": [token]}));
    let specials: serde_json::Map<String, Value> = [first, last].into_iter().flatten().map(of).collect();
    let pair = [text("A", 0), text("B", 1)].concat();
    json!({
        "type": "TemplateProcessing",
        "single": text("A", 0),
        "pair": pair,
        "special_tokens": specials,
    })
}
