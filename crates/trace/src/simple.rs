//! The common case in one call.

use image::RgbImage;
use linocut_core::{ByteBudget, Stop, Task};
use linocut_svg::Drawing;

use crate::{BudgetTracer, TraceError};

/// Traces a picture into a drawing whose SVG has at most `bytes` bytes, with [`BudgetTracer`] as it is by default.
///
/// The drawing lies on a grid with the picture's proportions, at most 384 units on the longer side. The same picture and number of
/// bytes give the same drawing. It takes about two seconds; for options, a time limit, progress or another seed, see
/// [`BudgetTracer`].
///
/// # Errors
///
/// [`TraceError::EmptyPicture`] for a picture without pixels, [`TraceError::BudgetTooSmall`] if not even a background fits,
/// [`TraceError::Resize`] for a picture that is too large to be reduced.
///
/// ```
/// use image::RgbImage;
///
/// let image = RgbImage::from_fn(48, 36, |x, y| [if x > y { 255 } else { 20 }, 90, 160].into());
/// let drawing = linocut_trace::trace(&image, 300)?;
/// assert!(drawing.byte_count() <= 300);
/// println!("{}", drawing.write());
/// # Ok::<(), linocut_trace::TraceError>(())
/// ```
pub fn trace(image: &RgbImage, bytes: usize) -> Result<Drawing, TraceError> {
    BudgetTracer::default().trace(image, &Task::new(ByteBudget::new(bytes), &Stop::never()))
}
