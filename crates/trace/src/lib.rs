//! Traces (vectorises) a bitmap picture into flat shapes whose SVG fits a byte budget.
//!
//! ```
//! use image::RgbImage;
//!
//! let image = RgbImage::from_fn(192, 144, |x, y| [if x > y { 255 } else { 20 }, 90, 160].into());
//! let drawing = linocut_trace::trace(&image, 300)?;
//! assert!(drawing.byte_count() <= 300);
//! // Flat art, as this is, is drawn on half pixels.
//! assert_eq!((drawing.width, drawing.height), (384, 288));
//! # Ok::<(), linocut_trace::TraceError>(())
//! ```
//!
//! [`trace()`] is the common case. Behind it are tracers with options, which take the same [`Task`](linocut_core::Task) (a budget, a
//! seed, a stop) and return a [`Drawing`](linocut_svg::Drawing) of at most `task.budget` bytes:
//!
//! | tracer | method | use it for | time |
//! |---|---|---|---|
//! | [`BudgetTracer`] | searches polygons on an integer grid by squared error and bytes | the closest drawing for its bytes | about 2 s |
//! | [`Contours`] | k-means colours and contours, then cuts to the budget | a quick drawing of flat colours | about 1 s; a draft 0.1 s |
#![cfg_attr(
    feature = "vtracer",
    doc = "| [`VTracer`] | the `vtracer` library's colour clustering, then cuts to the budget | a second candidate of another kind, without randomness | about 1.5 s; a draft 0.1 s |"
)]
#![cfg_attr(
    not(feature = "vtracer"),
    doc = "| `VTracer` (feature `vtracer`) | the `vtracer` library's colour clustering, then cuts to the budget | a second candidate of another kind, without randomness | about 1.5 s; a draft 0.1 s |"
)]
//!
//! At 10,000 bytes, on eight varied pictures, the search reaches 28.6 dB of PSNR, contours 25.8 and VTracer 25.4
//! (`docs/results/tracing-budgeted.md`). For people's eyes give [`BudgetTracer`] the [`Objective::Perceptual`]. A draft
//! ([`Effort::Draft`](linocut_core::Effort::Draft)) ranks candidates quickly.
//!
//! Each tracer reduces the picture to a grid with its proportions, by default 384 pixels on the longer side, and begins
//! its drawing with a background over the whole picture. Work is bounded by counts, so the same picture, options and
//! seed give the same bytes, unless a time limit or a stop ends the work earlier. Flat art is drawn in curves, in a `viewBox` of
//! twice the grid's width and height ([`BudgetTracer::curves`]), and in circles and ellipses where an outline is one; its lines, if
//! asked for, as strokes ([`BudgetTracer::strokes`](field@BudgetTracer::strokes)); smooth shading in gradients
//! ([`BudgetTracer::ramps`]); soft edges and shadows of cut-outs in gradients to transparent
//! ([`BudgetTracer::fades`]).
//!
//! ```
//! use image::RgbImage;
//! use linocut_core::{ByteBudget, Stop, Task};
//! use linocut_trace::{BudgetTracer, Objective, Work};
//!
//! let image = RgbImage::from_fn(48, 36, |x, y| [if x > y { 255 } else { 20 }, 90, 160].into());
//! let tracer = BudgetTracer::default().with_objective(Objective::Perceptual).with_work(Work::Sweeps(10));
//! let stop = Stop::never();
//! let task = Task { seed: 7, ..Task::new(ByteBudget::new(500), &stop) };
//! let drawing = tracer.trace(&image, &task)?;
//! # Ok::<(), linocut_trace::TraceError>(())
//! ```
//!
//! A tracer of your own is any [`Trace`](linocut_core::Trace); [`FromFn`](linocut_core::FromFn) makes one of a closure.
//!
//! # Features
//!
//! `threads`, on by default: searches on several threads; without it they run on the caller's, with the same result.
//! `vtracer`: the tracer `VTracer`, and with it the library of that name. Off by default; the facade `linocut` has it on.
//!
//! # Glossary
//!
//! | word | meaning |
//! |---|---|
//! | grid | the pixels on which the picture is traced, and the units of the drawing's `viewBox`: vertices lie on its integer points, or, in flat art, on half ones |
//! | smooth vertex | the control point of a quadratic curve; the outline passes the middle between two of them |
//! | layer | the polygons of one paint at one place in the paint order: one `path` element, filled even-odd in the search |
//! | ring | a closed polygon of a layer: one subpath |
//! | paint | colour and opacity of a layer; either may change with the place |
//! | ramp | a gradient of colours, linear or radial, that the search has a layer painted with |
//! | fade | a gradient of one colour whose stops differ in opacity |
//! | soft shape | a disc with a soft edge, a shadow, a glow, or a straight soft edge: what a fade shows |
//! | area | how much of a pixel a layer covers, exactly; what counts in the second half of a search |
//! | stroke | a line of even width, found before the search and drawn over all layers |
//! | cover | which layers cover a sample; the topmost ones give its colour |
//! | toggle | adds the inside of a polygon to a layer's cover, or takes it away (exclusive or): the one operation that all moves of polygons are made of |
//! | price, `lambda` | the squared error that a byte must save: the Lagrange multiplier between rate and distortion |
//! | sweep | one pass of the search, in which every vertex and polygon has its turn |
//! | band | a range of rows that is searched on its own, at the same time as others |
//! | heat | how large a loss is accepted at random: the temperature of simulated annealing |
//! | lanes | the channels in which errors are squared: red, green and blue, or luma and two differences of colour |
//! | cell | 4 x 4 px whose mean error counts once more in the perceptual objective |
//! | settle | start a ring at the vertex, and run it in the direction, that take the fewest bytes |
//! | cut | in `Contours` and `VTracer`: drop a vertex, a ring or an element to save bytes |
//!
//! # Where things are
//!
//! | folder | what |
//! |---|---|
//! | `budget/` | the search of [`BudgetTracer`] |
//! | `strokes/` | the lines of flat art that become strokes, and the picture beneath them, which the search then draws |
//! | `cut/` | the tracers that draw too much and cut: `Contours`, `VTracer` |
//! | `picture/`, `polygon/` | what both use: the picture on its grid, scan conversion and simplification of polygons |
//!
//! The module [`steps`] offers the steps of the search one at a time. Their files are in `src/budget/`:
//!
//! | step | files |
//! |---|---|
//! | options, and the order of the steps | `tracer`, `search` |
//! | work done so far, the price of a byte, annealing | `schedule` |
//! | start: the order of its steps | `beginning` |
//! | start: regions by merging | `segment`, from `cells` and `pairs` on the `graph` |
//! | start: regions united where a ramp shows them | `shading`, by the sums of `field` |
//! | start: soft shapes found and taken out of the picture | `soft/` |
//! | start: regions grouped by colour, outlined, thinned to size | `start`, `outline` and `boundary`, `thin` |
//! | start: from a given drawing instead | `adopt` |
//! | all moves of polygons, in parallel bands | `sweep` |
//! | move, insert and delete vertices | `chain` |
//! | delete polygons, give them to other layers | `shapes` |
//! | add polygons | `additions`, from `rectangles` |
//! | fit colours, opacities, ramps and fades | `colors`, `opacity` from `moments`, `ramps` from `field`, `fades` |
//! | circles and ellipses in flat art, at the end | `round` |
//! | cut to the budget at the end | `fit` |
//! | layers and their paints under search | `state`, `paint`, `ramp`, `fade` |
//! | error of a change, by four samples a pixel | `coverage`, `band`, `repaint`, `scan`, in the colours of `space` |
//! | the same by the exact area, in the second half | `exact`, `area` |
//! | bytes of a change | `cost` |
//! | what the error is, by objective | `objective` |
//! | outlines of corners and smooth vertices | `ring`, `curve` |
//! | rounds that aim at the contest's filters or at SSIMULACRA2 | `aim`, `perceptual` |
//!
//! In `src/cut/`, `search` makes starts and chooses finalists, by `bisect`ion; `prune`, `offer`, `join` and `plan` cut them to the
//! budget, by the bytes of `price`.

mod budget;
#[cfg(feature = "vtracer")]
pub mod compat;
mod cut;
mod error;
mod picture;
mod polygon;
mod simple;
mod strokes;

pub use budget::steps;
pub use budget::{BudgetTracer, Fades, Objective, TraceProgress, Work};
pub use cut::Contours;
#[cfg(feature = "vtracer")]
pub use cut::{Layering, VTracer};
pub use error::TraceError;
pub use simple::trace;
