//! Finishing passes: rewrites that make a drawing shorter, or add a decoy or a border and declare their byte cost up front.
//!
//! - [`Tidy`] writes a drawing anew in fewer bytes, if it then looks the same.
//! - [`Decoy`] adds one small readable mark for OCR to find, so that it does not imagine text elsewhere.
//! - [`Border`] adds a dark frame along the edges.
//!
//! All implement [`Rewrite`](linocut_core::Rewrite): `reserve` gives the most bytes that they add, so a tracer can
//! leave room for them.
//!
//! ```
//! use linocut_core::{ByteBudget, Rewrite, Stop, Task};
//! use linocut_finish::Border;
//! use linocut_svg::Drawing;
//!
//! let (border, stop) = (Border::default(), Stop::never());
//! let before = Drawing::new(384, 384);
//! let after = border.rewrite(before.clone(), &Task::new(ByteBudget::CONTEST, &stop))?;
//! assert!(after.byte_count() <= before.byte_count() + border.reserve());
//! # Ok::<(), linocut_core::StageError>(())
//! ```

mod border;
mod decoy;
mod error;
mod mark;
mod palette;
mod tidy;

pub use border::Border;
pub use decoy::{Corner, Decoy};
pub use error::FinishError;
pub use mark::{Mark, Outline, Tone};
pub use tidy::Tidy;
