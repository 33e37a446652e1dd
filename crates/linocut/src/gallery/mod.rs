//! One HTML page of a run to browse: pictures, scores by part, and the differences between two runs.

mod comparison;
mod error;
mod log;
mod page;
mod row;

pub use error::GalleryError;

use std::path::Path;

use log::Run;

/// The style of the page: colours in light and dark, controls, cards, narrow screens. For pages that should look like it.
pub const STYLE: &str = concat!(
    include_str!("style.css"),
    include_str!("controls.css"),
    include_str!("cards.css"),
    include_str!("narrow.css"),
);

/// One run of a [`Batch`](crate::Batch), or two side by side, as a page of HTML.
///
/// The page is a single file that needs no network and works from `file://`. It shows every row with its picture, description, total
/// score and parts, bytes, origin, time and words not shown, and failed rows with the reason. It sorts, filters and enlarges; for two
/// runs it pairs pictures of the same id and shows the difference of each score.
///
/// Texts and SVGs of the folder are treated as data: texts are never parsed as HTML, and an SVG is shown as an image, so it runs no
/// script and loads nothing.
///
/// The same folders under the same names give the same bytes.
///
/// ```no_run
/// use std::path::Path;
///
/// use linocut::Gallery;
///
/// let gallery = Gallery::read(Path::new("drawings"))?.compare(Gallery::read(Path::new("drawings-8"))?);
/// std::fs::write("gallery.html", gallery.page())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Debug)]
pub struct Gallery {
    run: Run,
    other: Option<Run>,
}

impl Gallery {
    /// Reads the `results.jsonl` of a folder and the SVGs that it names. The folder is not changed, and a batch may be running in it.
    ///
    /// A truncated last line, as a killed batch leaves it, is skipped, and the page says so. It also says which SVGs are missing, longer
    /// than 1 MiB or not UTF-8; their rows stay.
    ///
    /// # Errors
    ///
    /// [`GalleryError::Io`] if `results.jsonl` cannot be read, [`GalleryError::Line`] for a line that is not a result, and
    /// [`GalleryError::Outside`] for one whose SVG would lie in another folder.
    pub fn read(folder: &Path) -> Result<Self, GalleryError> {
        Ok(Self { run: Run::read(folder)?, other: None })
    }

    /// Puts another run beside this one: rows with the same id form a pair, and differences are the other run's values minus this
    /// one's. If the other gallery is a comparison itself, only its first run counts.
    #[must_use]
    pub fn compare(self, other: Self) -> Self {
        Self { other: Some(other.run), ..self }
    }

    /// The page, as HTML.
    #[must_use]
    pub fn page(&self) -> String {
        page::page(&self.run, self.other.as_ref())
    }
}
