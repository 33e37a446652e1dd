//! A model's files, and where each of its parts is to live.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use candle_core::DType;
use linocut_nn::LinearKind;
use linocut_nn::Location;
use linocut_nn::place::{Part, Placement, Residency};
use linocut_nn::weights::{Adapt, Weights, WeightsError};

use crate::denoise::{Basis, Geometry, Stage};
use crate::entry::{Entry, Weights as Published};
use crate::family::Family;
use crate::hub::Located;
use crate::lora::{Component, Lora};
use crate::model_error::ModelError;
use crate::sampler::Sampler;
use crate::single_file::SingleFile;
use crate::text::{ClipPrompt, ClipText, ClipTokenizer, read_clip_config};
use crate::vae::{AutoencoderKl, AutoencoderKlConfig};

/// A tensor of whole numbers that old files of text encoders carry and nobody needs.
const POSITION_IDS: &str = "text_model.embeddings.position_ids";
/// What a decoder leaves of an autoencoder.
const ENCODER: [&str; 2] = ["encoder.", "quant_conv."];

/// The file in which a folder says how its model is sampled.
pub(crate) const SCHEDULER: &str = "scheduler/scheduler_config.json";

/// What such a file says.
pub(crate) fn read_sampler(file: &Location) -> Result<Sampler, ModelError> {
    let text = String::from_utf8_lossy(&file.read()?).into_owned();
    Sampler::from_json(&text).map_err(|source| ModelError::Sampler { file: file.path(), source: Box::new(source) })
}

/// Where the parts of a model live.
#[derive(Clone, Debug, Default)]
pub struct Placements {
    /// Text encoders.
    pub text: Placement,
    /// The denoiser.
    pub denoiser: Placement,
    /// The decoder. Many overflow in f16.
    pub decoder: Placement,
}

impl Placements {
    /// All parts in one place, the decoder in f32, or in bf16 if the others are on a card.
    #[must_use]
    pub fn all(place: &Placement) -> Self {
        let is_narrow = place.dtype == DType::BF16 && !place.device.is_cpu();
        let decoder = place.with_dtype(if is_narrow { DType::BF16 } else { DType::F32 });
        let decoder = Placement { linear_kind: LinearKind::Plain, ..decoder };
        Self { text: place.clone(), denoiser: place.clone(), decoder }
    }

    /// The same places, in which every part stays as long.
    #[must_use]
    pub fn with_residency(&self, residency: Residency) -> Self {
        let with = |place: &Placement| Placement { residency, ..place.clone() };
        Self { text: with(&self.text), denoiser: with(&self.denoiser), decoder: with(&self.decoder) }
    }

    /// The same places, in which the linear layers of text encoders and denoiser are kept in another kind.
    #[must_use]
    pub fn with_linear_kind(&self, linear_kind: LinearKind) -> Self {
        let with = |place: &Placement| Placement { linear_kind, ..place.clone() };
        Self { text: with(&self.text), denoiser: with(&self.denoiser), decoder: self.decoder.clone() }
    }

    /// The place of what has its turn at a stage.
    #[must_use]
    pub fn at(&self, stage: Stage) -> &Placement {
        match stage {
            Stage::Text => &self.text,
            Stage::Denoise => &self.denoiser,
            Stage::Decode => &self.decoder,
        }
    }
}

/// A folder in the layout of a diffusers repository, with a folder for every component, or a single file that such a folder completes, and
/// where its parts are to live.
#[derive(Clone, Debug)]
pub struct ModelFolder {
    /// The folder.
    pub files: Location,
    /// A checkpoint in one file, whose networks take the place of the folder's: see [`SingleFile::completed`]. Default: none.
    pub single: Option<SingleFile>,
    /// Weights of another denoiser of the same shape, as Lightning and Hyper publish them; of FLUX.1 also in the names of Black Forest Labs
    /// and in a GGUF file, whose blocks of few bits stay as they are. Default: the folder's.
    pub denoiser: Option<PathBuf>,
    /// Weights of another large text encoder of the same shape, T5, Qwen 3 or GLM 4: safetensors, or a GGUF file, whose blocks of few bits
    /// stay as they are. Default: the folder's.
    pub text_encoder: Option<PathBuf>,
    /// Weights of another autoencoder of the same shape. Default: the folder's.
    pub vae: Option<PathBuf>,
    /// LoRA files and how much of each is merged, usually 0 to 1, in order. Default: none.
    pub loras: Vec<(PathBuf, f64)>,
    /// Where the parts are to live. Default: on the CPU, in f32.
    pub places: Placements,
}

