//! The server: its options, and the loop that takes connections.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use linocut::Stop;
use linocut::pipeline::{BoxScore, standard_score};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

use crate::error::ServeError;
use crate::events::Streams;
use crate::limits::Limits;
use crate::models::{Model, Models};
use crate::pictures::Pictures;
use crate::route::answer;

/// The port, unless another is asked for.
pub const DEFAULT_PORT: u16 = 8420;

/// How long the loop waits before it looks whether it should stop, and after an error of the system.
const POLL: Duration = Duration::from_millis(50);
/// Pictures that are uploaded at a time.
const UPLOADS: usize = 4;
/// Threads for decoding, checking and rendering.
const BLOCKING_THREADS: usize = 4;

/// Where to listen, what to offer, how much to spend.
#[derive(Debug)]
pub struct ServeOptions {
    /// Address to listen on. Default: 127.0.0.1, which only this machine reaches.
    pub address: IpAddr,
    /// Port, 0 for any that is free. Default: [`DEFAULT_PORT`].
    pub port: u16,
    /// Models on offer for descriptions, beside the composer. Default: none.
    pub models: Vec<Model>,
    /// Sizes, numbers and times.
    pub limits: Limits,
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self { address: Ipv4Addr::LOCALHOST.into(), port: DEFAULT_PORT, models: Vec::new(), limits: Limits::default() }
    }
}

/// What all requests share.
pub(crate) struct Shared {
    pub(crate) limits: Limits,
    pub(crate) pictures: Pictures,
    pub(crate) streams: Arc<Streams>,
    pub(crate) models: Models,
    /// The networks of the score are loaded once.
    pub(crate) score: Arc<BoxScore>,
    /// Turns of uploads.
    pub(crate) uploads: Semaphore,
}

/// A server that listens.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Server {
    /// Listens; requests are answered once it runs.
    ///
    /// # Errors
    ///
    /// [`ServeError::Listen`] if the address cannot be had.
    pub fn bind(options: ServeOptions) -> Result<Self, ServeError> {
        let ServeOptions { address, port, models, limits } = options;
        let address = SocketAddr::new(address, port);
        let refused = |source| ServeError::Listen { address, source };
        let listener = TcpListener::bind(address).map_err(refused)?;
        listener.set_nonblocking(true).map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let shared = Shared {
            pictures: Pictures::new(limits.picture_bytes),
            streams: Arc::default(),
            models: Models::new(models),
            score: Arc::new(Box::new(standard_score())),
            uploads: Semaphore::new(UPLOADS),
            limits,
        };
        Ok(Self { listener, address, shared: Arc::new(shared) })
    }

    /// The address that it listens on, with the port that was chosen.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of the page, for a browser on this machine.
    #[must_use]
    pub fn url(&self) -> String {
        let reached = match self.address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => SocketAddr::new(Ipv4Addr::LOCALHOST.into(), self.address.port()),
            IpAddr::V6(ip) if ip.is_unspecified() => SocketAddr::new(Ipv4Addr::LOCALHOST.into(), self.address.port()),
            _ => self.address,
        };
        format!("http://{reached}/")
    }

    /// Answers requests until asked to stop. All jobs end with it.
    ///
    /// # Errors
    ///
    /// [`ServeError::Runtime`] if the system cannot wait for connections.
    pub fn run(self, stop: &Stop) -> Result<(), ServeError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .max_blocking_threads(BLOCKING_THREADS)
            .build()
            .map_err(ServeError::Runtime)?;
        let shared = Arc::clone(&self.shared);
        let result = runtime.block_on(self.accept(stop));
        shared.streams.end_all();
        runtime.shutdown_background();
        result
    }

    async fn accept(self, stop: &Stop) -> Result<(), ServeError> {
        let listener = tokio::net::TcpListener::from_std(self.listener).map_err(ServeError::Runtime)?;
        let seats = Arc::new(Semaphore::new(self.shared.limits.connections));
        while !stop.requested() {
            let (stream, local) = match timeout(POLL, listener.accept()).await {
                Err(_) => continue,
                Ok(Ok((stream, _))) => match stream.local_addr() {
                    Ok(local) => (stream, local),
                    Err(_) => continue,
                },
                // Out of handles, for example: others will be closed.
                Ok(Err(_)) => {
                    sleep(POLL).await;
                    continue;
                }
            };
            let Ok(seat) = Arc::clone(&seats).try_acquire_owned() else { continue };
            // Events are small and should arrive at once; a socket that cannot do that still works.
            let _ = stream.set_nodelay(true);
            let shared = Arc::clone(&self.shared);
            tokio::spawn(async move {
                let mut http = http1::Builder::new();
                http.timer(TokioTimer::new()).header_read_timeout(shared.limits.request_time);
                let service = service_fn(move |request| {
                    let shared = Arc::clone(&shared);
                    async move { Ok::<_, Infallible>(answer(shared, request, local).await) }
                });
                // Whoever closes a connection early has no use for its error.
                let _ = http.serve_connection(TokioIo::new(stream), service).await;
                drop(seat);
            });
        }
        Ok(())
    }
}
