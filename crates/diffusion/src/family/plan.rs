//! What memory a model takes, before it is there, and where it fits.

use linocut_nn::LinearKind;
use linocut_nn::place::Residency;

use super::{Family, Millions, Network};
use crate::denoise::{DenoiseOptions, Diffusion, MemoryPlan, PartPlan, Stage, TextToPicture};
use crate::entry::Entry;
use crate::folder::{ModelFolder, Placements};
use crate::model_error::ModelError;
use crate::sampler::Sampler;

/// Kinds of linear weights to fall back to, from the nearest to the published ones on.
const SMALLER: [LinearKind; 3] = [LinearKind::Q8_0, LinearKind::Nf4, LinearKind::Q4K];

/// Bytes that text encoders work with, whatever the text, and the program around them.
const ENCODING: u64 = 400_000_000;

/// A model that does not fit.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
#[error(
    "{model} takes {} GB at the least, with weights in few bits and each part in its turn; {} GB are allowed: take {}",
    gigabytes(least.peak()), gigabytes(*limit), help(least)
)]
pub struct Fit {
    /// Name of the model.
    pub model: String,
    /// The smallest plan.
    pub least: MemoryPlan,
    /// Bytes that are allowed.
    pub limit: u64,
}

fn gigabytes(bytes: u64) -> String {
    format!("{:.1}", bytes as f64 / 1e9)
}

/// What there is besides weights in four bits that are there in their turn only.
fn help(least: &MemoryPlan) -> &'static str {
    let work = least.denoising.max(least.decoding);
    if work * 2 > least.peak() { "a smaller picture" } else { "a smaller model" }
}

impl Family {
    /// What a picture takes where the parts live, by the sizes of the published networks; `other` are sizes of networks that differ, by
    /// folder.
    #[must_use]
    pub(crate) fn plan(&self, other: &[(&str, Millions)], places: &Placements, options: &DenoiseOptions) -> MemoryPlan {
        let part = |network: &Network| {
            let place = places.at(network.stage);
            let known = other.iter().find(|(folder, _)| *folder == network.folder);
            let bytes = known.map_or(network.millions, |(_, millions)| *millions).bytes(place);
            PartPlan { name: network.folder, stage: network.stage, bytes, residency: place.residency }
        };
        let plan = MemoryPlan { parts: self.networks.iter().map(part).collect(), ..MemoryPlan::default() };
        // Guided models of a family of which some are told the guidance are those.
        let asks_twice = options.is_guided() && self.usual_untold.is_none();
        self.with_work(plan, places, options, asks_twice)
    }

    /// A plan with what denoiser and decoder work with for such a picture, the denoiser asked once or twice for each.
    fn with_work(
        &self,
        plan: MemoryPlan,
        places: &Placements,
        options: &DenoiseOptions,
        asks_twice: bool,
    ) -> MemoryPlan {
        let pixels = u64::from(options.size.0) * u64::from(options.size.1);
        let questions = options.batch.max(1) as u64 * if asks_twice { 2 } else { 1 };
        let of = |per_pixel: u64, stage| {
            let width = places.at(stage).compute().size_in_bytes() as u64;
            pixels * per_pixel * width / 4
        };
        let denoising = of(self.work.0, Stage::Denoise) * questions;
        MemoryPlan { encoding: ENCODING, denoising, decoding: of(self.work.1, Stage::Decode), ..plan }
    }

    /// Opens the model of a folder so that a picture takes at most `limit` bytes, by the sizes that its own files say. Changes as little as
    /// it must of where the folder says that parts are to live: first parts are there in their turn only, then linear weights are kept in 8
    /// bits, then in 4.
    ///
    /// # Errors
    ///
    /// As [`Family::open`]; [`ModelError::Fit`] with the smallest plan if even that is larger.
    pub fn open_within(
        &self,
        folder: &ModelFolder,
        sampler: Option<&Sampler>,
        options: &DenoiseOptions,
        limit: u64,
    ) -> Result<(Diffusion, MemoryPlan), ModelError> {
        let model = folder.path().display().to_string();
        let open = |places: &Placements| {
            let folder = ModelFolder { places: places.clone(), ..folder.clone() };
            let diffusion = self.open(&folder, sampler.cloned(), options.clone())?;
            let plan = self.plan_of(&diffusion, places);
            Ok((diffusion, plan))
        };
        fit(&model, &folder.places, limit, open)
    }

    /// What a picture by a model in hand takes.
    #[must_use]
    pub fn plan_of(&self, diffusion: &Diffusion, places: &Placements) -> MemoryPlan {
        let parts = MemoryPlan::of_parts(&diffusion.model.parts());
        let plan = MemoryPlan { parts, ..MemoryPlan::default() };
        self.with_work(plan, places, &diffusion.options, diffusion.asks_twice())
    }
}

/// The first of the places that `planned` finds within the limit: those asked for, or the nearest smaller ones.
fn fit<T>(
    model: &str,
    places: &Placements,
    limit: u64,
    planned: impl Fn(&Placements) -> Result<(T, MemoryPlan), ModelError>,
) -> Result<(T, MemoryPlan), ModelError> {
    let leaving = places.with_residency(Residency::Leave);
    let kinds = SMALLER.into_iter().map(|kind| leaving.with_linear_kind(kind));
    let mut least: Option<MemoryPlan> = None;
    for places in [places.clone(), leaving.clone()].into_iter().chain(kinds) {
        let (found, plan) = planned(&places)?;
        if plan.peak() <= limit {
            return Ok((found, plan));
        }
        least = least.filter(|least| least.peak() <= plan.peak()).or(Some(plan));
    }
    let (model, least) = (model.to_owned(), least.unwrap_or_default());
    Err(ModelError::Fit(Box::new(Fit { model, least, limit })))
}

