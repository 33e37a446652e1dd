//! Traces (vectorises) a bitmap picture into flat shapes whose SVG fits a byte budget.
//!
//! Three tracers take the same [`Task`](linocut_core::Task) and return a [`Drawing`](linocut_svg::Drawing) of at most
//! `task.budget` bytes:
//!
//! | tracer | method | use it for | time |
//! |---|---|---|---|
//! | [`BudgetTracer`] | searches polygons on an integer grid by squared error and bytes | the closest drawing for its bytes | about 2 s |
//! | [`Contours`] | k-means colours and contours, then cuts to the budget | a quick drawing of flat colours | about 1 s; a draft 0.1 s |
//! | [`VTracer`] | the `vtracer` library's colour clustering, then cuts to the budget | a second candidate of another kind, without randomness | about 1.5 s; a draft 0.1 s |
//!
//! At 10,000 bytes, on eight varied pictures, they reach 28.6, 25.8 and 25.4 dB of PSNR
//! (`docs/results/tracing-budgeted.md`). For people's eyes give [`BudgetTracer`] the [`Objective::Perceptual`]. A draft ([`Effort::Draft`](linocut_core::Effort::Draft)) ranks candidates
//! quickly.
//!
//! Each tracer reduces the picture to a grid with its proportions, by default 384 pixels on the longer side, and begins
//! its drawing with a background over the whole picture. Work is bounded by counts, so the same picture, options and
//! seed give the same bytes, unless a time limit or a stop ends the work earlier.
//!
//! ```
//! use image::RgbImage;
//! use linocut_core::{ByteBudget, Stop, Task};
//! use linocut_trace::Contours;
//!
//! let image = RgbImage::from_fn(192, 144, |x, y| [if x > y { 255 } else { 20 }, 90, 160].into());
//! let stop = Stop::never();
//! let drawing = Contours::default().trace(&image, &Task::new(ByteBudget::new(300), &stop))?;
//! assert!(drawing.byte_count() <= 300);
//! assert_eq!((drawing.width, drawing.height), (192, 144));
//! # Ok::<(), linocut_trace::TraceError>(())
//! ```
//!
//! # Where the search of `BudgetTracer` is
//!
//! The module [`steps`] offers these steps one at a time. Their files are in `src/budget/`:
//!
//! | step | files |
//! |---|---|
//! | options, and the order of the steps | `tracer`, `search` |
//! | work done so far, the price of a byte, annealing | `schedule` |
//! | start: regions by merging | `segment`, from `cells` and `pairs` on the `graph` |
//! | start: regions grouped by colour, outlined, thinned to size | `start`, `outline` and `boundary`, `thin` |
//! | start: from a given drawing instead | `adopt` |
//! | all moves of polygons, in parallel bands | `sweep` |
//! | move, insert and delete vertices | `chain` |
//! | delete polygons, give them to other layers | `shapes` |
//! | add polygons | `additions`, from `rectangles` |
//! | fit colours and opacities | `colors`, `opacity`, from `moments` |
//! | cut to the budget at the end | `fit` |
//! | layers and their paints under search | `state`, `paint` |
//! | exact error of a change | `coverage`, `band`, `scan`, in the colours of `space` |
//! | bytes of a change | `cost` |
//! | what the error is, by objective | `objective` |
//! | rounds that aim at the contest's filters or at SSIMULACRA2 | `aim`, `perceptual` |
//!
//! What `VTracer` and `Contours` share is in `src/`: `search` (starts and finalists), `fit` (bisection), `prune`,
//! `offer`, `join` and `plan` (cuts to the budget), `price` (bytes).

mod budget;
mod canvas;
pub mod compat;
mod contours;
mod convert;
mod cover;
mod error;
mod fit;
mod importance;
mod join;
mod kmeans;
mod layer;
mod offer;
mod outline;
mod plan;
mod price;
mod prune;
mod reduce;
mod regions;
mod search;
mod simplify;
mod span;
mod vtracer;

pub use budget::steps;
pub use budget::{BudgetTracer, Objective, TraceProgress, Work};
pub use contours::Contours;
pub use error::TraceError;
pub use vtracer::{Layering, VTracer};
