//! Why the server does not run, and why a request is refused.

use std::io;
use std::net::SocketAddr;

use hyper::StatusCode;
use linocut::core::with_causes;
use linocut::raster::DecodeError;
use thiserror::Error;

/// Why a server cannot run.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The address cannot be listened on, for example because another program has it.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// The system gives no timers or sockets to wait on.
    #[error("cannot wait for connections")]
    Runtime(#[source] io::Error),
}

/// Why a request is refused; becomes the answer.
#[derive(Debug, Error)]
pub(crate) enum Refusal {
    #[error("`Host` is `{0}`, expected the address of this server")]
    Host(String),
    #[error("`Origin` is {0}, expected this server's own")]
    Origin(String),
    #[error("the request comes from a page of another site")]
    CrossSite,
    #[error("there is nothing at this address")]
    NotFound,
    #[error("this address does not take {0}")]
    Method(hyper::Method),
    #[error("the body has more than {limit} bytes")]
    TooLarge { limit: usize },
    #[error("the body did not arrive within {0} s")]
    Slow(u64),
    #[error("the body was cut off")]
    CutOff,
    #[error("{0}")]
    Invalid(String),
    #[error("{}", with_causes(.0))]
    Picture(#[from] DecodeError),
    #[error("the picture `{0}` is not held any more: drop it again")]
    NoPicture(String),
    #[error("the stream of events `{0}` is closed")]
    NoStream(String),
    #[error("{0}")]
    Busy(String),
}

impl Refusal {
    pub(crate) const fn status(&self) -> StatusCode {
        match self {
            Self::Host(_) | Self::Origin(_) | Self::CrossSite => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Slow(_) => StatusCode::REQUEST_TIMEOUT,
            Self::CutOff => StatusCode::BAD_REQUEST,
            Self::Invalid(_) | Self::Picture(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NoPicture(_) | Self::NoStream(_) => StatusCode::GONE,
            Self::Busy(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}
