//! The judges that there are weights for, and what to say of the others.

use std::path::Path;

use linocut::score::contest::{ContestScore, Judges, Part, Recipe, VqaForm};

use crate::arguments::{PlaceArguments, WeightArguments};
use crate::failure::Failed;
use crate::printer::Printer;

/// The metric with those of its judges that there are files for; says which files are missing.
pub(super) fn scorer(
    recipe: Recipe,
    (models, weights, place): (&Path, &WeightArguments, &PlaceArguments),
    is_asked: bool,
    printer: Printer,
) -> Result<ContestScore, Failed> {
    let files = Files::new(weights, models);
    let (mut found, lost): (Vec<Part>, Vec<Part>) =
        recipe.formula.needs().into_iter().partition(|part| part.published_files().iter().all(|file| files.has(file)));
    if !lost.is_empty() {
        let mut missing: Vec<&str> = lost.iter().flat_map(|part| part.published_files()).copied().collect();
        missing.retain(|file| !files.has(file));
        missing.sort_unstable();
        missing.dedup();
        let (parts, missing, folder) = (names(&lost), missing.join(", "), models.display());
        printer.note(format_args!("{parts} cannot be scored without {missing}, not found in {folder}"));
    }
    if !is_asked && recipe.vqa == VqaForm::Choices && found.contains(&Part::Vqa) {
        printer.note("V cannot be scored without `--questions` for every SVG");
        found.retain(|part| *part != Part::Vqa);
    }
    Ok(ContestScore { judges: embedded(judges(&found, (files, place), printer)?, printer)?, recipe })
}

/// The metric with the small networks of this program; says which parts that leaves open.
#[cfg(feature = "small-siglip")]
pub(super) fn small(recipe: Recipe, printer: Printer) -> Result<ContestScore, Failed> {
    let similarity = linocut::score::siglip::SiglipSimilarity::small()?;
    let judges = answering(Judges { similarity: Some(std::sync::Arc::new(similarity)), ..Judges::default() })?;
    let score = ContestScore { judges: embedded(judges, printer)?, recipe };
    let open = score.missing();
    if !open.is_empty() {
        printer.note(format_args!(
            "{} cannot be scored by the small networks: `--metric first` needs S alone",
            names(&open)
        ));
    }
    Ok(score)
}

/// With the small PaliGemma.
#[cfg(feature = "small-paligemma")]
fn answering(judges: Judges) -> Result<Judges, Failed> {
    use linocut::score::paligemma::{PaliGemma, PaliGemmaJudge, YesNo};
    let judge = std::sync::Arc::new(PaliGemmaJudge::new(PaliGemma::small()?, YesNo::Intended));
    Ok(Judges { answer: Some(judge.clone()), yes_no: Some(judge), ..judges })
}

#[cfg(all(feature = "small-siglip", not(feature = "small-paligemma")))]
#[expect(clippy::unnecessary_wraps, reason = "the network may be damaged where it is embedded")]
fn answering(judges: Judges) -> Result<Judges, Failed> {
    Ok(judges)
}

#[cfg(not(feature = "small-siglip"))]
pub(super) fn small(_: Recipe, _: Printer) -> Result<ContestScore, Failed> {
    Err(crate::failure::Failure::Feature { what: "`--small`", feature: "small-siglip" }.into())
}

/// Where published files are.
#[cfg(feature = "neural")]
struct Files(linocut::nn::repositories::Places);

#[cfg(feature = "neural")]
impl Files {
    fn new(weights: &WeightArguments, other: &Path) -> Self {
        Self(weights.places(Some(other.to_owned())))
    }

    fn has(&self, file: &str) -> bool {
        self.0.file(file).is_some()
    }
}

/// Where published files are.
#[cfg(not(feature = "neural"))]
struct Files(std::path::PathBuf);

#[cfg(not(feature = "neural"))]
impl Files {
    fn new(_: &WeightArguments, folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    fn has(&self, file: &str) -> bool {
        self.0.join(file).is_file()
    }
}

/// The contest's judges of these parts.
#[cfg(feature = "neural")]
fn judges(found: &[Part], (files, place): (Files, &PlaceArguments), _: Printer) -> Result<Judges, Failed> {
    Ok(Judges::open(files.0, found, place.judges()?)?)
}

#[cfg(not(feature = "neural"))]
fn judges(found: &[Part], (files, place): (Files, &PlaceArguments), printer: Printer) -> Result<Judges, Failed> {
    place.check()?;
    if !found.is_empty() {
        let (folder, parts) = (files.0.display(), names(found));
        printer.note(format_args!("{folder} has weights for {parts}: build with `--features neural` to use them"));
    }
    Ok(Judges::default())
}

/// With the embedded OCR where the contest's own is missing.
#[cfg(feature = "ocr")]
fn embedded(judges: Judges, _: Printer) -> Result<Judges, Failed> {
    let reader = match judges.reader {
        None => std::sync::Arc::new(linocut::score::Reader::embedded()?) as _,
        Some(reader) => reader,
    };
    Ok(Judges { reader: Some(reader), ..judges })
}

#[cfg(not(feature = "ocr"))]
#[expect(clippy::unnecessary_wraps, reason = "networks may be damaged where they are embedded")]
fn embedded(judges: Judges, printer: Printer) -> Result<Judges, Failed> {
    if judges.reader.is_none() {
        printer.note("O(pp-ocr), by OCR that needs no weights, is in builds with `--features ocr`");
    }
    Ok(judges)
}

fn names(parts: &[Part]) -> String {
    parts.iter().map(|part| part.name()).collect::<Vec<_>>().join(", ")
}
