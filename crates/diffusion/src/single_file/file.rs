//! A single file: its kind, its networks under the names of diffusers, their configurations.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use candle_core::{DType, Device};
use linocut_nn::Location;
use linocut_nn::place::Placement;
use linocut_nn::weights::{Piece, Weights, WeightsError};

use super::kind::{self, Kind, ZERO_MARK, is_beside, kind_of};
use super::shapes::{Shapes, t5_xxl};
use crate::entry::{Entry, entries};
use crate::family::Family;
use crate::model_error::ModelError;
use crate::sampler::{Prediction, Sampler, Spacing};

/// The file in a network's folder that says its shape.
const CONFIG: &str = "/config.json";

/// A checkpoint in one file, in the names of the original code: `model.diffusion_model.*` beside text encoders and an autoencoder, as
/// fine-tunes of Stable Diffusion are published, in safetensors or a pickle (`.ckpt`).
///
/// The networks are views of the file under the names of diffusers: nothing is converted or copied.
#[derive(Clone, Debug)]
pub struct SingleFile {
    shared: Arc<Shared>,
    /// What the network predicts, whatever the file says.
    asked: Option<Prediction>,
    /// Whether the large text encoder is given apart.
    apart: bool,
    /// Whether configurations of the folder that completes the file come before its own.
    yields: bool,
}

#[derive(Debug)]
struct Shared {
    file: PathBuf,
    kind: &'static Kind,
    networks: BTreeMap<&'static str, Network>,
    prediction: Option<Prediction>,
    is_zero_terminal: bool,
}

#[derive(Debug)]
struct Network {
    views: BTreeMap<String, Piece>,
    config: Arc<str>,
}

impl SingleFile {
    /// Opens a file and finds its kind by the names and shapes of its tensors. Only its header is read.
    ///
    /// # Errors
    ///
    /// [`ModelError::UnknownFile`] if it is of no known kind; [`ModelError::Weights`] if it cannot be read, has a tensor that is of no part of
    /// a checkpoint, lacks one that tells a network's shape, or has one of which no part can be taken as the kind wants it.
    pub fn open(file: impl AsRef<Path>) -> Result<Self, ModelError> {
        let file = file.as_ref();
        Self::of_weights(file, &Weights::open(file, DType::F32, &Device::Cpu)?)
    }

