//! A local page for the browser, with the whole of linocut behind it: traces pictures, draws descriptions, checks SVGs and compares
//! settings, and shows drawings as they improve.
//!
//! [`Server`] listens on one address, by default the loopback one, and keeps everything in memory: no file is read or written. The page is
//! part of the program; it needs no network and no file beside it.
//!
//! ```no_run
//! use linocut::Stop;
//! use linocut_serve::{ServeOptions, Server};
//!
//! let server = Server::bind(ServeOptions::default())?;
//! println!("open {}", server.url());
//! server.run(&Stop::never())?;
//! # Ok::<(), linocut_serve::ServeError>(())
//! ```
//!
//! # What the page asks for
//!
//! | request | what it does |
//! |---|---|
//! | `GET /` and the files that it names | the page |
//! | `GET /about` | version, limits, models, number of jobs that run |
//! | `GET /events` | a stream of events; the first names the stream. When it is closed, its jobs end |
//! | `POST /pictures`, `GET /pictures/ID` | takes a PNG or JPEG and says its id, which follows from its bytes; gives it back |
//! | `POST /jobs` | begins a [`Job`](JobRequest) of a stream, in place of an earlier one with the same slot |
//! | `POST /cancel` | ends a job, with the best that it found, or the jobs of a slot's prefix without a word |
//! | `POST /check?bytes=N` | an SVG's violations and its sanitised version |
//! | `POST /png?side=N` | a valid SVG as a PNG |
//!
//! # Who may ask
//!
//! A page of another origin cannot use the server: `Host` must be the address on which the request came in (or `localhost`), which stops DNS
//! rebinding; `Origin` must be the server's own wherever a browser sends it, and has to be there for every `POST`; requests that a browser
//! marks as cross-site are refused. Sizes, numbers and times are bounded by [`Limits`].

mod assets;
mod content;
mod error;
mod events;
mod guard;
mod inspect;
mod job;
mod limits;
mod models;
mod pictures;
mod route;
mod server;
mod upload;

pub use error::ServeError;
pub use job::{DrawRequest, JobRequest, Method, Seen, TraceRequest, Work};
pub use limits::Limits;
pub use models::Model;
pub use server::{DEFAULT_PORT, ServeOptions, Server};
