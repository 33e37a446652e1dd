//! Turns a text description into an SVG of at most 10,000 bytes, and any picture into flat shapes that fit a byte budget.
//!
//! This crate is the facade of a workspace of small libraries: [`Pipeline`] makes many candidates for a description, checks and
//! scores them and keeps the best; [`Batch`] draws whole lists, [`Gallery`] shows what they became; everything else is re-exported.
//! The limit of 10,000 bytes comes from the contest *Drawing with LLMs* (Kaggle, 2025); budget, rules and score are parameters.
//!
//! Two drawings, 5,973 and 3,546 bytes, for “a lighthouse overlooking the ocean” and “a striped wool coat with gold buttons”:
//!
//! <div style="display: flex; gap: 1em; max-width: 32em">
#![doc = include_str!("../docs/lighthouse.svg")]
#![doc = include_str!("../docs/coat.svg")]
//! </div>
//!
//! # Draw a description
//!
//! ```
//! use linocut::{Pipeline, PipelineOptions, Prompt, Stop};
//!
//! let options = PipelineOptions { candidates: 1, ..PipelineOptions::default() };
//! let pipeline = Pipeline { options, ..Pipeline::standard() };
//! let outcome = pipeline.run(&Prompt::new("a purple forest at dusk", 7), &Stop::never())?;
//! assert!(outcome.best().svg.byte_count() <= 10_000);
//! println!("{}", outcome.best().svg.svg());
//! # Ok::<(), linocut::PipelineError>(())
//! ```
//!
//! # Trace a picture into a budget
//!
//! ```
//! use image::{Rgb, RgbImage};
//! use linocut::trace::BudgetTracer;
//! use linocut::{ByteBudget, Stop, Task, Trace};
//!
//! let picture = RgbImage::from_fn(200, 100, |x, _| Rgb(if x < 90 { [20, 40, 120] } else { [240, 200, 90] }));
//! let stop = Stop::never();
//! let drawing = Trace::trace(&BudgetTracer::default(), &picture, &Task::new(ByteBudget::new(2_000), &stop))?;
//! assert!(drawing.byte_count() <= 2_000);
//! # Ok::<(), linocut::StageError>(())
//! ```
//!
//! # Replace a stage
//!
//! Every stage is a trait with one required method, and a closure is a stage:
//!
//! ```
//! use image::RgbImage;
//! use linocut::{FromFn, Named, Pipeline, Prompt, StageError, Stop};
//!
//! let fog = FromFn(|_: &Prompt, _: &Stop| Ok::<_, StageError>(RgbImage::from_pixel(64, 64, [200; 3].into())));
//! let mut pipeline = Pipeline::standard();
//! pipeline.generators = vec![Named::new("fog", Box::new(fog))];
//! pipeline.drawers.clear();
//! assert!(pipeline.run(&Prompt::new("fog", 0), &Stop::never()).is_ok());
//! ```
//!
//! # The crates
//!
//! | module | what it does | start with |
//! |---|---|---|
//! | [`pipeline`] | best of many candidates, within a deadline | [`Pipeline::standard`] |
//! | [`batch`] | lists of descriptions, with resume | [`Batch`] |
//! | [`gallery`] | one page of a run, or of two compared | [`Gallery`] |
//! | [`report`] | contact sheets, plots, paired differences | [`report::Sheet`] |
//! | [`suite`] | descriptions that ask for one ability at a time | [`suite::objects`] |
//! | [`core`](mod@core) | the vocabulary and the six traits | [`Trace`], [`Task`], [`FromFn`] |
//! | [`svg`] | typed drawings, exact byte counts, a reader for any SVG, a renderer | [`Drawing`], [`svg::read_foreign`], [`svg::rasterize`] |
//! | [`constraints`] | what a valid SVG is | [`check`], [`constraints::sanitise`] |
//! | [`raster`] | decoding, resampling, PSNR, SSIM | [`raster::resize`], [`raster::ssim`] |
//! | [`trace`] | pictures to flat shapes under a byte budget | [`trace::BudgetTracer`] |
//! | [`refine`] | shapes moved towards pixels by gradient | [`refine::Refiner`] |
//! | [`finish`] | fewer bytes, decoy and border | [`finish::Tidy`], [`finish::Decoy`], [`finish::Border`] |
//! | [`words`] | meanings of English words | [`words::WordVectors`] |
//! | [`collage`] | pictures from words without a model | [`collage::Collage`] |
//! | [`score`] | the contest's metric, fidelity, the embedded judge, OCR | [`score::contest`], [`score::Fidelity`] |
//! | `diffusion`, `nn` | published diffusion models and the layers they share (feature `diffusion`; `nn` with `language` and `neural` too) | |
//! | `language` | language models that write drawings (feature `language`) | `language::Writer` |
//!
//! # Features
//!
//! | feature | adds |
//! |---|---|
//! | `judge` (default) | the embedded judge: does the picture fit its description? |
//! | `ocr` (default) | embedded OCR and its score `O(pp-ocr)` |
//! | `vtracer` (default) | the tracer `trace::VTracer` |
//! | `onnxruntime` | OCR in a native ONNX Runtime, if `ORT_DYLIB_PATH` names its library |
//! | `diffusion` | text to picture from published weights |
//! | `hub` | `diffusion`, with downloads from the Hugging Face hub; needs a C compiler |
//! | `language` | drawings by language models, from published weights |
//! | `neural` | the contest's networks from published weights |
//! | `cuda`, `cudnn`, `flash-attn`, `metal` | networks on a graphics card; not run on one yet |
//!
//! # Depending on it
//!
//! Nothing is on crates.io yet: depend on the folder, `linocut = { path = "linocut/crates/linocut" }`. Pictures are
//! [`image::RgbImage`] of `image` 0.25. The minimum supported Rust version is 1.95. Until 1.0 every 0.x release may change the API; the
//! changelog says how.

pub mod batch;
pub mod gallery;
pub mod list;
pub mod pipeline;
pub mod report;
mod run_log;
pub mod suite;

pub use linocut_collage as collage;
pub use linocut_constraints as constraints;
pub use linocut_core as core;
#[cfg(feature = "diffusion")]
pub use linocut_diffusion as diffusion;
pub use linocut_finish as finish;
#[cfg(feature = "language")]
pub use linocut_language as language;
#[cfg(any(feature = "diffusion", feature = "language", feature = "neural"))]
pub use linocut_nn as nn;
pub use linocut_raster as raster;
pub use linocut_refine as refine;
pub use linocut_score as score;
pub use linocut_svg as svg;
pub use linocut_trace as trace;
pub use linocut_words as words;

pub use linocut_constraints::{Profile, ValidSvg, check};
pub use linocut_core::{
    ByteBudget, Draw, Effort, FromFn, Generate, Prompt, Question, Render, Rewrite, Score, Scores, StageError, Stop,
    Subject, Task, Trace,
};
pub use linocut_svg::{Drawing, Svg};

pub use batch::{Batch, BatchError, BatchOptions};
pub use gallery::{Gallery, GalleryError};
pub use pipeline::{Candidate, Maker, Named, Origin, Outcome, Pipeline, PipelineError, PipelineOptions};

/// The README's code, compiled as tests.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
