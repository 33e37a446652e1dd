//! Downloads from a hub of our own, which breaks off on demand.

#![cfg(feature = "hub")]
#![expect(clippy::unwrap_used, reason = "what fails to load fails the test")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

use linocut_diffusion::entry::{Component, Entry, File};
use linocut_diffusion::hub::{Downloaded, Hub, HubError, Places};
use tempfile::TempDir;

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
/// Bytes of every file.
const LENGTH: usize = 200_000;

/// What the server was asked, and where it breaks off.
#[derive(Default)]
struct Log {
    /// Path and first byte of each request for a whole file.
    asked: Vec<(String, usize)>,
    /// Headers of authorisation, each once.
    tokens: Vec<String>,
    /// How many answers break off half way.
    breaks: usize,
    /// How many answers ignore the range.
    ignores_range: bool,
}

struct Server {
    endpoint: String,
    log: Arc<Mutex<Log>>,
}

impl Server {
    /// A hub that has every file, each with bytes of its own.
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let log = Arc::new(Mutex::new(Log::default()));
        let shared = Arc::clone(&log);
        thread::spawn(move || {
            for stream in listener.incoming() {
                drop(answer(stream.unwrap(), &mut shared.lock().unwrap()));
            }
        });
        Self { endpoint, log }
    }

    fn hub(&self, attempts: usize) -> Hub {
        Hub { endpoint: self.endpoint.clone(), token: Some("secret".to_owned()), attempts, offline: false }
    }

    fn asked(&self) -> Vec<(String, usize)> {
        self.log.lock().unwrap().asked.clone()
    }
}

fn body(path: &str) -> Vec<u8> {
    let seed: usize = path.bytes().map(usize::from).sum();
    (0..LENGTH).map(|at| (at * 31 + at / 251 + seed) as u8).collect()
}

fn answer(mut stream: TcpStream, log: &mut Log) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().unwrap()?;
    let headers: BTreeMap<String, String> = lines
        .map_while(|line| line.ok().filter(|line| !line.is_empty()))
        .filter_map(|line| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned())))
        .collect();
    let path = first.split(' ').nth(1).unwrap().to_owned();
    if path.contains("secret") {
        return stream.write_all(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    }
    log.tokens.extend(headers.get("authorization").cloned());
    log.tokens.dedup();
    let whole = body(&path);
    let (start, end) = headers["range"].strip_prefix("bytes=").unwrap().split_once('-').unwrap();
    let start: usize = if log.ignores_range && end.is_empty() { 0 } else { start.parse().unwrap() };
    let end = if end.is_empty() { LENGTH } else { end.parse::<usize>().unwrap() + 1 };
    let head = format!(
        "HTTP/1.1 206 Partial Content\r\netag: \"{:x}\"\r\nx-repo-commit: {COMMIT}\r\nconnection: close\r\n\
         content-range: bytes {start}-{}/{LENGTH}\r\ncontent-length: {}\r\n\r\n",
        path.len() * 7919 + usize::from(path.as_bytes()[path.len() - 1]),
        end - 1,
        end - start
    );
    stream.write_all(head.as_bytes())?;
    let is_file = end == LENGTH;
    let is_broken = is_file && log.breaks > 0;
    if is_file {
        log.asked.push((path, start));
    }
    let sent = if is_broken { start + (end - start) / 2 } else { end };
    log.breaks -= usize::from(is_broken);
    stream.write_all(&whole[start..sent])
}

fn file() -> File {
    File { component: Component::Unet, repository: "o/r", path: "unet/weights.safetensors".to_owned() }
}

const ASKED: &str = "/o/r/resolve/main/unet/weights.safetensors";

#[test]
fn a_download_is_where_every_tool_of_hugging_face_finds_it() {
    let (server, cache) = (Server::start(), TempDir::new().unwrap());
    let mut heard: Vec<(u64, u64)> = Vec::new();
    let mut watch = |came: Downloaded<'_>| heard.push((came.bytes, came.total));
    let path = server.hub(1).download(cache.path(), &file(), &mut watch).unwrap();
    let snapshot = cache.path().join("models--o--r/snapshots").join(COMMIT);
    assert_eq!(path, snapshot.join("unet/weights.safetensors"));
    assert_eq!(fs::read(&path).unwrap(), body(ASKED));
    assert_eq!(fs::read_to_string(cache.path().join("models--o--r/refs/main")).unwrap(), COMMIT);
    assert_eq!(heard.last(), Some(&(LENGTH as u64, LENGTH as u64)));
    assert!(heard.len() > 2 && heard.is_sorted());
    assert_eq!(server.log.lock().unwrap().tokens, ["Bearer secret"]);
}

