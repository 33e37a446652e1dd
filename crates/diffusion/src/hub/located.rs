//! The files of a named model on this machine.

use std::fmt;
use std::path::PathBuf;

use linocut_nn::Location;
use thiserror::Error;

use linocut_nn::repositories::Places;

use crate::entry::{Entry, File, Weights};

/// Where a model's files are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Located {
    /// The folder of all components, in the layout of diffusers.
    pub folder: Location,
    /// The model's own file on top of them: weights of a denoiser, or low-rank changes. None if the components are the model.
    pub own: Option<PathBuf>,
}

/// Files of a model are nowhere.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("{model} lacks {}; looked in {}; $LINOCUT_MODELS names the folder of models", names(files), places(looked))]
pub struct MissingFiles {
    /// Name of the model.
    pub model: &'static str,
    /// The files, at least one.
    pub files: Vec<File>,
    /// Folders that were looked in; none if the environment names none.
    pub looked: Vec<PathBuf>,
}

fn names(files: &[File]) -> String {
    files.iter().map(|file| format!("{}/{}", file.repository, file.path)).collect::<Vec<_>>().join(", ")
}

fn places(looked: &[PathBuf]) -> impl fmt::Display {
    if looked.is_empty() {
        return "no folder".to_owned();
    }
    looked.iter().map(|folder| folder.display().to_string()).collect::<Vec<_>>().join(", ")
}

impl Entry {
    /// The files of the model in these places. All components of a repository come from one folder: the first one that has them all.
    ///
    /// # Errors
    ///
    /// [`MissingFiles`] names every file that is not there and the folders that were looked in.
    pub fn locate(&self, places: &Places) -> Result<Located, MissingFiles> {
        if let Weights::Bundled(bundle) = self.weights {
            return Ok(Located { folder: bundle.into(), own: None });
        }
        let files = self.files();
        let (mut folders, mut missing) = (Vec::new(), Vec::new());
        for repository in self.repositories() {
            let wanted: Vec<&File> = files.iter().filter(|file| file.repository == repository).collect();
            match best_folder(places, repository, &wanted) {
                Some((folder, lacking)) => {
                    missing.extend(lacking);
                    folders.push(folder);
                }
                None => missing.extend(wanted.into_iter().cloned()),
            }
        }
        let mut folders = folders.into_iter();
        match folders.next() {
            Some(folder) if missing.is_empty() => {
                let own = folders.next().and_then(|folder| Some(folder.join(self.weights.own_file()?)));
                Ok(Located { folder: folder.into(), own })
            }
            _ => {
                let looked =
                    self.repositories().into_iter().flat_map(|repository| places.folders(repository)).collect();
                Err(MissingFiles { model: self.name, files: missing, looked })
            }
        }
    }
}

/// The folder of a repository that lacks the fewest of these files, and those.
pub(crate) fn best_folder(places: &Places, repository: &str, files: &[&File]) -> Option<(PathBuf, Vec<File>)> {
    let lacking = |folder: PathBuf| {
        let is_there = |file: &File| file.alternatives().iter().any(|path| folder.join(path).is_file());
        let missing: Vec<File> = files.iter().filter(|file| !is_there(file)).map(|file| (*file).clone()).collect();
        (folder, missing)
    };
    places.folders(repository).into_iter().map(lacking).min_by_key(|(_, missing)| missing.len())
}

impl Weights {
    /// The file that a model publishes on top of another's components.
    const fn own_file(&self) -> Option<&'static str> {
        match self {
            Self::Folders { .. } | Self::Together(_) | Self::Bundled(_) => None,
            Self::Denoiser { file, .. } | Self::Lora { file, .. } => Some(file),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use tempfile::TempDir;

    use super::*;

    const BASE: &str = "stabilityai/stable-diffusion-xl-base-1.0";

    fn write(folder: &Path, files: &[File]) {
        for file in files {
            let path = folder.join(&file.path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
    }

    fn of_repository(entry: &Entry, repository: &str) -> Vec<File> {
        entry.files().into_iter().filter(|file| file.repository == repository).collect()
    }

    #[test]
    fn a_snapshot_in_the_cache_is_found_behind_an_incomplete_folder() {
        let (models, cache) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let entry = Entry::named("sdxl-turbo").unwrap();
        let places = Places { models: Some(models.path().into()), cache: Some(cache.path().into()) };
        let snapshot = cache.path().join("models--stabilityai--sdxl-turbo/snapshots/main");
        write(&models.path().join("sdxl-turbo"), &entry.files()[2..]);
        write(&snapshot, &entry.files());
        assert_eq!(entry.locate(&places).unwrap(), Located { folder: snapshot.into(), own: None });
        write(&models.path().join("sdxl-turbo"), &entry.files());
        assert_eq!(entry.locate(&places).unwrap().folder, models.path().join("sdxl-turbo").into());
    }

    #[test]
    fn every_missing_file_and_every_place_is_named() {
        let (models, cache) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let entry = Entry::named("sdxl-lightning-4step").unwrap();
        let places = Places { models: Some(models.path().into()), cache: Some(cache.path().into()) };
        let base = of_repository(entry, BASE);
        write(&models.path().join(BASE), &base[1..]);
        let error = entry.locate(&places).unwrap_err();
        let own = of_repository(entry, entry.repository);
        assert_eq!(error.files, [&base[..1], &own].concat());
        assert_eq!(error.looked.len(), 6);
        let text = error.to_string();
        assert!(text.contains("ByteDance/SDXL-Lightning/sdxl_lightning_4step_unet.safetensors"), "{text}");
        assert!(text.contains("models--ByteDance--SDXL-Lightning") && text.contains("$LINOCUT_MODELS"), "{text}");
    }

    #[test]
    fn a_model_s_own_file_may_be_elsewhere_than_its_components() {
        let (models, cache) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let entry = Entry::named("hyper-sdxl-8step-lora").unwrap();
        let places = Places { models: Some(models.path().into()), cache: Some(cache.path().into()) };
        let snapshot = cache.path().join("models--ByteDance--Hyper-SD/snapshots/main");
        write(&models.path().join(BASE), &of_repository(entry, BASE));
        write(&snapshot, &of_repository(entry, entry.repository));
        let found = entry.locate(&places).unwrap();
        assert_eq!(found.folder, models.path().join(BASE).into());
        assert_eq!(found.own, Some(snapshot.join("Hyper-SDXL-8steps-lora.safetensors")));
    }

    #[test]
    fn weights_of_full_precision_stand_in_for_half() {
        let models = TempDir::new().unwrap();
        let entry = Entry::named("ssd-1b").unwrap();
        let full = entry.files().into_iter().map(|file| File { path: file.path.replace(".fp16", ""), ..file });
        write(&models.path().join("SSD-1B"), &full.collect::<Vec<_>>());
        let places = Places { models: Some(models.path().into()), cache: None };
        assert_eq!(entry.locate(&places).unwrap().folder, models.path().join("SSD-1B").into());
    }

    #[test]
    fn without_any_place_all_files_are_missing() {
        let entry = Entry::named("sdxl-turbo").unwrap();
        let error = entry.locate(&Places { models: None, cache: None }).unwrap_err();
        assert_eq!(error.files, entry.files());
        assert!(error.to_string().contains("looked in no folder"), "{error}");
    }
}
