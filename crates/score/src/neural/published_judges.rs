//! Opens the contest's own judges, networks with published weights.

use std::path::PathBuf;
use std::sync::Arc;

use image::RgbImage;
use linocut_core::StageError;
use linocut_nn::place::Placement;
use linocut_nn::repositories::Places;
use thiserror::Error;

use crate::contest::published::{CLIP, PALIGEMMA, SIGLIP};
use crate::contest::{Aesthetic, ContestScore, Judges, Part, Recipe, Similarity};
use crate::neural::aesthetic::{ClipAesthetic, PictureTower, Predictor};
use crate::neural::paligemma::{PaliGemma, PaliGemmaError, PaliGemmaJudge, PaliGemmaOptions, YesNo};
use crate::neural::siglip::SiglipSimilarity;
use crate::neural::tower_error::TowerError;

impl Judges {
    /// The contest's own judges for these parts, from a folder that holds a copy of each repository under its name, or from [`Places`] that
    /// are looked in, the cache of Hugging Face among them:
    /// [`Part::published_files`] lists the files that are read. PaliGemma answers and reads with one set of weights, in
    /// four bits unless `place` says another kind than plain. A device alone stands for f32 there.
    ///
    /// # Errors
    ///
    /// [`OpenError`] names the file that is missing or wrong.
    pub fn open(models: impl Into<Places>, parts: &[Part], place: impl Into<Placement>) -> Result<Self, OpenError> {
        let (models, place) = (models.into(), place.into());
        let has = |part| parts.contains(&part);
        let mut judges = Self::default();
        if has(Part::Aesthetic) {
            judges.aesthetic = Some(Arc::new(ClipAesthetic::load(
                repository(&models, &[CLIP[0], CLIP[2]]),
                file(&models, CLIP[1]),
                &place,
            )?));
        }
        if has(Part::Similarity) {
            judges.similarity = Some(Arc::new(SiglipSimilarity::load(repository(&models, &SIGLIP), &place)?));
        }
        if has(Part::Vqa) || has(Part::Text) {
            let options = PaliGemmaOptions::of_place(&place);
            let model = PaliGemma::open(repository(&models, &PALIGEMMA), &options)?;
            let judge = Arc::new(PaliGemmaJudge::new(model, YesNo::Deployed));
            judges.answer = has(Part::Vqa).then(|| judge.clone() as _);
            judges.yes_no = has(Part::Vqa).then(|| judge.clone() as _);
            judges.reader = has(Part::Text).then_some(judge as _);
        }
        Ok(judges)
    }
}

/// The folder of the repository that holds these files; where none does, one where it would be looked for.
fn repository(models: &Places, files: &[&str]) -> PathBuf {
    let named: Vec<(&str, &str)> = files.iter().filter_map(|file| split_name(file)).collect();
    let Some((repository, _)) = named.first() else { return PathBuf::new() };
    let names: Vec<&str> = named.iter().map(|(_, name)| *name).collect();
    let found = models.find(repository, &names);
    found.or_else(|| models.folders(repository).into_iter().next()).unwrap_or_else(|| PathBuf::from(repository))
}

/// A published file; where there is none, where it would be looked for.
fn file(models: &Places, name: &str) -> PathBuf {
    let expected = || Some(repository(models, &[name]).join(split_name(name)?.1));
    models.file(name).or_else(expected).unwrap_or_default()
}

/// Repository and path there.
fn split_name(name: &str) -> Option<(&str, &str)> {
    let (at, _) = name.match_indices('/').nth(1)?;
    Some((&name[..at], &name[at + 1..]))
}

/// A tenth of the rating.
impl<T: PictureTower> Aesthetic for Predictor<T> {
    fn aesthetic(&self, image: &RgbImage) -> Result<f64, StageError> {
        let ratings = self.rate(&[image]).map_err(|error| StageError::new("score", error))?;
        Ok(ratings.first().map_or(0.0, |rating| rating / 10.0))
    }
}

/// The cosine of the angle between the two, as the contest's first metric took it.
impl Similarity for SiglipSimilarity {
    fn similarity(&self, image: &RgbImage, text: &str) -> Result<f64, StageError> {
        let rows = self.likelihoods(&[image], &[text]).map_err(|error| StageError::new("score", error))?;
        Ok(rows.first().and_then(|row| row.first()).map_or(0.0, |found| found.cosine))
    }
}

/// Why a judge could not be opened.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The judge of aesthetics or of similarity.
    #[error(transparent)]
    Tower(#[from] TowerError),
    /// The judge for questions and OCR.
    #[error(transparent)]
    PaliGemma(#[from] PaliGemmaError),
}

impl ContestScore {
    /// The score by which contestants ranked candidates, [`Recipe::RANKING`], with the networks in `models`, as in [`Judges::open`]; `None` if
    /// any of their files is missing. As the score of a pipeline, it replaces the judges that need no download.
    ///
    /// # Errors
    ///
    /// [`OpenError`] when a file is there but is not what it should be.
    pub fn ranking(models: impl Into<Places>, place: impl Into<Placement>) -> Result<Option<Self>, OpenError> {
        let (models, recipe) = (models.into(), Recipe::RANKING);
        let parts = recipe.formula.needs();
        let mut files = parts.iter().flat_map(|part| part.published_files());
        if !files.all(|file| models.file(file).is_some()) {
            return Ok(None);
        }
        Ok(Some(Self { judges: Judges::open(models, &parts, place)?, recipe }))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use candle_core::Device;

    use super::*;

    #[test]
    fn nothing_is_opened_for_no_parts() {
        let judges = Judges::open(Path::new("nowhere"), &[], &Device::Cpu).unwrap();
        assert!(judges.aesthetic.is_none() && judges.answer.is_none() && judges.similarity.is_none());
    }

    #[test]
    fn what_is_missing_is_named() {
        for (part, name) in Part::ALL.iter().zip(["paligemma2-10b-mix-448", "clip-vit-large-patch14"]) {
            let error = Judges::open(Path::new("nowhere"), &[*part], &Device::Cpu).unwrap_err().to_string();
            assert!(error.contains("nowhere") && error.contains(name), "{part:?}: {error}");
        }
    }

    #[test]
    fn a_repository_is_the_folder_of_its_files() {
        let clip = PathBuf::from("models/openai/clip-vit-large-patch14");
        assert_eq!(repository(&Places::from(Path::new("models")), &[CLIP[0]]), clip);
        assert_eq!(file(&Places::from(Path::new("models")), CLIP[2]), clip.join("config.json"));
    }
}
