//! The small writer that is part of the program.

use linocut_nn::Bundle;
use linocut_nn::place::Placement;

use super::asking::Asking;
use super::error::ModelError;
use super::sampling::Sampling;
use super::writer::LanguageModel;

static BUNDLE: Bundle = Bundle { name: "linocut-small-writer", files: &linocut_small_writer::FILES };

impl LanguageModel {
    /// The small writer that is part of the program. It knows shapes in rows and circles, simple landscapes and a few things, in English:
    /// see the card of `linocut-small-writer`.
    ///
    /// ```
    /// use linocut_core::{ByteBudget, Prompt, Stop};
    /// use linocut_language::model::LanguageModel;
    /// use linocut_nn::place::Placement;
    ///
    /// let model = LanguageModel::small(&Placement::default())?;
    /// let prompt = Prompt::new("a red circle on a white background", 1);
    /// let drawing = model.drawing(&prompt, ByteBudget::new(2000), &Stop::never())?;
    /// assert!(drawing.byte_count() <= 2000);
    /// # Ok::<(), linocut_language::model::ModelError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ModelError`] if its files are damaged.
    pub fn small(place: &Placement) -> Result<Self, ModelError> {
        let sampling = Sampling { temperature: 0.5, ..Sampling::default() };
        Ok(Self::open(&BUNDLE, place)?.with_asking(Asking::Description).with_sampling(sampling))
    }
}
