//! A language model that draws: a description becomes a prompt, the prompt a text under constraint, the text a drawing.

use std::sync::Arc;

use linocut_core::{ByteBudget, Draw, Prompt, StageError, Stop, Task};
use linocut_nn::Location;
use linocut_nn::decoder::Cache;
use linocut_nn::place::{Part, Placement, Resident};
use linocut_svg::{Drawing, read_foreign};

use super::asking::Asking;
use super::causal::Causal;
use super::chat::{Chat, Message};
use super::config::CausalConfig;
use super::error::ModelError;
use super::gguf;
use super::sampling::{Sampler, Sampling};
use crate::constraint::{Constraint, Guide};

/// Name of the stage in errors and progress.
const STAGE: &str = "language";
/// Tokens of a prompt that are read at a time, so that an end can be asked for between them.
const CHUNK: usize = 256;
/// Longer sides of the grid that a drawing with fractions or transforms is read onto, the finest first.
const GRIDS: [u32; 4] = [1000, 500, 250, 120];

/// A causal language model that writes drawings, from its folder in the layout of Hugging Face or from a GGUF file.
///
/// Cloning is cheap: clones share the weights.
#[derive(Clone, Debug)]
pub struct LanguageModel {
    network: Part<Causal, ModelError>,
    config: CausalConfig,
    chat: Chat,
    constraint: Arc<Constraint>,
    sampling: Sampling,
    asking: Asking,
}

/// How far a text is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress {
    /// Index of the seed that is written.
    pub seed: usize,
    /// Tokens of the prompt that are read.
    pub read: usize,
    /// Tokens that are written.
    pub written: usize,
    /// Bytes that they make.
    pub bytes: usize,
}

/// What a model wrote.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Written {
    /// A valid SVG within the budget.
    pub svg: String,
    /// Tokens that the model wrote, without the one that ends the text.
    pub tokens: usize,
    /// Whether an end was asked for, and the drawing closed at once.
    pub is_cut: bool,
}

impl LanguageModel {
    /// Opens a folder with `config.json`, weights (safetensors, in one piece or in shards), `tokenizer.json` and, as far as they are
    /// there, `tokenizer_config.json`, `chat_template.jinja` and `generation_config.json`; or a GGUF file, which has all of that, and whose
    /// linear layers stay packed as they are. The weights are checked against the configuration at once and read at the first use.
    ///
    /// # Errors
    ///
    /// [`ModelError`] says which file lacks what, or has what that does not fit.
    pub fn open(files: impl Into<Location>, place: &Placement) -> Result<Self, ModelError> {
        let files = files.into();
        let (config, chat, weights) = if files.path().is_file() {
            gguf::open(&files.path(), place)?
        } else {
            (CausalConfig::read(files.join("config.json"))?, Chat::read(files.clone())?, files.weights(place)?)
        };
        let constraint = Arc::new(Constraint::new(chat.vocabulary(config.vocabulary)?)?);
        let shape = config.clone();
        let wire = move |weights: &linocut_nn::weights::Weights| Causal::load(weights, &shape);
        let network = Part::of_weights("language model", weights, place.residency, wire)?;
        Ok(Self { network, config, chat, constraint, sampling: Sampling::default(), asking: Asking::default() })
    }

    /// The same model with other options of sampling.
    #[must_use]
    pub fn with_sampling(self, sampling: Sampling) -> Self {
        Self { sampling, ..self }
    }

    /// How tokens are drawn.
    #[must_use]
    pub const fn sampling(&self) -> Sampling {
        self.sampling
    }

    /// The same model, asked in another way.
    #[must_use]
    pub fn with_asking(self, asking: Asking) -> Self {
        Self { asking, ..self }
    }

    /// The shape.
    #[must_use]
    pub const fn config(&self) -> &CausalConfig {
        &self.config
    }

    /// The tokenizer and the template.
    #[must_use]
    pub const fn chat(&self) -> &Chat {
        &self.chat
    }

    /// The network, for plans.
    #[must_use]
    pub fn part(&self) -> &dyn Resident {
        &self.network
    }

