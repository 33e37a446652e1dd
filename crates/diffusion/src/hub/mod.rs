//! Where the files of published models are: in `$LINOCUT_MODELS`, in the cache of Hugging Face, and with feature `hub` on its hub.
//!
//! [`Places`] finds what is on this machine, without the feature too: files that any tool of Hugging Face has downloaded are used.
//! With the feature, `Hub` downloads the rest into the same cache, where other tools find it. It builds its encryption (ring) with
//! a C compiler, which nothing else here needs.

#[cfg(feature = "hub")]
mod download;
#[cfg(feature = "hub")]
mod hub_error;
mod located;

#[cfg(feature = "hub")]
pub use download::{Downloaded, Hub, Watch};
#[cfg(feature = "hub")]
pub use hub_error::HubError;
pub use linocut_nn::repositories::{Places, is_offline};
pub(crate) use located::best_folder;
pub use located::{Located, MissingFiles};
