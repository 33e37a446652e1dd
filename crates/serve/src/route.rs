//! Requests and their answers.

use std::net::SocketAddr;
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::{Method, Request, Response, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::task::spawn_blocking;

use crate::assets::asset;
use crate::content::{self, Content};
use crate::error::Refusal;
use crate::job::{self, JobRequest};
use crate::server::Shared;
use crate::{guard, inspect, upload};

/// Most bytes of a request that is JSON.
const MOST_JSON: usize = 64 << 10;
/// What an SVG may take that is checked, unless it is asked for less or more.
const CONTEST_BYTES: u32 = 10_000;
/// The longer side of a PNG, unless it is asked for.
const SIDE: u32 = 1024;

/// Answers a request that came in at `local`.
pub(crate) async fn answer(shared: Arc<Shared>, request: Request<Incoming>, local: SocketAddr) -> Response<Content> {
    let (parts, body) = request.into_parts();
    let answered = match guard::check(&parts, local) {
        Ok(()) => route(&shared, &parts.method, parts.uri.path(), parts.uri.query().unwrap_or_default(), body).await,
        Err(refusal) => Err(refusal),
    };
    answered.unwrap_or_else(|refusal| content::refusal(&refusal))
}

async fn route(
    shared: &Arc<Shared>,
    method: &Method,
    path: &str,
    query: &str,
    body: Incoming,
) -> Result<Response<Content>, Refusal> {
    let is_get = method == Method::GET || method == Method::HEAD;
    if let Some((kind, text)) = asset(path) {
        return if is_get { Ok(content::file(kind, text)) } else { Err(Refusal::Method(method.clone())) };
    }
    let picture = path.strip_prefix("/pictures/");
    match (path, is_get, method == Method::POST) {
        ("/about", true, _) => Ok(ok(&about(shared))),
        ("/events", true, _) if method == Method::GET => {
            Ok(content::events(shared.streams.open(shared.limits.streams)?))
        }
        ("/pictures", _, true) => add_picture(shared, body).await,
        ("/jobs", _, true) => {
            let request: JobRequest = read_json(shared, body).await?;
            job::begin(shared, request)?;
            Ok(content::json(StatusCode::ACCEPTED, &json!({})))
        }
        ("/cancel", _, true) => {
            cancel(shared, &read_json(shared, body).await?);
            Ok(ok(&json!({})))
        }
        ("/check", _, true) => {
            let bytes = number(query, "bytes", CONTEST_BYTES)? as usize;
            let text = read(shared, body, shared.limits.svg_bytes).await?;
            Ok(ok(&off_the_loop(move || inspect::check(&text, bytes)).await?))
        }
        ("/png", _, true) => {
            let side = number(query, "side", SIDE)?;
            let text = read(shared, body, shared.limits.svg_bytes).await?;
            Ok(content::picture("image/png", off_the_loop(move || inspect::png(&text, side)).await??))
        }
        ("/about" | "/events" | "/pictures" | "/jobs" | "/cancel" | "/check" | "/png", _, _) => {
            Err(Refusal::Method(method.clone()))
        }
        _ => match picture {
            Some(id) if is_get => {
                let picture = shared.pictures.get(id).ok_or(Refusal::NotFound)?;
                Ok(content::picture(picture.kind, picture.file.clone()))
            }
            Some(_) => Err(Refusal::Method(method.clone())),
            None => Err(Refusal::NotFound),
        },
    }
}

fn ok(value: &Value) -> Response<Content> {
    content::json(StatusCode::OK, value)
}

fn about(shared: &Shared) -> Value {
    let limits = &shared.limits;
    json!({
        "version": env!("CARGO_PKG_VERSION"), "models": shared.models.names(), "running": shared.streams.running(),
        "upload_bytes": limits.upload_bytes, "svg_bytes": limits.svg_bytes, "seconds": limits.job_time.as_secs(),
    })
}

async fn add_picture(shared: &Arc<Shared>, body: Incoming) -> Result<Response<Content>, Refusal> {
    let turn = shared.uploads.acquire().await;
    let file = read(shared, body, shared.limits.upload_bytes).await?;
    let pictures = Arc::clone(shared);
    let picture = off_the_loop(move || pictures.pictures.add(file)).await??;
    drop(turn);
    let (width, height) = picture.pixels.dimensions();
    Ok(ok(&json!({ "id": picture.id, "width": width, "height": height, "bytes": picture.file.len() })))
}

/// Which jobs to end: the one of `slot`, which then tells what it has, or all those of `prefix`, which tell nothing.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cancel {
    stream: String,
    slot: Option<String>,
    prefix: Option<String>,
}

fn cancel(shared: &Shared, cancel: &Cancel) {
    if let Some(slot) = &cancel.slot {
        shared.streams.finish(&cancel.stream, slot);
    }
    if let Some(prefix) = &cancel.prefix {
        shared.streams.end(&cancel.stream, prefix);
    }
}

async fn read(shared: &Shared, body: Incoming, limit: usize) -> Result<Vec<u8>, Refusal> {
    upload::read(body, limit, shared.limits.request_time).await
}

async fn read_json<T: for<'a> Deserialize<'a>>(shared: &Shared, body: Incoming) -> Result<T, Refusal> {
    let bytes = read(shared, body, MOST_JSON).await?;
    serde_json::from_slice(&bytes).map_err(|error| Refusal::Invalid(error.to_string()))
}

/// Work that takes longer than a moment, on another thread.
async fn off_the_loop<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
    spawn_blocking(work).await.map_err(|_| Refusal::Busy("the work ended unexpectedly".to_owned()))
}

/// A number in the query, or else this one.
fn number(query: &str, name: &str, usual: u32) -> Result<u32, Refusal> {
    let given = query.split('&').find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name));
    given.map_or(Ok(usual), |(_, value)| {
        let shown: String = value.chars().take(100).collect();
        value.parse().map_err(|_| Refusal::Invalid(format!("`{name}` is `{shown}`, expected a whole number")))
    })
}
