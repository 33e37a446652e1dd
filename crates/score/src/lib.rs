//! Scores of a picture: its fidelity to the source, how well it fits its description, the text in it, and the metric of the
//! contest *Drawing with LLMs* (Kaggle, 2025).
//!
//! Everything that implements [`Score`](linocut_core::Score) takes a [`Subject`](linocut_core::Subject) and returns
//! [`Scores`](linocut_core::Scores): a total and its named parts. The table lists the scores, the parts that each one returns
//! and what each one needs.
//!
//! | score | measures | parts | feature | weights |
//! |---|---|---|---|---|
//! | [`Fidelity`] | closeness to the source picture, share of the description's words that are shown | `fidelity`, `coverage` | none | none |
//! | [`Judge`] | how well the picture fits its description | `judge` | `judge` | embedded |
//! | [`PpOcrScore`] | how little text OCR ([`Reader`]) finds | `O(pp-ocr)` | `ocr` | embedded |
//! | `aesthetic::ClipAesthetic`, `aesthetic::SiglipAesthetic` | how good people would find the picture | `rating` | `neural` | CLIP or SigLIP, and a linear head |
//! | `siglip::SiglipSimilarity` | how likely picture and description belong together | `cosine` | `neural` | SigLIP |
//! | [`contest::ContestScore`] | the contest's metric for one picture | `V`, `A`, `O`, `S` | none, or `neural` for the contest's own networks | those of its [`contest::Judges`] |
//! | [`select::Weighted`] | a weighted mean of parts of other scores | those of the other scores | none | those of the other scores |
//!
//! The features `judge`, `neural` and `ocr` are on by default. Embedded weights are part of the library: nothing is
//! downloaded. The networks of the feature `neural` are read from the folders in which they were published;
//! [`contest::Part::published_files`] lists the files that the contest's metric needs.
//!
//! - [`contest`] is the contest's metric: [`contest::ContestScore`] for one picture, [`contest::metric`] for a list of rows,
//!   [`contest::defence`] for what is done to a picture before it is judged. [`MetricRenderer`] draws an SVG as the metric
//!   does.
//! - [`Original`] compares drawings with the picture that they were traced from: PSNR, SSIM and SSIMULACRA2.
//! - [`select`] chooses among candidates: weighted combinations of scores, and a tournament in two rounds.
//! - With the feature `neural`, `clip`, `siglip`, `paligemma` and `aesthetic` are the networks themselves, and `smooth` is
//!   the defences with a gradient.

mod closeness;
pub mod contest;
mod embedded;
mod fidelity;
mod neural;
pub mod select;

pub use closeness::{Closeness, ClosenessError, Original};
pub use contest::renderer::{METRIC_SIDE, MetricRenderError, MetricRenderer};
#[cfg(any(feature = "judge", feature = "ocr"))]
pub use embedded::*;
pub use fidelity::{Fidelity, FidelityError};
#[cfg(feature = "neural")]
pub use neural::{
    Device, OpenError, PictureSize, PixelError, PixelValues, TowerError, aesthetic, clip, paligemma, siglip, smooth,
};