    /// The network, read from its files if it is not in memory.
    ///
    /// # Errors
    ///
    /// When a file cannot be read any more.
    pub fn network(&self) -> Result<Arc<Causal>, ModelError> {
        self.network.get()
    }

    /// The conversation that asks for a description to be drawn.
    #[must_use]
    pub fn messages(description: &str, budget: ByteBudget) -> Vec<Message> {
        Asking::Instruction.messages(description, budget)
    }

    /// Writes an SVG for each seed; the conversation is read once.
    ///
    /// `watch` is told of every token. When `stop` asks for an end, the drawing that is written is closed at once, and the seeds that
    /// are left are not begun. Progress is also reported to `stop`, as the share of the budget.
    ///
    /// # Errors
    ///
    /// [`ModelError::TooLong`] for a conversation that leaves no room, [`ModelError::Constraint`] for too small a budget,
    /// [`ModelError::Stopped`] if `stop` asks for an end before the first token.
    pub fn write(
        &self,
        messages: &[Message],
        budget: ByteBudget,
        seeds: &[u64],
        stop: &Stop,
        mut watch: impl FnMut(Progress),
    ) -> Result<Vec<Written>, ModelError> {
        self.sampling.check()?;
        let prompt = self.chat.encode(&self.chat.render(messages)?, false)?;
        let left = self.config.context.saturating_sub(prompt.len());
        let mut guide = self.constraint.begin(budget)?;
        let too_long = |_| ModelError::TooLong { actual: prompt.len(), limit: self.config.context };
        guide.limit_tokens(left).map_err(too_long)?;
        let network = self.network.get()?;
        let (cache, logits) = read(&network, &prompt, stop, &mut watch)?;
        let mut all = Vec::with_capacity(seeds.len());
        for (index, seed) in seeds.iter().enumerate() {
            if stop.requested() {
                break;
            }
            let sampler = Sampler::new(self.sampling, *seed, self.config.vocabulary, &prompt)?;
            let state = (cache.fork()?, logits.clone());
            let written = go_on(&network, guide.clone(), sampler, state, stop, |written, bytes| {
                watch(Progress { seed: index, read: prompt.len(), written, bytes });
                stop.report(STAGE, bytes as f32 / budget.bytes() as f32);
            });
            all.push(written?);
        }
        self.network.rest();
        if all.is_empty() && !seeds.is_empty() { Err(ModelError::Stopped) } else { Ok(all) }
    }

    /// Writes without the mask, to be [mended](super::mend): whatever the model says, at most `most` tokens, up to a token that ends an
    /// answer or the end of an SVG.
    ///
    /// # Errors
    ///
    /// As [`LanguageModel::write`]; a model that ends its answer at once gives an empty text.
    pub fn write_freely(
        &self,
        messages: &[Message],
        most: usize,
        seed: u64,
        stop: &Stop,
        mut watch: impl FnMut(Progress),
    ) -> Result<String, ModelError> {
        let prompt = self.chat.encode(&self.chat.render(messages)?, false)?;
        let left = self.config.context.saturating_sub(prompt.len());
        if left == 0 {
            return Err(ModelError::TooLong { actual: prompt.len(), limit: self.config.context });
        }
        let network = self.network.get()?;
        let (mut cache, mut logits) = read(&network, &prompt, stop, &mut watch)?;
        let mut sampler = Sampler::new(self.sampling, seed, self.config.vocabulary, &prompt)?;
        let (mut tokens, mut text) = (Vec::new(), String::new());
        while tokens.len() < most.min(left) && !stop.requested() {
            let token = sampler.draw(&logits, 0..self.config.vocabulary as u32)?;
            if self.chat.ends().contains(&token) {
                break;
            }
            tokens.push(token);
            text = self.chat.decode(&tokens, true)?;
            watch(Progress { seed: 0, read: prompt.len(), written: tokens.len(), bytes: text.len() });
            if text.contains("</svg>") {
                break;
            }
            logits = network.next(&[token], &mut cache)?;
        }
        self.network.rest();
        Ok(text)
    }

