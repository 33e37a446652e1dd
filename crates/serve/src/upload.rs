//! Bodies of requests, within a size and a time.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use hyper::body::{Body, Incoming};
use tokio::time::timeout;

use crate::error::Refusal;

/// The whole body.
pub(crate) async fn read(body: Incoming, limit: usize, time: Duration) -> Result<Vec<u8>, Refusal> {
    timeout(time, read_all(body, limit)).await.map_err(|_| Refusal::Slow(time.as_secs()))?
}

async fn read_all(mut body: Incoming, limit: usize) -> Result<Vec<u8>, Refusal> {
    // Known in advance unless the body comes in chunks.
    if body.size_hint().lower() > limit as u64 {
        return Err(Refusal::TooLarge { limit });
    }
    let mut bytes = Vec::new();
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let frame = frame.map_err(|_| Refusal::CutOff)?;
        if let Some(data) = frame.data_ref() {
            if bytes.len() + data.len() > limit {
                return Err(Refusal::TooLarge { limit });
            }
            bytes.extend_from_slice(data);
        }
    }
    Ok(bytes)
}
