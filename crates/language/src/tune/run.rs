//! A run: a plan that is checked and counted, then step after step.

use std::path::{Path, PathBuf};

use linocut_nn::place::Placement;
use linocut_nn::weights::Weights;
use linocut_nn::{LinearKind, candle_core};

use super::adamw::{AdamW, Schedule};
use super::batch::{Batch, Example, chosen};
use super::error::TuneError;
use super::learner::{Gradients, Learn, Learner, refuse_packed};
use super::memory::Memory;
use super::pair::Pair;
use crate::model::{Asking, Causal, CausalConfig, Chat};

/// How a model is tuned.
#[derive(Clone, PartialEq, Debug)]
pub struct TuneOptions {
    /// What is learnt. Default: changes of rank 8 in all linear layers.
    pub learn: Learn,
    /// How a description is asked for.
    pub asking: Asking,
    /// Steps of the optimiser. Default: 200.
    pub steps: usize,
    /// Pairs that go through the network together. Default: 2.
    pub batch: usize,
    /// Batches of a step. Default: 4. Their losses are summed, so a step is that of one large batch.
    pub accumulate: usize,
    /// Rate behind the warm-up. Default: 2e-4.
    pub rate: f64,
    /// How it goes on.
    pub schedule: Schedule,
    /// Steps in which it rises. Default: 10.
    pub warm_up: usize,
    /// What running means of gradients and their squares keep of themselves in a step. Default: 0.9, 0.999.
    pub betas: (f64, f64),
    /// Decay of matrices. Default: 0.01.
    pub decay: f64,
    /// Largest norm of all gradients together; larger ones are scaled down. Default: 1.
    pub clip: Option<f64>,
    /// Most tokens of a pair. Default: 4096, or the model's context if that is less.
    pub length: usize,
    /// Whether pairs come in an order by lot. Default: true.
    pub shuffle: bool,
    /// Seed of what goes by lot.
    pub seed: u64,
}

impl Default for TuneOptions {
    fn default() -> Self {
        Self {
            learn: Learn::default(),
            asking: Asking::default(),
            steps: 200,
            batch: 2,
            accumulate: 4,
            rate: 2e-4,
            schedule: Schedule::default(),
            warm_up: 10,
            betas: (0.9, 0.999),
            decay: 0.01,
            clip: Some(1.0),
            length: 4096,
            shuffle: true,
            seed: 0,
        }
    }
}

impl TuneOptions {
    fn check(&self) -> Result<(), TuneError> {
        let wrong = |field, expected, actual: String| Err(TuneError::Option { field, expected, actual });
        for (field, value) in [("steps", self.steps), ("batch", self.batch), ("accumulate", self.accumulate)] {
            if value == 0 {
                return wrong(field, "at least 1", value.to_string());
            }
        }
        for (field, value) in [("rate", self.rate), ("clip", self.clip.unwrap_or(1.0))] {
            if !(value.is_finite() && value > 0.0) {
                return wrong(field, "above 0", value.to_string());
            }
        }
        for (field, value) in [("betas", self.betas.0), ("betas", self.betas.1), ("decay", self.decay)] {
            if !(0.0..1.0).contains(&value) {
                return wrong(field, "0 to below 1", value.to_string());
            }
        }
        if let Learn::LowRank(low_rank) = &self.learn {
            low_rank.check()?;
        }
        Ok(())
    }
}

/// What happened in a step.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Step {
    /// Its number, from 1.
    pub number: usize,
    /// Mean cross-entropy of the tokens of answers before the step, in nats.
    pub loss: f64,
    /// Norm of all gradients together, before clipping.
    pub gradient: f64,
    /// The rate.
    pub rate: f64,
    /// Tokens of answers.
    pub tokens: usize,
}

/// A model, pairs and options that fit each other, before anything is read.
#[derive(Debug)]
pub struct TunePlan {
    folder: PathBuf,
    config: CausalConfig,
    weights: Weights,
    examples: Vec<Example>,
    options: TuneOptions,
    memory: Memory,
}

impl TunePlan {
    /// Checks a model's folder, pairs and options. Weights are only outlined.
    ///
    /// # Errors
    ///
    /// [`TuneError`] names the option, the pair or the file that does not fit.
    pub fn new(folder: &Path, place: &Placement, pairs: &[Pair], options: TuneOptions) -> Result<Self, TuneError> {
        let chat = Chat::read(folder)?;
        let end = chat.ends().first().copied().ok_or_else(|| TuneError::NoEnd { folder: folder.to_owned() })?;
        let of_pair = |pair| Example::of_pair(pair, &chat, options.asking, end);
        let examples = pairs.iter().map(of_pair).collect::<Result<Vec<_>, _>>()?;
        let plan = Self::of_examples(folder, place, examples, options);
        plan.map_err(|error| match error {
            TuneError::TooLong { number, actual, limit, .. } => {
                let description = pairs.get(number - 1).map_or_else(String::new, |pair| pair.description.clone());
                TuneError::TooLong { number, description, actual, limit }
            }
            other => other,
        })
    }

