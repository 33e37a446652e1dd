#![doc = include_str!("../../../README.md")]

pub mod batch;
pub mod gallery;
pub mod pipeline;
pub mod report;

pub use linocut_collage as collage;
pub use linocut_constraints as constraints;
pub use linocut_core as core;
#[cfg(feature = "diffusion")]
pub use linocut_diffusion as diffusion;
pub use linocut_finish as finish;
pub use linocut_raster as raster;
pub use linocut_refine as refine;
pub use linocut_score as score;
pub use linocut_svg as svg;
pub use linocut_trace as trace;

pub use linocut_constraints::{Profile, ValidSvg, check};
pub use linocut_core::{
    ByteBudget, Draw, Effort, FromFn, Generate, Prompt, Question, Render, Rewrite, Score, Scores, StageError, Stop,
    Subject, Task, Trace,
};
pub use linocut_svg::{Drawing, Svg};

pub use batch::{Batch, BatchError, BatchOptions};
pub use gallery::{Gallery, GalleryError};
pub use pipeline::{Candidate, Named, Origin, Outcome, Pipeline, PipelineError, PipelineOptions, Source};
