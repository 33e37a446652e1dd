//! Language models that draw: constrained decoding of valid SVG within a byte budget, a runner for causal models, OmniSVG, and codecs for
//! the tokens of LLM4SVG and OmniSVG.
//!
//! - [`constraint`]: a mask over the tokens of any vocabulary, under which a model can only write valid drawings, and always ends
//!   them within the budget
//! - [`model`]: Llama 3, Qwen 2.5, Qwen 3 and Gemma 2 from their folders, with tokenizer, chat template and sampling;
//!   [`model::LanguageModel`] is a [`Draw`](linocut_core::Draw)
//! - [`tune`]: such a model learns from pairs of descriptions and drawings
//! - [`omnisvg`]: OmniSVG 1.1, which draws descriptions and pictures in tokens of its own; its codec, both ways
//! - [`llm4svg`]: drawings as the tokens that LLM4SVG's models were trained on, both ways
//!
//! With a model's folder, a description becomes a drawing:
//!
//! ```no_run
//! use std::path::Path;
//!
//! use linocut_core::{ByteBudget, Prompt, Stop};
//! use linocut_language::model::LanguageModel;
//! use linocut_nn::place::Placement;
//!
//! let model = LanguageModel::open(Path::new("Qwen2.5-0.5B-Instruct"), &Placement::default())?;
//! let drawing = model.drawing(&Prompt::new("a red kite over a beach", 7), ByteBudget::CONTEST, &Stop::never())?;
//! println!("{}", drawing.write());
//! # Ok::<(), linocut_language::model::ModelError>(())
//! ```
//!
//! Without one, the mask shows what it is good for: here each token is drawn by lot, and what comes out is valid all the same.
//!
//! ```
//! use linocut_constraints::{Profile, check};
//! use linocut_core::ByteBudget;
//! use linocut_language::constraint::{Constraint, Vocabulary};
//! use linocut_language::model::{Sampler, Sampling};
//!
//! // A vocabulary of all bytes, a few pieces of SVG, and a token that ends a text.
//! let pieces = ["<path d=\"m", " fill=\"#", "\"/>", "<circle", " r=\"", "<g", "</g>"];
//! let mut tokens: Vec<Vec<u8>> = (0..=255_u8).map(|byte| vec![byte]).collect();
//! tokens.extend(pieces.map(|piece| piece.as_bytes().to_vec()));
//! let end = tokens.len() as u32;
//! tokens.push(Vec::new());
//! let logits = vec![0.0; tokens.len()];
//! let constraint = Constraint::new(Vocabulary::new(tokens, vec![end]))?;
//!
//! let by_lot = Sampling { temperature: 1.0, ..Sampling::GREEDY };
//! let mut sampler = Sampler::new(by_lot, 7, logits.len(), &[])?;
//! let mut guide = constraint.begin(ByteBudget::new(500))?;
//! while !guide.has_ended() {
//!     let token = sampler.draw(&logits, guide.mask().iter())?;
//!     guide.take(token)?;
//! }
//! assert!(check(guide.text(), &Profile::CONTEST).is_ok() && guide.text().len() <= 500);
//! # Ok::<(), linocut_language::model::ModelError>(())
//! ```

pub mod constraint;
mod grammar;
pub mod llm4svg;
pub mod model;
pub mod omnisvg;
pub mod tune;
mod writer;

pub use writer::Writer;