    /// As [`TunePlan::new`], for examples that are tokens already.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn of_examples(
        folder: &Path,
        place: &Placement,
        examples: Vec<Example>,
        options: TuneOptions,
    ) -> Result<Self, TuneError> {
        options.check()?;
        let config = CausalConfig::read(folder.join("config.json"))?;
        if examples.is_empty() {
            return Err(TuneError::NoPairs { file: folder.to_owned() });
        }
        let limit = options.length.min(config.context);
        if let Some(at) = examples.iter().position(|example| example.tokens.len() > limit) {
            let (description, actual) = (String::new(), examples[at].tokens.len());
            return Err(TuneError::TooLong { number: at + 1, description, actual, limit });
        }
        let weights = place.weights(folder)?;
        refuse_packed(&weights, folder)?;
        if !matches!(place.linear_kind, LinearKind::Plain | LinearKind::Stored) {
            return Err(TuneError::Packed { folder: folder.to_owned() });
        }
        let outline = weights.outline();
        Causal::load(&outline, &config)?;
        let all: usize = outline.asked().iter().map(|(_, shape)| shape.iter().product::<usize>()).sum();
        let longest = examples.iter().map(|example| example.tokens.len()).max().unwrap_or(0);
        let answers = examples.iter().map(Example::learnt).max().unwrap_or(0);
        let sizes = (options.batch, longest, answers);
        let memory = Memory::of(&config, &options.learn, (outline.asked_bytes(), all as u64), sizes);
        Ok(Self { folder: folder.to_owned(), config, weights, examples, options, memory })
    }

    /// What it will take.
    #[must_use]
    pub const fn memory(&self) -> Memory {
        self.memory
    }

    /// Reads the weights.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, or a layer that is to change is missing.
    pub fn begin(self) -> Result<Tuning, TuneError> {
        let Self { folder, config, weights, examples, options, .. } = self;
        let learner = Learner::open(&weights, &config, &options.learn, options.seed)?;
        let adam = AdamW::new(&learner.variables, options.betas, options.decay)?;
        Ok(Tuning { folder, weights, learner, adam, examples, options, steps: Vec::new() })
    }
}

/// A model that is being tuned.
#[derive(Debug)]
pub struct Tuning {
    pub(super) folder: PathBuf,
    pub(super) weights: Weights,
    pub(super) learner: Learner,
    pub(super) adam: AdamW,
    pub(super) examples: Vec<Example>,
    pub(super) options: TuneOptions,
    pub(super) steps: Vec<Step>,
}

impl Tuning {
    /// What happened so far.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Whether all steps are taken.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.steps.len() >= self.options.steps
    }

    /// Takes the next step. With numbers that are not finite nothing changes.
    ///
    /// # Errors
    ///
    /// [`TuneError::NotFinite`] for a loss or a gradient that is no number.
    pub fn step(&mut self) -> Result<Step, TuneError> {
        let TuneOptions { batch, accumulate, seed, .. } = self.options;
        let (at, per_step) = (self.steps.len(), batch * accumulate);
        let chosen: Vec<usize> = match self.options.shuffle {
            true => chosen(at, per_step, self.examples.len(), seed),
            false => (at * per_step..(at + 1) * per_step).map(|at| at % self.examples.len()).collect(),
        };
        let tokens: usize = chosen.iter().map(|at| self.examples[*at].learnt()).sum();
        let share = 1.0 / tokens.max(1) as f64;
        let (mut gradients, mut loss) = (Gradients::zero(&self.learner.variables)?, 0.0);
        for part in chosen.chunks(batch) {
            let part: Vec<&Example> = part.iter().map(|at| &self.examples[*at]).collect();
            let of_part = self.learner.loss(&Batch::of(&part))?;
            loss += share * f64::from(of_part.to_scalar::<f32>()?);
            gradients.add(&self.learner.variables, &of_part.backward()?, share)?;
        }
        let gradient = gradients.norm()?;
        for (what, value) in [("loss", loss), ("gradient's norm", gradient)] {
            if !value.is_finite() {
                return Err(TuneError::NotFinite { what, step: at + 1, value });
            }
        }
        let rate = self.options.rate * self.options.schedule.share(at, self.options.warm_up, self.options.steps);
        let factor = self.options.clip.map_or(1.0, |most| (most / (gradient + 1e-6)).min(1.0));
        self.adam.step(&self.learner.variables, &gradients, (at + 1, rate, factor))?;
        let step = Step { number: at + 1, loss, gradient, rate, tokens };
        self.steps.push(step);
        Ok(step)
    }

    /// Begins with a change that was learnt before, in peft's layout (`adapter_model.safetensors`).
    ///
    /// # Errors
    ///
    /// [`TuneError::Weights`] if the file has other layers or another rank.
    pub fn begin_with(&mut self, adapter: &Path) -> Result<(), TuneError> {
        let weights = Weights::open(adapter, candle_core::DType::F32, self.weights.device())?;
        for (name, variable) in &self.learner.variables {
            variable.set(&weights.get(name, variable.dims())?)?;
        }
        Ok(weights.finish(&[])?)
    }

    /// What a checkpoint must agree with, a line each.
    pub(super) fn identity(&self) -> String {
        let mut hash = Fnv::default();
        for name in self.weights.names() {
            let shape = self.weights.shape(&name).unwrap_or_default();
            hash.add(name.as_bytes());
            shape.iter().for_each(|side| hash.add(&side.to_le_bytes()));
        }
        if let Ok(norm) = self.first_numbers() {
            norm.iter().for_each(|value| hash.add(&value.to_le_bytes()));
        }
        let model = hash.0;
        let mut hash = Fnv::default();
        for example in &self.examples {
            example.tokens.iter().for_each(|token| hash.add(&token.to_le_bytes()));
        }
        let options = format!("{:?}", self.options);
        format!("model: {model:016x}\npairs: {:016x}\noptions: {options}\n", hash.0)
    }

    /// Numbers by which models of one shape differ, as the file has them.
    fn first_numbers(&self) -> Result<Vec<f32>, TuneError> {
        let name = "model.layers.0.mlp.up_proj.weight";
        let shape = self.weights.shape(name).unwrap_or_default();
        let row = self.weights.get(name, &shape)?.flatten_all()?;
        Ok(row.narrow(0, 0, row.elem_count().min(4096))?.to_vec1::<f32>()?)
    }
}

/// FNV-1a.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}
