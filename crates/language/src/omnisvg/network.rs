//! The language model: tokens and what the tower sees to logits.

use linocut_nn::candle_core::{DType, Device, Result, Tensor, bail};
use linocut_nn::decoder::{Cache, Decoder, DecoderConfig, Sight};
use linocut_nn::weights::Weights;
use linocut_nn::{Embedding, Gain, Linear, RmsNorm, Rotary, frequencies};

use super::config::OmniConfig;
use super::picture::Grid;
use crate::model::ModelError;

/// Qwen2.5-VL's language model with tokens of drawings behind its vocabulary.
///
/// # Source
///
/// transformers 4.51, `modeling_qwen2_5_vl.py`; OmniSVG, `decoder.py`, 2025.
#[derive(Clone, Debug)]
pub struct SketchDecoder {
    tokens: Embedding,
    decoder: Decoder,
    norm: RmsNorm,
    head: Linear,
    config: OmniConfig,
    compute: DType,
    device: Device,
}

/// Places of tokens in time, row and column.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Places {
    /// One for each token.
    pub of_tokens: Vec<[usize; 3]>,
    /// That of the token that comes next, on all axes.
    pub next: usize,
}

impl Places {
    /// The places of a prompt. Text goes on along all three axes. A picture stands at one time, its merged blocks of patches at their rows and
    /// columns behind it, and the text behind it goes on from its longer side.
    ///
    /// # Errors
    ///
    /// When the tokens for pictures are not as many as the grids have blocks.
    pub fn of_prompt(tokens: &[u32], grids: &[Grid], config: &OmniConfig) -> Result<Self> {
        let merge = config.vision.merge;
        let (mut found, mut grids, mut at) = (Self::default(), grids.iter(), 0);
        while let Some(token) = tokens.get(at) {
            if *token != config.picture_token {
                found.of_tokens.push([found.next; 3]);
                (found.next, at) = (found.next + 1, at + 1);
                continue;
            }
            let Some(grid) = grids.next() else { bail!("more pictures in the text than there are") };
            let (rows, columns) = (grid.rows / merge, grid.columns / merge);
            let run = tokens[at..].iter().take_while(|token| **token == config.picture_token).count();
            if run < rows * columns || rows * columns == 0 {
                bail!("{run} tokens for a picture of {rows} x {columns} blocks");
            }
            let first = found.next;
            let of_block = |row: usize| (0..columns).map(move |column| [first, first + row, first + column]);
            found.of_tokens.extend((0..rows).flat_map(of_block));
            (found.next, at) = (first + rows.max(columns), at + rows * columns);
        }
        match grids.next() {
            Some(grid) => bail!("no place in the text for a picture of {} x {} patches", grid.rows, grid.columns),
            None => Ok(found),
        }
    }
}

impl SketchDecoder {
    /// Loads `model` and, unless it is tied, `lm_head`.
    ///
    /// # Errors
    ///
    /// [`ModelError::Weights`] if a tensor is missing, has another shape or is not finite.
    pub fn load(weights: &Weights, config: &OmniConfig) -> std::result::Result<Self, ModelError> {
        let model = weights.pp("model");
        let DecoderConfig { hidden, eps, .. } = config.decoder;
        let vocabulary = config.layout.vocabulary as usize;
        let table = model.pp("embed_tokens");
        let (tokens, head) = if config.is_tied {
            Embedding::load_with_head(&table, vocabulary, hidden)?
        } else {
            let tokens = Embedding::of_table(table.get_narrowed("weight", &[vocabulary, hidden])?);
            (tokens, Linear::load(&weights.pp("lm_head"), hidden, vocabulary, false)?)
        };
        Ok(Self {
            tokens,
            decoder: Decoder::load(&model, &config.decoder, 0)?,
            norm: RmsNorm::load(&model.pp("norm"), hidden, eps, Gain::Weight)?,
            head,
            config: config.clone(),
            compute: weights.compute(),
            device: weights.device().clone(),
        })
    }