    /// Draws a description in at most `budget` bytes.
    ///
    /// # Errors
    ///
    /// As [`LanguageModel::write`]; [`ModelError::Unreadable`] for what no flat drawing within the budget can hold.
    pub fn drawing(&self, prompt: &Prompt, budget: ByteBudget, stop: &Stop) -> Result<Drawing, ModelError> {
        let messages = self.asking.messages(&prompt.text, budget);
        let written = self.write(&messages, budget, &[prompt.seed], stop, |_| {})?;
        let written = written.into_iter().next().ok_or(ModelError::Stopped)?;
        drawing(&written.svg, budget)
    }
}

/// Reads a prompt: the keys and values of its tokens, and the logits behind it.
fn read(
    network: &Causal,
    prompt: &[u32],
    stop: &Stop,
    watch: &mut impl FnMut(Progress),
) -> Result<(Cache, Vec<f32>), ModelError> {
    let (mut cache, mut logits) = (network.cache(), Vec::new());
    for tokens in prompt.chunks(CHUNK) {
        if stop.requested() {
            return Err(ModelError::Stopped);
        }
        logits = network.next(tokens, &mut cache)?;
        watch(Progress { seed: 0, read: cache.tokens(), written: 0, bytes: 0 });
    }
    Ok((cache, logits))
}

/// Writes one text behind a prompt, of which there are keys, values and logits.
fn go_on(
    network: &Causal,
    mut guide: Guide<'_>,
    mut sampler: Sampler,
    (mut cache, mut logits): (Cache, Vec<f32>),
    stop: &Stop,
    mut watch: impl FnMut(usize, usize),
) -> Result<Written, ModelError> {
    let (mut tokens, mut is_cut) = (0, false);
    loop {
        let token = sampler.draw(&logits, guide.mask().iter())?;
        guide.take(token)?;
        if guide.has_ended() {
            break;
        }
        tokens += 1;
        watch(tokens, guide.text().len());
        if stop.requested() {
            is_cut = !guide.is_whole();
            guide.finish();
            break;
        }
        if guide.is_whole() {
            // Only the end may follow, whatever the model says.
            guide.finish();
            break;
        }
        logits = network.next(&[token], &mut cache)?;
    }
    Ok(Written { svg: guide.text().to_owned(), tokens, is_cut })
}

/// The drawing that a text shows: exactly, if it has whole coordinates and no transforms, else on the finest grid on which it fits.
pub(super) fn drawing(svg: &str, budget: ByteBudget) -> Result<Drawing, ModelError> {
    if let Ok(drawing) = Drawing::parse(svg) {
        return fitting([drawing].into_iter(), budget);
    }
    let mut grids = Vec::with_capacity(GRIDS.len());
    let unreadable = |error: linocut_svg::ForeignError| ModelError::Unreadable { reason: error.to_string() };
    // On a grid one unit wide, the height tells the proportions.
    let height = read_foreign(svg, 1).map_err(unreadable)?.drawing.height;
    for side in GRIDS {
        grids.push(read_foreign(svg, (side / height).max(1)).map_err(unreadable)?.drawing);
    }
    fitting(grids.into_iter(), budget)
}

/// The first drawing that fits, or that does once it is compact.
fn fitting(drawings: impl Iterator<Item = Drawing>, budget: ByteBudget) -> Result<Drawing, ModelError> {
    let mut least = usize::MAX;
    for drawing in drawings {
        let compact = if budget.fits(drawing.byte_count()) { drawing } else { drawing.compact() };
        least = least.min(compact.byte_count());
        if budget.fits(least) {
            return Ok(compact);
        }
    }
    Err(ModelError::Unreadable {
        reason: format!("its shapes take {least} bytes of {} on the coarsest grid", budget.bytes()),
    })
}

impl Draw for LanguageModel {
    fn draw(&self, prompt: &Prompt, task: &Task<'_>) -> Result<Drawing, StageError> {
        self.drawing(prompt, task.budget, task.stop).map_err(|error| StageError::new(STAGE, error))
    }
}
