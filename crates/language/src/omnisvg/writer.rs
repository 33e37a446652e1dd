//! The model that draws: a description or a picture becomes tokens, and those a drawing.

use std::path::Path;
use std::sync::Arc;

use image::RgbImage;
use linocut_core::{ByteBudget, Draw, Prompt, StageError, Stop, Task, Trace};
use linocut_nn::candle_core::Tensor;
use linocut_nn::decoder::Cache;
use linocut_nn::place::{Part, Placement, Resident};
use linocut_nn::weights::Weights;
use linocut_svg::Drawing;

use super::config::OmniConfig;
use super::guide::TokenGuide;
use super::network::{Places, SketchDecoder};
use super::picture::{Grid, patches, prepared};
use super::prompt::{Preset, of_description, of_picture};
use super::vision::VisionTower;
use crate::model::{Chat, Message, ModelError, Progress, Sampler, Sampling};

/// Name of the stage in errors and progress.
const STAGE: &str = "omnisvg";
/// Tokens of a prompt that are read at a time, so that an end can be asked for between them.
const CHUNK: usize = 256;
/// Most tokens of a drawing, as in the published program.
const MOST_TOKENS: usize = 2048;
/// What names of tensors begin with in the published files.
const PREFIX: &str = "transformer.";

type LanguagePart = Part<SketchDecoder, ModelError>;
type TowerPart = Part<VisionTower, ModelError>;

/// One of OmniSVG's models: it draws descriptions and pictures. Its tokens are drawn under a grammar, so a drawing within the budget always
/// comes out.
///
/// Cloning is cheap: clones share the weights.
#[derive(Clone, Debug)]
pub struct OmniSvg {
    network: LanguagePart,
    vision: TowerPart,
    config: Arc<OmniConfig>,
    chat: Chat,
    place: Placement,
    sampling: Option<Sampling>,
}

/// What a model drew.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Drawn {
    /// The drawing, within the budget.
    pub drawing: Drawing,
    /// The tokens that the model wrote, without the one that ends a drawing.
    pub tokens: Vec<u32>,
    /// Whether an end was asked for, and the path that was open left out.
    pub is_cut: bool,
}

impl OmniSvg {
    /// Opens a folder with the published weights (`pytorch_model.bin`, or safetensors under the same names, with or without `transformer.`
    /// before them) and, of the base model, Qwen2.5-VL-3B or 7B, `config.json`, `tokenizer.json` and, as far as they are there,
    /// `tokenizer_config.json` and `chat_template.jinja`. The weights are checked against the configuration at once and read at the first
    /// use; the tower that sees only for a picture.
    ///
    /// # Errors
    ///
    /// [`ModelError`] says which file lacks what, or has what that does not fit.
    pub fn open(folder: &Path, place: &Placement) -> Result<Self, ModelError> {
        let config = Arc::new(OmniConfig::read(&folder.join("config.json"))?);
        let chat = Chat::read(folder)?;
        let weights = place.weights(folder)?;
        let (network, vision) = (language_model(&weights, &config, place)?, tower(&weights, &config, place)?);
        Ok(Self { network, vision, config, chat, place: place.clone(), sampling: None })
    }

    /// The same model with options of sampling in place of the presets'.
    #[must_use]
    pub fn with_sampling(self, sampling: Sampling) -> Self {
        Self { sampling: Some(sampling), ..self }
    }

    /// What is known of the model.
    #[must_use]
    pub fn config(&self) -> &OmniConfig {
        &self.config
    }

    /// The tokenizer and the template.
    #[must_use]
    pub const fn chat(&self) -> &Chat {
        &self.chat
    }

    /// The language model, read from its files if it is not in memory.
    ///
    /// # Errors
    ///
    /// When a file cannot be read any more.
    pub fn network(&self) -> Result<Arc<SketchDecoder>, ModelError> {
        self.network.get()
    }

    /// The tower that sees, likewise.
    ///
    /// # Errors
    ///
    /// When a file cannot be read any more.
    pub fn vision(&self) -> Result<Arc<VisionTower>, ModelError> {
        self.vision.get()
    }

    /// Its parts, for plans: the language model and the tower that sees.
    #[must_use]
    pub fn parts(&self) -> [&dyn Resident; 2] {
        [&self.network, &self.vision]
    }