impl ModelFolder {
    /// A folder, everything else by default.
    #[must_use]
    pub fn new(files: impl Into<Location>) -> Self {
        let places = Placements::default();
        let files = files.into();
        Self { files, single: None, text_encoder: None, denoiser: None, vae: None, loras: Vec::new(), places }
    }

    /// The same folder, all of whose parts live in one place; see [`Placements::all`].
    #[must_use]
    pub fn placed(self, place: &Placement) -> Self {
        Self { places: Placements::all(place), ..self }
    }

    /// The files of a named model, on the CPU as [`ModelFolder::of_family`] keeps them.
    #[must_use]
    pub fn of_located(located: Located, entry: &Entry) -> Self {
        let folder = Self::of_family(located.folder, entry.family);
        match entry.weights {
            Published::Lora { scale, .. } => {
                Self { loras: located.own.into_iter().map(|file| (file, scale)).collect(), ..folder }
            }
            _ => Self { denoiser: located.own, ..folder },
        }
    }

    /// The folder of a model of this kind on the CPU, in the 16 bits that such are published in.
    #[must_use]
    pub fn of_family(files: impl Into<Location>, family: &Family) -> Self {
        let (dtype, linear_kind) = family.published;
        Self::new(files).placed(&Placement { dtype, linear_kind, ..Placement::default() })
    }

    /// Checks that these files of the folder and all that are given besides are there, and opens the low-rank changes.
    ///
    /// # Errors
    ///
    /// [`ModelError::MissingFiles`] names files that are not there, [`ModelError::Lora`] what is no LoRA.
    pub fn opened(&self, files: &[&str]) -> Result<OpenedFolder<'_>, ModelError> {
        let own = files.iter().map(|file| self.location(file));
        let given = self.text_encoder.iter().chain(&self.denoiser).chain(&self.vae);
        let given = given.chain(self.loras.iter().map(|(file, _)| file)).map(Location::from);
        let missing: Vec<Location> = own.chain(given).filter(|file| !file.exists()).collect();
        if !missing.is_empty() {
            let missing = missing.iter().map(Location::path).collect();
            return Err(ModelError::MissingFiles { folder: self.files.path(), missing });
        }
        let loras = self.loras.iter().map(|(file, scale)| Lora::open(file, *scale)).collect::<Result<_, _>>()?;
        Ok(OpenedFolder { folder: self, loras })
    }

    /// The file or folder that the model is called by.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.single.as_ref().map_or_else(|| self.files.path(), |single| single.file().to_owned())
    }

    /// A file of the model, or what the single file says in its place.
    fn location(&self, path: &str) -> Location {
        let own = self.single.as_ref().map(|single| single.location(&self.files, path));
        own.unwrap_or_else(|| self.files.join(path))
    }

    /// The weights of a network, by its folder.
    fn weights(&self, network: &'static str, place: &Placement) -> Result<Weights, ModelError> {
        let files = self.files.join(network);
        let Some(single) = &self.single else { return Ok(files.weights(place)?) };
        if let Some(weights) = single.weights(network, place)? {
            return Ok(weights);
        }
        if files.exists() {
            return Ok(files.weights(place)?);
        }
        Err(ModelError::NoNetwork { file: single.file().to_owned(), base: self.files.path(), network })
    }
}

/// A folder whose files are there, from which a family takes its parts. Parts are wired of headers only; each is read when it is first
/// used.
#[derive(Debug)]
pub struct OpenedFolder<'a> {
    folder: &'a ModelFolder,
    loras: Vec<Lora>,
}

