//! Finishing rewrites, which add a little to a drawing and declare their byte cost up front.
//!
//! [`Decoy`] adds one small readable mark for OCR to find; [`Border`] adds a dark frame.
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

pub use border::Border;
pub use decoy::{Corner, Decoy};
pub use error::FinishError;
pub use mark::{Mark, Outline, Tone};
