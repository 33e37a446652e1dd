//! Finds a model's files and opens it, as the command does.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use linocut::Generate;
use linocut::diffusion::ModelFolder;
use linocut::diffusion::denoise::DenoiseOptions;
use linocut::diffusion::entry::{Entry, entries};
use linocut::diffusion::family::Family;
use linocut::diffusion::hub::Places;
use linocut::diffusion::prompt::Style;
use linocut::diffusion::sampler::Sampler;
use linocut::diffusion::single_file::{Base, Completed, SingleFile};
use linocut::nn::LinearKind;
use linocut::nn::place::{DeviceName, Placement, free_bytes};

use super::Asked;

type Failed = Box<dyn Error + Send + Sync>;

/// Style in which models of which nothing else is known draw best what is to be traced.
const STYLE: &str = "flat";
/// Most steps of a picture.
const MOST_STEPS: usize = 1000;
/// Share of what is free on a card that a model may take.
const SHARE: f64 = 0.9;

/// A model that was found, and how its publisher says that it is used.
struct Found {
    family: &'static Family,
    folder: ModelFolder,
    sampler: Option<Sampler>,
    options: DenoiseOptions,
    style: &'static str,
}

/// Opens a model: that of a folder in the layout of diffusers or of a single file, or one by name.
pub(super) fn open(asked: &Asked) -> Result<Arc<dyn Generate + Send + Sync>, Failed> {
    let path = Path::new(&asked.model);
    let found = if path.is_file() {
        of_file(path)
    } else if path.is_dir() {
        of_folder(path)
    } else {
        of_name(&asked.model)
    }?;
    let options = options(asked, &found)?;
    let place = place(&asked.device, found.family)?;
    let limit = free_bytes(&place.device).map_or(u64::MAX, |free| (free as f64 * SHARE) as u64);
    let folder = found.folder.placed(&place);
    Ok(Arc::new(found.family.open_within(&folder, found.sampler.as_ref(), &options, limit)?.0))
}

fn of_folder(folder: &Path) -> Result<Found, Failed> {
    let family = Family::of_folder(folder)?;
    let options = DenoiseOptions::of_folder(folder, family)?;
    Ok(Found { family, folder: ModelFolder::of_family(folder, family), sampler: None, options, style: STYLE })
}

fn of_file(file: &Path) -> Result<Found, Failed> {
    let completed = SingleFile::open(file)?.completed(&Base::Usual, &Places::of_environment())?;
    let Completed { family, folder, sampler, options } = completed;
    Ok(Found { family, folder, sampler: Some(sampler), options, style: STYLE })
}

fn of_name(name: &str) -> Result<Found, Failed> {
    if cfg!(not(feature = "small-model")) && name == "linocut-small" {
        return Err(format!("model `{name}` is not in this build: build with the feature `small-model`").into());
    }
    let others = "a folder in the layout of diffusers, or a checkpoint in one file";
    let entry = Entry::named(name).map_err(|error| format!("{error}, {others}"))?;
    let folder = ModelFolder::of_located(entry.locate(&Places::of_environment())?, entry);
    entry.check_prediction(&folder)?;
    let (family, sampler) = (entry.family, entry.sampler.clone());
    Ok(Found { family, folder, sampler, options: DenoiseOptions::of_entry(entry), style: entry.style })
}

fn options(asked: &Asked, found: &Found) -> Result<DenoiseOptions, Failed> {
    if let Some(steps) = asked.steps.filter(|steps| !(1..=MOST_STEPS).contains(steps)) {
        return Err(format!("steps is {steps}, expected 1 to {MOST_STEPS}").into());
    }
    if let Some(guidance) = asked.guidance.filter(|guidance| !guidance.is_finite()) {
        return Err(format!("guidance is {guidance}, expected a finite number").into());
    }
    let style = Style::named(asked.style.as_deref().unwrap_or(found.style))?;
    let own = found.options.clone().in_style(&style);
    Ok(DenoiseOptions {
        steps: asked.steps.unwrap_or(own.steps),
        timesteps: own.timesteps.filter(|_| asked.steps.is_none()),
        guidance: asked.guidance.unwrap_or(own.guidance),
        size: asked.size.unwrap_or(own.size),
        negative: asked.negative.clone().unwrap_or(own.negative),
        ..own
    })
}

/// On a CPU in the type that the weights are published in, on a card in 16 bits.
fn place(device: &str, family: &Family) -> Result<Placement, Failed> {
    let device: DeviceName = device.parse()?;
    let (dtype, linear_kind) = family.published();
    Ok(match device {
        DeviceName::Cpu => Placement { linear_kind, ..Placement::named(device, Some(dtype))? },
        _ => Placement { linear_kind: LinearKind::Plain, ..Placement::named(device, None)? },
    })
}

pub(super) fn known() -> Vec<(&'static str, bool)> {
    let places = Places::of_environment();
    entries().iter().map(|entry| (entry.name, entry.locate(&places).is_ok())).collect()
}