impl Entry {
    /// What a picture takes where the parts live, by the published sizes.
    #[must_use]
    pub fn plan(&self, places: &Placements, options: &DenoiseOptions) -> MemoryPlan {
        self.family.plan(self.other_millions, places, options)
    }

    /// The places that change the least of those asked for, in which a picture takes at most `limit` bytes by the published sizes; see
    /// [`Family::open_within`], which goes by the files.
    ///
    /// # Errors
    ///
    /// [`ModelError::Fit`] with the smallest plan if even that is larger.
    pub fn fit(
        &self,
        places: &Placements,
        options: &DenoiseOptions,
        limit: u64,
    ) -> Result<(Placements, MemoryPlan), ModelError> {
        fit(self.name, places, limit, |places| Ok((places.clone(), self.plan(places, options))))
    }
}

#[cfg(test)]
mod tests {
    use candle_core::DType;
    use linocut_nn::place::Placement;

    use super::*;

    fn places() -> Placements {
        Placements::all(&Placement { dtype: DType::F16, ..Placement::default() })
    }

    fn fitted(name: &str, gigabytes: f64) -> Result<(Placements, MemoryPlan), ModelError> {
        let entry = Entry::named(name).unwrap();
        entry.fit(&places(), &DenoiseOptions::of_entry(entry), (gigabytes * 1e9) as u64)
    }

    #[test]
    fn the_weights_of_a_plan_are_those_of_the_published_files() {
        let of = |name| {
            let entry = Entry::named(name).unwrap();
            let mut places = places();
            places.decoder.dtype = DType::F16;
            entry.plan(&places, &DenoiseOptions::of_entry(entry)).weights() as f64 / 1e9
        };
        // UNet 5.14, encoders 0.25 and 1.39, the decoder 0.10.
        assert!((of("sdxl-base") - 6.87).abs() < 0.05, "{}", of("sdxl-base"));
        assert!((of("ssd-1b") - 4.4).abs() < 0.05, "{}", of("ssd-1b"));
        assert!((of("z-image-turbo") - 20.45).abs() < 0.1, "{}", of("z-image-turbo"));
        // Transformers of 23.78 and 16.33 GB, T5 of 9.52, CLIP of 0.25, the decoder 0.10.
        assert!((of("flux-schnell") - 33.65).abs() < 0.05, "{}", of("flux-schnell"));
        assert!((of("flux-lite") - 26.2).abs() < 0.05, "{}", of("flux-lite"));
        // The transformer 12.74, GLM without its last layer 17.15, the decoder 0.47.
        assert!((of("cogview4-6b") - 30.35).abs() < 0.05, "{}", of("cogview4-6b"));
        // Gemma 2 of 5.23 GB, transformers of 3.21, 9.44 and 1.19, the decoder 0.32.
        assert!((of("sana-1.6b") - 8.76).abs() < 0.05, "{}", of("sana-1.6b"));
        assert!((of("sana-1.5-4.8b") - 14.99).abs() < 0.05, "{}", of("sana-1.5-4.8b"));
        assert!((of("sana-sprint-0.6b") - 6.73).abs() < 0.05, "{}", of("sana-sprint-0.6b"));
    }

    #[test]
    fn kernels_in_f32_on_a_cpu_are_planned_as_they_are_laid_out() {
        let entry = Entry::named("sdxl-base").unwrap();
        let of = |dtype| {
            let mut places = places();
            places.decoder.dtype = dtype;
            let plan = entry.plan(&places, &DenoiseOptions::of_entry(entry));
            plan.parts.iter().find(|part| part.name == "vae").unwrap().bytes as f64 / 1e6
        };
        // 1.2 million weights, and 48.2 million in kernels, of which 9 numbers become 36.
        assert!((of(DType::F32) - 4.0 * (1.2 + 4.0 * 48.2)).abs() < 1.0, "{}", of(DType::F32));
        assert!((of(DType::F16) - 2.0 * 49.4).abs() < 1.0, "{}", of(DType::F16));
    }

    #[test]
    fn less_room_changes_more_and_more() {
        let (roomy, _) = fitted("sdxl-turbo", 100.0).unwrap();
        assert_eq!(roomy.denoiser.residency, Residency::Stay);
        let steps: Vec<(Residency, LinearKind)> = [40, 22, 14, 9]
            .into_iter()
            .filter_map(|limit| fitted("z-image-turbo", f64::from(limit)).ok())
            .map(|(places, _)| (places.denoiser.residency, places.denoiser.linear_kind))
            .collect();
        assert!(steps.len() > 2, "{steps:?}");
        assert!(steps.windows(2).all(|pair| pair[0] != pair[1]), "{steps:?}");
        assert_eq!(places().decoder.linear_kind, LinearKind::Plain);
    }

    #[test]
    fn what_cannot_fit_says_how_little_it_could_take() {
        let text = fitted("z-image-turbo", 1.0).unwrap_err().to_string();
        assert!(text.starts_with("z-image-turbo takes ") && text.contains("1.0 GB are allowed"), "{text}");
    }
}
