//! Folders that may hold a repository's files.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// The variable that names the folder of models.
const MODELS: &str = "LINOCUT_MODELS";
/// Variables that name the cache of Hugging Face, the first one set counts.
const CACHES: [&str; 2] = ["HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"];
/// The revision whose files are used.
const REVISION: &str = "main";
/// How variables say yes.
const YES: [&str; 4] = ["1", "on", "yes", "true"];

/// Folders in which models are looked for. The default is what the environment says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Places {
    /// A folder with a folder for every repository, with or without its owner: `stabilityai/sdxl-turbo` or `sdxl-turbo`. Looked in
    /// first. Default: `$LINOCUT_MODELS`.
    pub models: Option<PathBuf>,
    /// The cache of Hugging Face, as all of its tools lay it out. Default: `$HF_HUB_CACHE`, `$HF_HOME/hub`,
    /// `$XDG_CACHE_HOME/huggingface/hub` or `~/.cache/huggingface/hub`.
    pub cache: Option<PathBuf>,
}

impl Default for Places {
    fn default() -> Self {
        Self::of_environment()
    }
}

impl Places {
    /// The places that the environment names.
    #[must_use]
    pub fn of_environment() -> Self {
        Self::of_variables(|name| std::env::var_os(name), std::env::home_dir())
    }

    /// As [`Places::of_environment`], with variables and a home in hand. An empty variable is none.
    pub fn of_variables(variable: impl Fn(&str) -> Option<OsString>, home: Option<PathBuf>) -> Self {
        let folder = |name: &str| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let general = || folder("XDG_CACHE_HOME").or_else(|| Some(home?.join(".cache")));
        let of_home = || Some(folder("HF_HOME").or_else(|| Some(general()?.join("huggingface")))?.join("hub"));
        let cache = CACHES.into_iter().find_map(folder).or_else(of_home);
        Self { models: folder(MODELS), cache }
    }

    /// Folders where a repository's files may be, the first to be looked in first. The cache's is that of the revision it has, or
    /// where one would be.
    #[must_use]
    pub fn folders(&self, repository: &str) -> Vec<PathBuf> {
        let name = repository.rsplit('/').next().unwrap_or(repository);
        let own = self.models.iter().flat_map(|models| [models.join(repository), models.join(name)]);
        let mut folders: Vec<PathBuf> = own.chain(self.snapshot(repository)).collect();
        folders.dedup();
        folders
    }

    /// The cache's folder of a repository at its main revision.
    fn snapshot(&self, repository: &str) -> Option<PathBuf> {
        let folder = self.cache.as_ref()?.join(format!("models--{}", repository.replace('/', "--")));
        let revision = fs::read_to_string(folder.join("refs").join(REVISION));
        let revision = revision.ok().map(|text| text.trim().to_owned()).filter(|text| is_plain(text));
        Some(folder.join("snapshots").join(revision.as_deref().unwrap_or(REVISION)))
    }

    /// The first folder of a repository that holds all of these files.
    #[must_use]
    pub fn find(&self, repository: &str, files: &[&str]) -> Option<PathBuf> {
        self.folders(repository).into_iter().find(|folder| files.iter().all(|file| folder.join(file).is_file()))
    }

    /// A file by its repository and its path there, `openai/clip-vit-large-patch14/config.json`.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<PathBuf> {
        let (owner, rest) = name.split_once('/')?;
        let (repository, file) = rest.split_once('/')?;
        Some(self.find(&format!("{owner}/{repository}"), &[file])?.join(file))
    }
}

/// A folder of models alone, without the cache.
impl From<&Path> for Places {
    fn from(models: &Path) -> Self {
        Self { models: Some(models.to_owned()), cache: None }
    }
}

/// Whether `HF_HUB_OFFLINE` forbids to use the network.
#[must_use]
pub fn is_offline() -> bool {
    std::env::var("HF_HUB_OFFLINE").is_ok_and(|value| says_yes(&value))
}

