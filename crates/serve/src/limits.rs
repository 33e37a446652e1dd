//! What the server may spend.

use std::time::Duration;

/// How much a server takes and does at a time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Most bytes of an uploaded picture. Default: 32 MiB.
    pub upload_bytes: usize,
    /// Most bytes of an SVG to check or to render. Default: 4 MiB.
    pub svg_bytes: usize,
    /// Most bytes of pictures that are kept, as files and as pixels; those that were not used for longest go first. Default: 384 MiB.
    pub picture_bytes: usize,
    /// Most jobs at a time. Default: 32.
    pub jobs: usize,
    /// Most streams of events at a time; a browser has one for all its tabs. Default: 64.
    pub streams: usize,
    /// Most connections at a time. Default: 256.
    pub connections: usize,
    /// Most time for a job. Default: 5 minutes.
    pub job_time: Duration,
    /// Most time for the head of a request, and for its body. Default: 20 s.
    pub request_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            upload_bytes: 32 << 20,
            svg_bytes: 4 << 20,
            picture_bytes: 384 << 20,
            jobs: 32,
            streams: 64,
            connections: 256,
            job_time: Duration::from_secs(300),
            request_time: Duration::from_secs(20),
        }
    }
}