#[test]
fn an_interrupted_download_goes_on_where_it_ended() {
    let (server, cache) = (Server::start(), TempDir::new().unwrap());
    server.log.lock().unwrap().breaks = 1;
    let error = server.hub(1).download(cache.path(), &file(), &mut |_| {}).unwrap_err();
    assert!(error.to_string().contains("o/r/unet/weights.safetensors"), "{error}");
    let mut first = None;
    let mut watch = |came: Downloaded<'_>| {
        first.get_or_insert(came.bytes);
    };
    let path = server.hub(1).download(cache.path(), &file(), &mut watch).unwrap();
    assert_eq!(fs::read(path).unwrap(), body(ASKED));
    assert_eq!(first, Some(LENGTH as u64 / 2));
    assert_eq!(server.asked(), [(ASKED.to_owned(), 0), (ASKED.to_owned(), LENGTH / 2)]);
}

#[test]
fn attempts_follow_each_other_and_end() {
    let (server, cache) = (Server::start(), TempDir::new().unwrap());
    server.log.lock().unwrap().breaks = 2;
    let path = server.hub(3).download(cache.path(), &file(), &mut |_| {}).unwrap();
    assert_eq!(fs::read(path).unwrap(), body(ASKED));
    let starts: Vec<usize> = server.asked().into_iter().map(|(_, start)| start).collect();
    assert_eq!(starts, [0, LENGTH / 2, LENGTH * 3 / 4]);
    let gated = File { path: "secret.safetensors".to_owned(), ..file() };
    let error = server.hub(2).download(cache.path(), &gated, &mut |_| {}).unwrap_err();
    assert!(error.to_string().contains("after 2 attempts") && error.to_string().contains("403"), "{error}");
}

#[test]
fn a_mirror_that_cannot_resume_does_not_leave_a_damaged_file() {
    let (server, cache) = (Server::start(), TempDir::new().unwrap());
    server.log.lock().unwrap().breaks = 1;
    server.hub(1).download(cache.path(), &file(), &mut |_| {}).unwrap_err();
    server.log.lock().unwrap().ignores_range = true;
    let error = server.hub(1).download(cache.path(), &file(), &mut |_| {}).unwrap_err();
    assert!(matches!(error, HubError::Length { expected: 200_000, actual: 300_000, .. }), "{error}");
    let path = server.hub(1).download(cache.path(), &file(), &mut |_| {}).unwrap();
    assert_eq!(fs::read(path).unwrap(), body(ASKED));
}

#[test]
fn only_what_is_missing_of_a_model_is_downloaded() {
    let (server, cache) = (Server::start(), TempDir::new().unwrap());
    let entry = Entry::named("hyper-sdxl-1step").unwrap();
    let places = Places { models: None, cache: Some(cache.path().to_owned()) };
    let found = server.hub(1).obtain(&places, entry, &mut |_| {}).unwrap();
    assert_eq!(server.asked().len(), entry.files().len());
    fs::remove_file(found.folder.join("vae/config.json").path()).unwrap();
    assert_eq!(server.hub(1).obtain(&places, entry, &mut |_| {}).unwrap(), found);
    assert_eq!(server.asked().len(), entry.files().len() + 1);
    assert!(found.own.unwrap().ends_with(Path::new(COMMIT).join("Hyper-SDXL-1step-Unet.safetensors")));
    assert_eq!(entry.locate(&places).unwrap().folder, found.folder);
}

#[test]
fn offline_nothing_is_asked_and_everything_missing_is_named() {
    let (server, cache) = (Server::start(), TempDir::new().unwrap());
    let entry = Entry::named("sdxl-turbo").unwrap();
    let places = Places { models: None, cache: Some(cache.path().to_owned()) };
    let offline = Hub { offline: true, ..server.hub(1) };
    let error = offline.obtain(&places, entry, &mut |_| {}).unwrap_err();
    let HubError::Offline(missing) = &error else { panic!("{error}") };
    assert_eq!(missing.files, entry.files());
    for file in entry.files() {
        assert!(error.to_string().contains(&file.path), "{error}");
    }
    assert!(error.to_string().contains(&cache.path().display().to_string()) && server.asked().is_empty());
    let nowhere = Places { models: None, cache: None };
    assert!(matches!(server.hub(1).obtain(&nowhere, entry, &mut |_| {}), Err(HubError::NoCache(_))));
}
