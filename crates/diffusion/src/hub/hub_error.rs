//! Why a download failed.

use std::path::PathBuf;

use thiserror::Error;

use super::located::MissingFiles;

/// Why a model's files could not be had.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HubError {
    /// Files are missing and the network may not be used.
    #[error("offline: {0}")]
    Offline(MissingFiles),
    /// Files are missing and there is nowhere to put them.
    #[error("there is no folder for downloads: set HF_HOME; {0}")]
    NoCache(MissingFiles),
    /// A file cannot be downloaded. What was received is kept, and the next download goes on from there. Status 401 or 403 asks for a
    /// token (`HF_TOKEN`) of somebody who has accepted the licence on the model's page.
    #[error("cannot download {repository}/{path} from {endpoint} after {attempts} attempts: {source}")]
    Download {
        /// The repository.
        repository: &'static str,
        /// Path of the file in it.
        path: String,
        /// Where it was asked for.
        endpoint: String,
        /// How often it was tried.
        attempts: usize,
        /// What the client says.
        source: Box<hf_hub::api::sync::ApiError>,
    },
    /// A downloaded file has another length than the server said; it was removed.
    #[error("{} has {actual} bytes, {expected} were announced; it was removed", file.display())]
    Length {
        /// The file.
        file: PathBuf,
        /// Bytes announced.
        expected: u64,
        /// Bytes received.
        actual: u64,
    },
    /// The cache cannot be written.
    #[error("{}: {source}", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is still missing behind its download.
    #[error(transparent)]
    Missing(#[from] MissingFiles),
}
