//! The small SigLIP that is part of the program.

use candle_core::Device;
use linocut_nn::Bundle;

use crate::neural::siglip::SiglipSimilarity;
use crate::neural::tower_error::TowerError;

static BUNDLE: Bundle = Bundle { name: "linocut-small-siglip", files: &linocut_small_siglip::FILES };

impl SiglipSimilarity {
    /// The small pair of towers that is part of the program. It knows the composer's flat scenes, in English: see the card of
    /// `linocut-small-siglip`.
    ///
    /// The contest's first metric without a download:
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use linocut_score::contest::{ContestScore, Judges, Recipe};
    /// use linocut_score::siglip::SiglipSimilarity;
    ///
    /// let judges = Judges { similarity: Some(Arc::new(SiglipSimilarity::small()?)), ..Judges::default() };
    /// let score = ContestScore { judges, recipe: Recipe::FIRST };
    /// assert!(score.missing().is_empty());
    /// # Ok::<(), linocut_score::TowerError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`TowerError`] if its files are damaged.
    pub fn small() -> Result<Self, TowerError> {
        Self::load(&BUNDLE, &Device::Cpu)
    }
}