    /// Draws a description for each seed; the conversation is read once.
    ///
    /// `watch` is told of every token. When `stop` asks for an end, the drawing ends at once with the paths that are whole, and the seeds that
    /// are left are not begun.
    ///
    /// # Errors
    ///
    /// [`ModelError::TooLong`] for a description that leaves no room, [`ModelError::Constraint`] for too small a budget,
    /// [`ModelError::Stopped`] if `stop` asks for an end before anything is drawn.
    pub fn draw_description(
        &self,
        description: &str,
        budget: ByteBudget,
        seeds: &[u64],
        stop: &Stop,
        watch: impl FnMut(Progress),
    ) -> Result<Vec<Drawn>, ModelError> {
        let sampling = self.sampling.unwrap_or_else(|| Preset::of_description(description).sampling());
        let asked = Asked { messages: of_description(description), sampling, budget, seeds, stop };
        self.run(&asked, None, watch)
    }

    /// Draws a picture for each seed, as [`OmniSvg::draw_description`].
    ///
    /// # Errors
    ///
    /// As there, and [`ModelError::Picture`] for a picture without pixels or too large.
    pub fn draw_picture(
        &self,
        picture: &RgbImage,
        budget: ByteBudget,
        seeds: &[u64],
        stop: &Stop,
        watch: impl FnMut(Progress),
    ) -> Result<Vec<Drawn>, ModelError> {
        let sampling = self.sampling.unwrap_or(Preset::Picture.sampling());
        let asked = Asked { messages: of_picture(), sampling, budget, seeds, stop };
        let picture = prepared(picture, self.config.picture_side).map_err(ModelError::Picture)?;
        self.run(&asked, Some(&picture), watch)
    }

    fn run(
        &self,
        asked: &Asked<'_>,
        picture: Option<&RgbImage>,
        mut watch: impl FnMut(Progress),
    ) -> Result<Vec<Drawn>, ModelError> {
        asked.sampling.check()?;
        let (prompt, grids) = self.prompt(&asked.messages, picture)?;
        let left = self.config.context.saturating_sub(prompt.len()).min(MOST_TOKENS);
        let guide = TokenGuide::new(self.config.layout, asked.budget, left).map_err(|error| match error {
            crate::constraint::ConstraintError::Tokens { .. } => {
                ModelError::TooLong { actual: prompt.len(), limit: self.config.context }
            }
            other => other.into(),
        })?;
        let places = Places::of_prompt(&prompt, &grids, &self.config)?;
        let seen = picture.map(|picture| self.seen(picture)).transpose()?;
        let network = self.network.get()?;
        let vectors = match &seen {
            Some(seen) => network.vectors_with(&prompt, seen)?,
            None => network.vectors(&[&prompt])?,
        };
        let (mut cache, mut logits, mut read) = (network.cache(Vec::new()), Vec::new(), 0);
        for places in places.of_tokens.chunks(CHUNK) {
            if asked.stop.requested() {
                return Err(ModelError::Stopped);
            }
            logits = network.next(&vectors.narrow(1, read, places.len())?, places, &mut cache)?;
            read += places.len();
            watch(Progress { seed: 0, read, written: 0, bytes: 0 });
        }
        let mut all = Vec::with_capacity(asked.seeds.len());
        for (index, seed) in asked.seeds.iter().enumerate() {
            if asked.stop.requested() {
                break;
            }
            let vocabulary = self.config.layout.vocabulary as usize;
            let sampler = Sampler::new(asked.sampling, *seed, vocabulary, &prompt)?;
            let state = State { cache: cache.fork()?, logits: logits.clone(), next: places.next };
            let drawn = go_on(&network, guide.clone(), sampler, state, asked.stop, |written, bytes| {
                watch(Progress { seed: index, read, written, bytes });
                asked.stop.report(STAGE, bytes as f32 / asked.budget.bytes() as f32);
            })?;
            all.extend(drawn);
        }
        self.network.rest();
        if all.is_empty() && !asked.seeds.is_empty() { Err(ModelError::Stopped) } else { Ok(all) }
    }

    /// The tokens of a conversation, and the grids of its pictures.
    fn prompt(&self, messages: &[Message], picture: Option<&RgbImage>) -> Result<(Vec<u32>, Vec<Grid>), ModelError> {
        let tokens = self.chat.encode(&self.chat.render(messages)?, false)?;
        let OmniConfig { vision, picture_token, picture_side, .. } = &*self.config;
        let side = *picture_side as usize / vision.patch;
        let grid = Grid { rows: side, columns: side };
        let Some(_) = picture else {
            // A description may spell the token of a picture, which there is none of.
            return Ok((tokens.into_iter().filter(|token| token != picture_token).collect(), Vec::new()));
        };
        let blocks = grid.rows * grid.columns / (vision.merge * vision.merge);
        let repeated = tokens
            .into_iter()
            .flat_map(|token| std::iter::repeat_n(token, if token == *picture_token { blocks } else { 1 }));
        Ok((repeated.collect(), vec![grid]))
    }

