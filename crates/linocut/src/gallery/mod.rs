//! A folder of drawings becomes one page to look at: pictures, scores by part, and what differs between two runs.

mod comparison;
mod error;
mod log;
mod page;
mod row;

pub use error::GalleryError;

use std::path::Path;

use log::Run;

/// One run of a [`Batch`](crate::Batch), or two side by side, as a page of HTML.
///
/// The page is one file that needs no other and no network, and works where it lies (`file://`). It shows every row with its
/// picture, description, total score and its parts, bytes, origin, time and words not shown, and rows that failed with the
/// reason; it sorts, filters, enlarges, and for two runs compares pictures of the same id with the difference of each score.
///
/// Texts and SVGs of the folder are data on it: texts are never parsed as HTML, and an SVG is an image, in which no script
/// runs and which loads nothing.
///
/// The same folders, called the same, give the same bytes.
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
    /// Reads `results.jsonl` of a folder and the SVGs that it names. The folder is not changed; a batch may be at work in it.
    ///
    /// A last line that is cut off, as a killed batch leaves it, is left out, which the page says. So it does of an SVG
    /// that is missing, longer than 1 MiB or not UTF-8; its row stays.
    ///
    /// # Errors
    ///
    /// [`GalleryError::Io`] if `results.jsonl` cannot be read, [`GalleryError::Line`] for a line of it that is no result, and
    /// [`GalleryError::Outside`] for one whose SVG would lie in another folder.
    pub fn read(folder: &Path) -> Result<Self, GalleryError> {
        Ok(Self { run: Run::read(folder)?, other: None })
    }

    /// Puts another run beside this one: rows of the same id are pairs, and differences are the other's values less this
    /// one's. Of the other gallery only its own run is looked at.
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