fn says_yes(value: &str) -> bool {
    YES.contains(&value.to_ascii_lowercase().as_str())
}

/// A revision is the name of a folder, never a way out of one.
fn is_plain(revision: &str) -> bool {
    !revision.is_empty() && revision.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    fn of(variables: &[(&str, &str)]) -> Places {
        let find = |name: &str| variables.iter().find(|(found, _)| *found == name).map(|(_, value)| value.into());
        Places::of_variables(find, Some("/home/ada".into()))
    }

    #[test]
    fn the_cache_is_where_the_tools_of_hugging_face_have_it() {
        let cache = |variables: &[(&str, &str)]| of(variables).cache.unwrap();
        assert_eq!(cache(&[]), Path::new("/home/ada/.cache/huggingface/hub"));
        assert_eq!(cache(&[("XDG_CACHE_HOME", "/x")]), Path::new("/x/huggingface/hub"));
        assert_eq!(cache(&[("XDG_CACHE_HOME", "/x"), ("HF_HOME", "/h")]), Path::new("/h/hub"));
        assert_eq!(cache(&[("HF_HOME", "/h"), ("HF_HUB_CACHE", "/c")]), Path::new("/c"));
        assert_eq!(cache(&[("HF_HOME", "")]), Path::new("/home/ada/.cache/huggingface/hub"));
        assert_eq!(Places::of_variables(|_| None, None), Places { models: None, cache: None });
    }

    #[test]
    fn the_folder_of_models_comes_before_the_cache() {
        let temporary = TempDir::new().unwrap();
        let cached = temporary.path().join("models--stabilityai--sdxl-turbo");
        let places = Places { models: Some("/m".into()), cache: Some(temporary.path().to_owned()) };
        let before = places.folders("stabilityai/sdxl-turbo");
        assert_eq!(before[2], cached.join("snapshots/main"));
        fs::create_dir_all(cached.join("refs")).unwrap();
        fs::write(cached.join("refs/main"), "71153311d3dbb46851df1931d3ca6e939de83304\n").unwrap();
        let after = places.folders("stabilityai/sdxl-turbo");
        assert_eq!(&after[..2], [Path::new("/m/stabilityai/sdxl-turbo"), Path::new("/m/sdxl-turbo")]);
        assert_eq!(after[2], cached.join("snapshots/71153311d3dbb46851df1931d3ca6e939de83304"));
    }

    #[test]
    fn a_revision_that_leads_elsewhere_is_not_followed() {
        let temporary = TempDir::new().unwrap();
        let folder = temporary.path().join("models--a--b");
        fs::create_dir_all(folder.join("refs")).unwrap();
        fs::write(folder.join("refs/main"), "../../../etc").unwrap();
        let places = Places { models: None, cache: Some(temporary.path().to_owned()) };
        assert_eq!(places.folders("a/b"), [folder.join("snapshots/main")]);
    }

    #[test]
    fn variables_say_yes_as_those_of_hugging_face() {
        assert!(["1", "ON", "Yes", "true"].into_iter().all(says_yes));
        assert!(!["", "0", "off", "2"].into_iter().any(says_yes));
    }

    #[test]
    fn files_are_found_in_the_first_folder_that_has_them() {
        let (models, cache) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let places = Places { models: Some(models.path().into()), cache: Some(cache.path().into()) };
        let snapshot = cache.path().join("models--a--b/snapshots/main");
        fs::create_dir_all(&snapshot).unwrap();
        fs::write(snapshot.join("config.json"), "{}").unwrap();
        assert_eq!(places.file("a/b/config.json"), Some(snapshot.join("config.json")));
        assert_eq!(places.find("a/b", &["config.json", "model.safetensors"]), None);
        fs::create_dir_all(models.path().join("b")).unwrap();
        fs::write(models.path().join("b/config.json"), "{}").unwrap();
        assert_eq!(places.file("a/b/config.json"), Some(models.path().join("b/config.json")));
        assert_eq!((places.file("a/b"), Places::from(models.path()).file("a/c/config.json")), (None, None));
    }
}