    /// What the tower sees.
    fn seen(&self, picture: &RgbImage) -> Result<Tensor, ModelError> {
        let vision = &self.config.vision;
        let (numbers, grid) = patches(picture, vision.patch, vision.merge);
        let count = grid.rows * grid.columns;
        let patches = Tensor::from_vec(numbers, (count, 6 * vision.patch * vision.patch), &self.place.device)?;
        let tower = self.vision.get()?;
        let seen = tower.forward(&patches.to_dtype(self.place.compute())?, &[grid])?;
        self.vision.rest();
        Ok(seen)
    }
}

/// Weights under the names of the language model and the tower, and what these begin with in the file.
fn named(weights: &Weights) -> (Weights, &'static str) {
    let is_prefixed = weights.contains(&format!("{PREFIX}model.embed_tokens.weight"));
    let prefix = if is_prefixed { PREFIX } else { "" };
    (weights.renamed([("", prefix)]), prefix)
}

fn language_model(weights: &Weights, config: &Arc<OmniConfig>, place: &Placement) -> Result<LanguagePart, ModelError> {
    let ((weights, prefix), config) = (named(weights), Arc::clone(config));
    // Pickles hold a tied head twice, safetensors once.
    let (tower, head) = (format!("{prefix}visual."), format!("{prefix}lm_head."));
    Part::of_weights("language model", weights, place.residency, move |weights: &Weights| {
        let network = SketchDecoder::load(weights, &config)?;
        let others = [tower.as_str(), head.as_str()];
        weights.finish(if config.is_tied { &others } else { &others[..1] })?;
        Ok(network)
    })
}

fn tower(weights: &Weights, config: &Arc<OmniConfig>, place: &Placement) -> Result<TowerPart, ModelError> {
    let ((weights, prefix), config) = (named(weights), Arc::clone(config));
    let (model, head) = (format!("{prefix}model."), format!("{prefix}lm_head."));
    Part::of_weights("vision tower", weights, place.residency, move |weights: &Weights| {
        let tower = VisionTower::load(&weights.pp("visual"), &config.vision)?;
        weights.finish(&[&model, &head])?;
        Ok(tower)
    })
}

/// What is asked for.
struct Asked<'a> {
    messages: Vec<Message>,
    sampling: Sampling,
    budget: ByteBudget,
    seeds: &'a [u64],
    stop: &'a Stop,
}

/// How far a text is read: keys and values, logits, and the place of the next token.
struct State {
    cache: Cache,
    logits: Vec<f32>,
    next: usize,
}

/// Writes one drawing behind a prompt; none if an end was asked for before anything was drawn.
fn go_on(
    network: &SketchDecoder,
    mut guide: TokenGuide,
    mut sampler: Sampler,
    mut state: State,
    stop: &Stop,
    mut watch: impl FnMut(usize, usize),
) -> Result<Option<Drawn>, ModelError> {
    let (mut tokens, mut is_cut) = (Vec::new(), false);
    while !guide.is_whole() {
        let token = sampler.draw(&state.logits, guide.allowed().into_iter().flatten())?;
        guide.take(token)?;
        if guide.has_ended() {
            break;
        }
        tokens.push(token);
        watch(tokens.len(), guide.bytes());
        if stop.requested() {
            is_cut = true;
            break;
        }
        if !guide.is_whole() {
            state.logits = network.next(&network.vectors(&[&[token]])?, &[[state.next; 3]], &mut state.cache)?;
            state.next += 1;
        }
    }
    is_cut &= guide.is_in_path();
    guide.finish();
    let drawing = guide.drawing().clone();
    Ok((!drawing.shapes.is_empty()).then_some(Drawn { drawing, tokens, is_cut }))
}

impl Draw for OmniSvg {
    fn draw(&self, prompt: &Prompt, task: &Task<'_>) -> Result<Drawing, StageError> {
        let drawn = self.draw_description(&prompt.text, task.budget, &[prompt.seed], task.stop, |_| {});
        first(drawn)
    }
}

impl Trace for OmniSvg {
    fn trace(&self, image: &RgbImage, task: &Task<'_>) -> Result<Drawing, StageError> {
        first(self.draw_picture(image, task.budget, &[task.seed], task.stop, |_| {}))
    }
}

fn first(drawn: Result<Vec<Drawn>, ModelError>) -> Result<Drawing, StageError> {
    let first = drawn.and_then(|drawn| drawn.into_iter().next().ok_or(ModelError::Stopped));
    first.map(|drawn| drawn.drawing).map_err(|error| StageError::new(STAGE, error))
}
