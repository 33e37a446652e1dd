//! Downloads from the hub of Hugging Face into its cache.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use hf_hub::api::Progress;
use hf_hub::api::sync::{Api, ApiBuilder, ApiError};
use hf_hub::{Cache, Repo, RepoType};

use super::hub_error::HubError;
use linocut_nn::repositories::{Places, is_offline};

use super::located::{Located, MissingFiles, best_folder};
use crate::entry::{Entry, File};

/// The hub.
const ENDPOINT: &str = "https://huggingface.co";

/// How files are downloaded. The default is what the environment says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hub {
    /// Address of the hub or of a mirror. Default: `$HF_ENDPOINT` or `https://huggingface.co`.
    pub endpoint: String,
    /// What says who asks, for models whose licence must be accepted first. Default: `$HF_TOKEN`, or the file `token` beside the
    /// cache.
    pub token: Option<String>,
    /// How often a file is tried, at least 1; each attempt goes on where the one before ended. Default: 3.
    pub attempts: usize,
    /// Whether the network must not be used. Default: what `$HF_HUB_OFFLINE` says.
    pub offline: bool,
}

impl Default for Hub {
    fn default() -> Self {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let endpoint = variable("HF_ENDPOINT").unwrap_or_else(|| ENDPOINT.to_owned());
        Self { endpoint, token: variable("HF_TOKEN"), attempts: 3, offline: is_offline() }
    }
}

/// How far a download has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Downloaded<'a> {
    /// Repository of the file.
    pub repository: &'a str,
    /// Path of the file in it.
    pub path: &'a str,
    /// Bytes that are there, those of an earlier attempt with them.
    pub bytes: u64,
    /// Bytes of the whole file.
    pub total: u64,
}

/// Called whenever some of a file has come.
pub type Watch<'a> = &'a mut dyn FnMut(Downloaded<'_>);

impl Hub {
    /// The files of a model: those that are on this machine, or else the missing ones downloaded into the cache.
    ///
    /// # Errors
    ///
    /// [`HubError::Offline`] and [`HubError::NoCache`] name every missing file and where it was looked for, [`HubError::Download`]
    /// and [`HubError::Length`] the file that could not be had.
    pub fn obtain(&self, places: &Places, entry: &Entry, watch: Watch<'_>) -> Result<Located, HubError> {
        let Err(missing) = entry.locate(places) else { return Ok(entry.locate(places)?) };
        self.complete(places, missing, &entry.files(), watch)?;
        Ok(entry.locate(places)?)
    }

    /// Downloads of these files of a model what the cache lacks, from the repositories of which something is missing.
    ///
    /// # Errors
    ///
    /// As [`Hub::obtain`].
    pub fn complete(
        &self,
        places: &Places,
        missing: MissingFiles,
        files: &[File],
        watch: Watch<'_>,
    ) -> Result<(), HubError> {
        if self.offline {
            return Err(HubError::Offline(missing));
        }
        let Some(cache) = &places.cache else { return Err(HubError::NoCache(missing)) };
        let cached = Places { models: None, cache: Some(cache.to_owned()) };
        let is_lacking = |file: &File| missing.files.iter().any(|lacking| lacking.repository == file.repository);
        for file in files.iter().filter(|file| is_lacking(file)) {
            let is_there =
                best_folder(&cached, file.repository, &[file]).is_some_and(|(_, lacking)| lacking.is_empty());
            if !is_there {
                self.download(cache, file, &mut *watch)?;
            }
        }
        Ok(())
    }

    /// Downloads one file into a cache, from where an earlier download ended.
    ///
    /// # Errors
    ///
    /// As [`Hub::obtain`].
    pub fn download(&self, cache: &Path, file: &File, watch: Watch<'_>) -> Result<PathBuf, HubError> {
        let attempts = self.attempts.max(1);
        let failed = |source: ApiError| HubError::Download {
            repository: file.repository,
            path: file.path.clone(),
            endpoint: self.endpoint.clone(),
            attempts,
            source: Box::new(source),
        };
        let api = self.client(cache).map_err(failed)?;
        let counter = Counter { file, watch: Rc::new(RefCell::new(watch)), bytes: 0, total: 0 };
        for _ in 1..attempts {
            match self.attempt(&api, cache, file, counter.again()) {
                Ok(path) => return Ok(path),
                Err(Failure::Client(_)) => {}
                Err(Failure::Hub(error)) => return Err(error),
            }
        }
        self.attempt(&api, cache, file, counter.again()).map_err(|failure| match failure {
            Failure::Client(source) => failed(source),
            Failure::Hub(error) => error,
        })
    }

    fn client(&self, cache: &Path) -> Result<Api, ApiError> {
        let cache = Cache::new(absolute(cache));
        let token = self.token.clone().or_else(|| cache.token());
        let client = ApiBuilder::from_cache(cache).with_progress(false).with_retries(0);
        client.with_endpoint(self.endpoint.trim_end_matches('/').to_owned()).with_token(token).build()
    }

    fn attempt(&self, api: &Api, cache: &Path, file: &File, counter: Counter<'_, '_>) -> Result<PathBuf, Failure> {
        let repository = api.model(file.repository.to_owned());
        let metadata = api.metadata(&repository.url(&file.path))?;
        let expected = metadata.size() as u64;
        let blob = Cache::new(absolute(cache)).repo(Repo::new(file.repository.to_owned(), RepoType::Model));
        let blob = blob.blob_path(metadata.etag());
        if length(&blob.with_extension("part")).is_some_and(|length| length > expected) {
            remove(&blob.with_extension("part"))?;
        }
        let pointer = repository.download_with_progress(&file.path, counter)?;
        match length(&pointer) {
            Some(actual) if actual != expected => {
                remove(&pointer)?;
                remove(&blob)?;
                Err(Failure::Hub(HubError::Length { file: pointer, expected, actual }))
            }
            _ => Ok(pointer),
        }
    }
}

/// The client makes links relative to each other, which wants whole paths.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

fn length(file: &Path) -> Option<u64> {
    fs::metadata(file).ok().map(|metadata| metadata.len())
}

fn remove(file: &Path) -> Result<(), Failure> {
    match fs::remove_file(file) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(Failure::Hub(HubError::Io { file: file.to_owned(), source }))
        }
        _ => Ok(()),
    }
}

/// Why an attempt failed: another may help, or not.
enum Failure {
    Client(ApiError),
    Hub(HubError),
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        Self::Client(error)
    }
}

/// Adds up what comes.
struct Counter<'a, 'b> {
    file: &'a File,
    watch: Rc<RefCell<Watch<'b>>>,
    bytes: u64,
    total: u64,
}

impl Counter<'_, '_> {
    fn again(&self) -> Self {
        Self { file: self.file, watch: Rc::clone(&self.watch), bytes: 0, total: 0 }
    }
}

impl Progress for Counter<'_, '_> {
    fn init(&mut self, size: usize, _filename: &str) {
        (self.bytes, self.total) = (0, size as u64);
    }

    fn update(&mut self, size: usize) {
        self.bytes += size as u64;
        let (repository, path) = (self.file.repository, self.file.path.as_str());
        (self.watch.borrow_mut())(Downloaded { repository, path, bytes: self.bytes, total: self.total });
    }

    fn finish(&mut self) {}
}
