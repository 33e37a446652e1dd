//! Core types of linocut, and the six traits that the stages of its pipeline implement.
//!
//! ```text
//!             Generate           Trace              Rewrite*          write + check         Render           Score
//!   Prompt ------------> RgbImage -------> Drawing -------> Drawing ----------------> Svg -------> RgbImage -------> Scores
//!      |                                      ^
//!      +--------------- Draw -----------------+
//! ```
//!
//! Each trait has one required method, takes `&self` and is object safe; `&T`, `Box<T>` and `Arc<T>` implement what `T`
//! does, and [`FromFn`] turns a closure into a stage:
//!
//! ```
//! use image::RgbImage;
//! use linocut_core::{FromFn, Generate, Prompt, StageError, Stop};
//!
//! let grey = FromFn(|_: &Prompt, _: &Stop| Ok::<_, StageError>(RgbImage::from_pixel(64, 64, [128; 3].into())));
//! let picture = grey.generate(&Prompt::new("fog", 7), &Stop::never())?;
//! assert_eq!(picture.dimensions(), (64, 64));
//! # Ok::<(), StageError>(())
//! ```

mod budget;
mod denial;
mod error;
mod from_fn;
mod prompt;
mod scores;
mod stop;
mod task;
mod traits;

pub use budget::ByteBudget;
pub use denial::{Denial, Spoken, denials};
pub use error::{StageError, with_causes};
pub use from_fn::FromFn;
pub use prompt::{Prompt, Question, derive_seed};
pub use scores::Scores;
pub use stop::{Progress, Stop};
pub use task::{Effort, Subject, Task};
pub use traits::{Draw, Generate, Render, Rewrite, Score, Told, Trace};