impl OpenedFolder<'_> {
    /// The part of the model in the folder `name`: `wire` makes it of its weights, of which tensors whose name begins with one of `left` may
    /// be left over. `changed` is what low-rank changes call it, if they can change it.
    ///
    /// # Errors
    ///
    /// Those of `wire`; [`ModelError::Weights`] for files that cannot be read, and for tensors that are left over.
    pub fn part<T>(
        &self,
        name: &'static str,
        (stage, changed): (Stage, Option<Component>),
        left: &'static [&'static str],
        wire: impl Fn(&Weights) -> Result<T, ModelError> + Send + Sync + 'static,
    ) -> Result<Part<T, ModelError>, ModelError> {
        let weights = self.weights(name, stage)?;
        self.wired(name, weights, (stage, changed), left, wire)
    }

    /// A part of a model whose parts are all in the files of the folder itself: `wire` makes it of the whole, and checks itself what may be
    /// left over.
    ///
    /// # Errors
    ///
    /// As [`OpenedFolder::part`].
    pub fn own<T>(
        &self,
        name: &'static str,
        stage: Stage,
        wire: impl Fn(&Weights) -> Result<T, ModelError> + Send + Sync + 'static,
    ) -> Result<Part<T, ModelError>, ModelError> {
        let place = self.folder.places.at(stage);
        Part::of_weights(name, self.folder.files.weights(place)?, place.residency, wire)
    }

    /// As [`OpenedFolder::part`], for the denoiser, whose weights may also be in a GGUF file and have names of another origin; `named` gives
    /// them the names that `wire` asks for.
    ///
    /// # Errors
    ///
    /// As [`OpenedFolder::part`].
    pub fn denoiser<T>(
        &self,
        name: &'static str,
        named: impl Fn(&Weights) -> Result<Weights, WeightsError>,
        wire: impl Fn(&Weights) -> Result<T, ModelError> + Send + Sync + 'static,
    ) -> Result<Part<T, ModelError>, ModelError> {
        let weights = named(&self.weights(name, Stage::Denoise)?)?;
        self.wired(name, weights, (Stage::Denoise, Some(Component::Denoiser)), &[], wire)
    }

    /// The weights of a part: those in its folder, or the file that is given in their place.
    fn weights(&self, name: &'static str, stage: Stage) -> Result<Weights, ModelError> {
        let other = match stage {
            Stage::Denoise => &self.folder.denoiser,
            Stage::Decode => &self.folder.vae,
            Stage::Text => &None,
        };
        self.given(other.as_ref(), name, self.folder.places.at(stage))
    }

    /// The weights in a file, safetensors or GGUF, or else in a folder.
    fn given(&self, file: Option<&PathBuf>, name: &'static str, place: &Placement) -> Result<Weights, ModelError> {
        match file.filter(|file| is_gguf(file)) {
            Some(file) => Ok(Weights::gguf(file, place.dtype, &place.device)?.with_linear_kind(place.linear_kind)),
            None => {
                file.map_or_else(|| self.folder.weights(name, place), |file| Ok(Location::from(file).weights(place)?))
            }
        }
    }

    /// A part that `wire` makes of weights with the changes that are for it.
    fn wired<T>(
        &self,
        name: &'static str,
        weights: Weights,
        (stage, changed): (Stage, Option<Component>),
        left: &'static [&'static str],
        wire: impl Fn(&Weights) -> Result<T, ModelError> + Send + Sync + 'static,
    ) -> Result<Part<T, ModelError>, ModelError> {
        let adapters =
            changed.into_iter().flat_map(|component| self.loras.iter().map(move |lora| lora.adapter(component)));
        let adapters: Vec<Arc<dyn Adapt>> = adapters.collect();
        let residency = self.folder.places.at(stage).residency;
        Part::of_weights(name, weights.adapted(adapters), residency, move |weights| {
            let part = wire(weights)?;
            weights.finish(left)?;
            Ok(part)
        })
    }

    /// The large text encoder of the model, in the folder `name` unless [`ModelFolder::text_encoder`] says another file; `gguf` are pairs of
    /// the names that `wire` asks for and those in GGUF files. `wire` checks itself what may be left over.
    ///
    /// # Errors
    ///
    /// As [`OpenedFolder::part`].
    pub fn text<T>(
        &self,
        name: &'static str,
        gguf: &[(&str, &str)],
        wire: impl Fn(&Weights) -> Result<T, ModelError> + Send + Sync + 'static,
    ) -> Result<Part<T, ModelError>, ModelError> {
        let place = &self.folder.places.text;
        let file = self.folder.text_encoder.as_ref();
        let weights = self.given(file, name, place)?;
        let renames = if file.is_some_and(|file| is_gguf(file)) { gguf } else { &[] };
        let weights = weights.renamed(renames.iter().copied());
        Part::of_weights(name, weights, place.residency, wire)
    }

    /// One of CLIP's text encoders with its tokenizer, in folders of these names.
    ///
    /// # Errors
    ///
    /// As [`OpenedFolder::part`] and [`ClipTokenizer::read`].
    pub fn clip(&self, encoder: &'static str, tokenizer: &str, component: Component) -> Result<ClipPrompt, ModelError> {
        let config = read_clip_config(self.config(encoder))?;
        let length = config.max_position_embeddings;
        let wire = move |weights: &Weights| ClipText::load(weights, &config);
        let encoder = self.part(encoder, (Stage::Text, Some(component)), &[POSITION_IDS], wire)?;
        Ok(ClipPrompt { tokenizer: ClipTokenizer::read(self.path(tokenizer))?, encoder, length })
    }

    /// The autoencoder without its encoder.
    ///
    /// # Errors
    ///
    /// As [`OpenedFolder::part`].
    pub fn decoder(&self) -> Result<(Part<AutoencoderKl, ModelError>, AutoencoderKlConfig), ModelError> {
        let config = AutoencoderKlConfig::read(self.config("vae"))?;
        let wired = config.clone();
        let wire = move |weights: &Weights| AutoencoderKl::load_decoder(weights, &wired);
        Ok((self.part("vae", (Stage::Decode, None), &ENCODER, wire)?, config))
    }

    /// The sampler that takes the place of the folder's, or else that, which is only read then.
    ///
    /// # Errors
    ///
    /// [`ModelError::Io`] and [`ModelError::Sampler`].
    pub fn sampler(&self, given: Option<Sampler>) -> Result<Sampler, ModelError> {
        if let Some(given) = given {
            return Ok(given);
        }
        read_sampler(&self.path(SCHEDULER))
    }

    /// What the model knows of itself; `sampler` is as in [`OpenedFolder::sampler`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn basis(&self, geometry: Geometry, sampler: Option<Sampler>) -> Result<Basis, ModelError> {
        Ok(Basis { place: self.folder.places.denoiser.clone(), geometry, sampler: self.sampler(sampler)? })
    }

    /// The file in which a part says what it is.
    #[must_use]
    pub fn config(&self, part: &str) -> Location {
        self.folder.location(&format!("{part}/config.json"))
    }

    /// A file or folder of the model.
    #[must_use]
    pub fn path(&self, part: &str) -> Location {
        self.folder.files.join(part)
    }

    /// Checks that every low-rank change was for a part that was taken.
    ///
    /// # Errors
    ///
    /// [`ModelError::Lora`] names modules that fit nothing.
    pub fn finish(self) -> Result<(), ModelError> {
        self.loras.iter().try_for_each(|lora| Ok(lora.finish()?))
    }
}

fn is_gguf(file: &Path) -> bool {
    file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("gguf"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_s_own_file_is_its_denoiser_or_its_low_rank_changes() {
        let located = Located { folder: "base".into(), own: Some("own.safetensors".into()) };
        let of = |name: &str| ModelFolder::of_located(located.clone(), Entry::named(name).unwrap());
        let lightning = of("sdxl-lightning-4step");
        assert_eq!((lightning.files, lightning.denoiser), (located.folder.clone(), located.own.clone()));
        let hyper = of("hyper-sdxl-8step-lora");
        assert_eq!((hyper.denoiser, hyper.loras), (None, vec![("own.safetensors".into(), 1.0)]));
    }

    #[test]
    fn a_decoder_is_never_in_f16() {
        let places = Placements::all(&Placement { dtype: DType::F16, ..Placement::default() });
        assert_eq!((places.denoiser.dtype, places.decoder.dtype), (DType::F16, DType::F32));
    }
}