    /// As [`SingleFile::open`], of weights in hand; `file` is what is read later and what errors name.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn of_weights(file: &Path, weights: &Weights) -> Result<Self, ModelError> {
        let kind = kind_of(file, weights)?;
        let names = weights.names();
        let mut beside: Vec<&str> = names.iter().map(String::as_str).filter(|name| !is_beside(name)).collect();
        let mut networks = BTreeMap::new();
        for part in kind.parts {
            let Some(prefix) = part.prefixes.iter().find(|prefix| beside.iter().any(|name| name.starts_with(**prefix)))
            else {
                continue;
            };
            let (own, others): (Vec<&str>, Vec<&str>) = beside.into_iter().partition(|name| name.starts_with(prefix));
            beside = others;
            let own: Vec<&str> = own.iter().map(|name| &name[prefix.len()..]).collect();
            let views = part.names.views(prefix, &own);
            let viewed = weights.pieces(views.clone())?;
            let config = (part.configure)(&Shapes(&viewed), &kind.facts)?.to_string().into();
            networks.insert(part.folder, Network { views, config });
        }
        if let Some(example) = beside.first().map(|name| (*name).to_owned()) {
            let tensors: Vec<String> = beside.iter().map(|name| (*name).to_owned()).collect();
            return Err(WeightsError::Unused { file: file.to_owned(), count: tensors.len(), example, tensors }.into());
        }
        let (prediction, is_zero_terminal) = (kind::prediction_of(weights), weights.contains(ZERO_MARK));
        let shared = Shared { file: file.to_owned(), kind, networks, prediction, is_zero_terminal };
        Ok(Self { shared: Arc::new(shared), asked: None, apart: false, yields: false })
    }

    /// The file.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.shared.file
    }

    /// What it is, for people: `Stable Diffusion XL`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.shared.kind.name
    }

    /// The family that its model is of.
    #[must_use]
    pub fn family(&self) -> &'static Family {
        self.shared.kind.family
    }

    /// What its network predicts, as far as that was asked for or the file says it: by `modelspec.prediction_type` in its metadata, or by the mark `v_pred`.
    #[must_use]
    pub fn prediction(&self) -> Option<Prediction> {
        self.asked.or(self.shared.prediction)
    }

    /// The networks in it, by their folders in the layout of diffusers.
    pub fn networks(&self) -> impl Iterator<Item = &'static str> {
        self.shared.networks.keys().copied()
    }

    /// A network's tensors under the names of diffusers, of the weights of this file; none if it has no such network.
    ///
    /// # Errors
    ///
    /// [`ModelError::Weights`] if these weights are of another file, whose tensors cannot be cut so.
    pub fn network(&self, folder: &str, weights: &Weights) -> Result<Option<Weights>, ModelError> {
        let Some(network) = self.shared.networks.get(folder) else { return Ok(None) };
        Ok(Some(weights.pieces(network.views.clone())?))
    }

    /// As [`SingleFile::network`], read from the file for a place.
    pub(crate) fn weights(&self, folder: &str, place: &Placement) -> Result<Option<Weights>, ModelError> {
        if !self.shared.networks.contains_key(folder) {
            return Ok(None);
        }
        self.network(folder, &place.weights(self.file())?)
    }

    /// What `FOLDER/config.json` of a network would say, of another path nothing. Shapes of tensors tell it, and what all published models
    /// of the kind share; of a network that is not in the file nothing, but for T5-XXL, which is only published in one size.
    #[must_use]
    pub fn config(&self, path: &str) -> Option<Location> {
        let folder = path.strip_suffix(CONFIG)?;
        let own = self.shared.networks.get(folder).map(|network| Arc::clone(&network.config));
        let is_t5 = folder == "text_encoder_3" && self.shared.kind.parts.iter().any(|part| part.folder == folder);
        let text = own.or_else(|| is_t5.then(|| t5_xxl().to_string().into()))?;
        Some(Location::Said(self.file().join(path), text))
    }

    /// The file of that path: of a folder that completes this file, or as this one says it.
    pub(crate) fn location(&self, folder: &Location, path: &str) -> Location {
        let other = folder.join(path);
        if self.yields && other.exists() { other } else { self.config(path).unwrap_or(other) }
    }

    /// The same file, whose network predicts this whatever the file says.
    #[must_use]
    pub fn predicting(&self, prediction: Prediction) -> Self {
        Self { asked: Some(prediction), ..self.clone() }
    }

    /// The same file, whose large text encoder (T5) is given apart, as [`ModelFolder::text_encoder`](crate::ModelFolder::text_encoder).
    #[must_use]
    pub fn with_text_encoder_apart(&self) -> Self {
        Self { apart: true, ..self.clone() }
    }

    pub(super) fn has_text_encoder_apart(&self) -> bool {
        self.apart
    }

    /// The same file, before whose configurations come those of the folder that completes it, or not.
    pub(super) fn yielding(&self, yields: bool) -> Self {
        Self { yields, ..self.clone() }
    }

    /// Named models of the same kind, the usual one first.
    pub(super) fn bases(&self) -> &'static [&'static str] {
        self.shared.kind.bases
    }

    /// The named model as which such files are usually sampled.
    pub(super) fn usual(&self) -> &'static Entry {
        let named = |name: &&str| Entry::named(name).ok();
        self.bases().iter().find_map(named).unwrap_or(&entries()[0])
    }

    /// Side in px of the pictures that the network was trained for, where that goes by what it predicts.
    pub(super) fn side(&self, sampler: &Sampler) -> Option<u32> {
        self.shared.kind.epsilon_side.filter(|_| sampler.prediction == Prediction::Epsilon)
    }

    /// A sampler that a folder says, which counts more than what the file says, but less than what was asked for.
    pub(super) fn asked_of(&self, sampler: Sampler) -> Sampler {
        Sampler { prediction: self.asked.unwrap_or(sampler.prediction), ..sampler }
    }

    /// A sampler of the kind, for what the network predicts.
    pub(super) fn sampled(&self, sampler: &Sampler) -> Sampler {
        let mut sampler = sampler.clone();
        if sampler.prediction != Prediction::Flow {
            sampler.prediction = self.prediction().unwrap_or(sampler.prediction);
        }
        if self.shared.is_zero_terminal {
            sampler.training.zero_terminal_snr = true;
            sampler.spacing = Spacing::Trailing;
        }
        sampler
    }
}
