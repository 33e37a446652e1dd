//! The small PaliGemma that is part of the program.

use linocut_nn::Bundle;
use linocut_nn::place::Placement;

use crate::neural::paligemma::{PaliGemma, PaliGemmaError, PaliGemmaOptions};

static BUNDLE: Bundle = Bundle { name: "linocut-small-paligemma", files: &linocut_small_paligemma::FILES };

impl PaliGemma {
    /// The small model that is part of the program. It answers about the composer's flat scenes, in English: see the card of
    /// `linocut-small-paligemma`.
    ///
    /// # Errors
    ///
    /// [`PaliGemmaError`] if its files are damaged.
    pub fn small() -> Result<Self, PaliGemmaError> {
        // It is too small to gain from NF4.
        Self::open(&BUNDLE, &PaliGemmaOptions { place: Placement::default(), ..PaliGemmaOptions::default() })
    }
}
