//! Where published weights are.

use std::path::PathBuf;

use clap::Args;
use linocut::Pipeline;

use super::PlaceArguments;
use crate::failure::Failed;
use crate::printer::Printer;

/// What answers questions about pictures.
#[cfg(all(feature = "judge", feature = "ocr"))]
type Asked = std::sync::Arc<dyn linocut::score::contest::YesNo + Send + Sync>;

/// The variable that names the folder where no option does.
const VARIABLE: &str = "LINOCUT_MODELS";

#[derive(Args)]
pub(crate) struct WeightArguments {
    /// Folder of published weights, with a folder in it for each repository [default: `$LINOCUT_MODELS`]
    #[arg(long, value_name = "DIR")]
    models: Option<PathBuf>,
}

impl WeightArguments {
    /// The folder, if one is named.
    pub(crate) fn folder(&self) -> Option<PathBuf> {
        let variable = || std::env::var_os(VARIABLE).filter(|value| !value.is_empty()).map(PathBuf::from);
        self.models.clone().or_else(variable)
    }

    /// Whether a folder is asked for by name, and not by the variable alone.
    #[cfg(all(feature = "serve", not(feature = "diffusion")))]
    pub(crate) fn is_named(&self) -> bool {
        self.models.is_some()
    }

    /// Where published files are looked for: in the folder, if one is named or else this one, and in the cache of Hugging Face.
    #[cfg(feature = "neural")]
    pub(crate) fn places(&self, other: Option<PathBuf>) -> linocut::nn::repositories::Places {
        use linocut::nn::repositories::Places;

        Places { models: self.folder().or(other), ..Places::of_environment() }
    }

    /// The pipeline, its candidates chosen by the contest's networks if their weights are there.
    #[cfg(feature = "neural")]
    pub(crate) fn judged(&self, pipeline: Pipeline, place: &PlaceArguments, _: Printer) -> Result<Pipeline, Failed> {
        use linocut::score::contest::ContestScore;

        Ok(match ContestScore::ranking(self.places(None), place.judges()?)? {
            Some(ranking) => Pipeline { score: Box::new(ranking), ..pipeline },
            None => pipeline,
        })
    }

    /// PaliGemma, if its weights are there, to be asked about pictures.
    #[cfg(all(feature = "neural", feature = "judge", feature = "ocr"))]
    pub(crate) fn asked(&self, place: &PlaceArguments) -> Result<Option<Asked>, Failed> {
        use linocut::score::contest::{Judges, Part};

        let places = self.places(None);
        let is_here = Part::Vqa.published_files().iter().all(|file| places.file(file).is_some());
        Ok(if is_here { Judges::open(places, &[Part::Vqa], place.judges()?)?.yes_no } else { None })
    }

    /// Nothing: networks with weights are in builds with feature `neural`.
    #[cfg(all(not(feature = "neural"), feature = "judge", feature = "ocr"))]
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "as in builds with the feature")]
    pub(crate) fn asked(&self, _: &PlaceArguments) -> Result<Option<Asked>, Failed> {
        Ok(None)
    }

    /// The pipeline as it is: networks with weights are in builds with feature `neural`.
    #[cfg(not(feature = "neural"))]
    pub(crate) fn judged(
        &self,
        pipeline: Pipeline,
        place: &PlaceArguments,
        printer: Printer,
    ) -> Result<Pipeline, Failed> {
        place.check()?;
        if self.models.is_some() && cfg!(not(any(feature = "diffusion", feature = "language"))) {
            printer.note("weights are not used: build with `--features neural` or `--features diffusion`");
        }
        Ok(pipeline)
    }
}
