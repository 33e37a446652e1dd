//! Compares the tensors that loaders ask for with those of the published checkpoints, at full size and without
//! allocating them.

#![cfg(feature = "neural")]
#![expect(clippy::unwrap_used, reason = "what fails to open fails the test")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use linocut_nn::weights::{Weights, WeightsError};
use linocut_score::clip::Clip;
use linocut_score::siglip::Siglip;
use serde::Deserialize;
use serde::de::DeserializeOwned;

#[derive(Deserialize)]
struct Manifest<C> {
    config: C,
    tensors: BTreeMap<String, Vec<usize>>,
}

fn asks_for_all<C: DeserializeOwned, M>(model: &str, load: impl Fn(&Weights, &C) -> Result<M, WeightsError>) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/score").join(model).join("manifest.json");
    let manifest: Manifest<C> = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    let blank = Weights::blank(manifest.tensors.clone());
    load(&blank, &manifest.config).unwrap();
    assert_eq!(blank.asked(), manifest.tensors.into_iter().collect::<Vec<_>>());
    assert!(blank.asked().len() > 500);
    blank.finish(&[]).unwrap();
}

#[test]
fn clip_asks_for_the_published_tensors() {
    asks_for_all("clip", Clip::load);
}

#[test]
fn siglip_asks_for_the_published_tensors() {
    asks_for_all("siglip", Siglip::load);
}