    /// A cache without tokens, for sequences with so much padding on their left; one sequence without padding if the list is empty.
    #[must_use]
    pub fn cache(&self, padding: Vec<usize>) -> Cache {
        self.decoder.cache(Sight { padding, ..Sight::default() })
    }

    /// Vectors of tokens, (batch, tokens, hidden); all sequences are of one length.
    ///
    /// # Errors
    ///
    /// For a token outside of the vocabulary.
    pub fn vectors(&self, sequences: &[&[u32]]) -> Result<Tensor> {
        let length = sequences.first().map_or(0, |sequence| sequence.len());
        let ids = Tensor::from_vec(sequences.concat(), (sequences.len(), length), &self.device)?;
        self.tokens.forward(&ids)?.to_dtype(self.compute)
    }

    /// The vectors of one prompt in which what the tower sees, (blocks, hidden), takes the place of the picture's tokens.
    ///
    /// # Errors
    ///
    /// When there are not as many of these as there are blocks.
    pub fn vectors_with(&self, tokens: &[u32], seen: &Tensor) -> Result<Tensor> {
        let vectors = self.vectors(&[tokens])?.squeeze(0)?;
        let seen = seen.to_dtype(self.compute)?;
        let is_picture = |token: &u32| *token == self.config.picture_token;
        let (count, blocks) = (tokens.iter().filter(|token| is_picture(token)).count(), seen.dim(0)?);
        if count != blocks {
            bail!("{count} tokens for pictures of {blocks} blocks");
        }
        let (mut parts, mut at, mut used) = (Vec::new(), 0, 0);
        for run in tokens.chunk_by(|a, b| is_picture(a) == is_picture(b)) {
            if run.first().is_some_and(is_picture) {
                parts.push(seen.narrow(0, used, run.len())?);
                used += run.len();
            } else {
                parts.push(vectors.narrow(0, at, run.len())?);
            }
            at += run.len();
        }
        Tensor::cat(&parts, 0)?.unsqueeze(0)
    }

    /// Logits behind each token, (batch, tokens, vocabulary), f32, of vectors that follow those of `cache`; `places` are those of one sequence
    /// after the other.
    ///
    /// # Errors
    ///
    /// When the shapes do not fit each other.
    pub fn logits(&self, vectors: &Tensor, places: &[[usize; 3]], cache: &mut Cache) -> Result<Tensor> {
        self.project(&self.states(vectors, places, cache)?)
    }

    /// Logits of the token that comes next in the one sequence, behind vectors that follow those of `cache`.
    ///
    /// # Errors
    ///
    /// As [`SketchDecoder::logits`].
    pub fn next(&self, vectors: &Tensor, places: &[[usize; 3]], cache: &mut Cache) -> Result<Vec<f32>> {
        let states = self.states(vectors, places, cache)?;
        let last = states.narrow(1, states.dim(1)? - 1, 1)?;
        self.project(&last)?.flatten_all()?.to_vec1()
    }

    fn states(&self, vectors: &Tensor, places: &[[usize; 3]], cache: &mut Cache) -> Result<Tensor> {
        let (batch, tokens, _) = vectors.dims3()?;
        if places.len() != batch * tokens {
            bail!("{} places for {batch} x {tokens} tokens", places.len());
        }
        let DecoderConfig { head, rotary_base, pairs, .. } = self.config.decoder;
        let speeds: Vec<f32> = frequencies(head, rotary_base).into_iter().map(|speed| speed as f32).collect();
        let sections = self.config.sections.iter().enumerate();
        let axes: Vec<usize> = sections.flat_map(|(axis, section)| std::iter::repeat_n(axis, *section)).collect();
        let rotary = Rotary::of_axes(&speeds, &axes, places, batch, pairs, &self.device)?;
        self.decoder.forward_turned(vectors, &rotary, cache)
    }

    fn project(&self, states: &Tensor) -> Result<Tensor> {
        self.head.forward(&self.norm.forward(states)?)?.to_dtype(DType::F32)
    }
}
