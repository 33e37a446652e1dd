//! Bodies of answers, and the headers that all answers have.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Body, Bytes, Frame, SizeHint};
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use serde::Serialize;

use crate::error::Refusal;
use crate::events::Events;

/// The body of an answer.
pub(crate) enum Content {
    /// All at once; `None` once it is sent.
    Whole(Option<Bytes>),
    /// Event by event.
    Events(Events),
}

impl Body for Content {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match self.get_mut() {
            Self::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Events(events) => events.poll_next(context).map(|next| next.map(|bytes| Ok(Frame::data(bytes)))),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)),
            Self::Events(_) => SizeHint::default(),
        }
    }
}

/// Nothing but the page's own files, and pictures that it was given or made: no inline script or style, no frame, no other host.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; \
                      worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
                      require-trusted-types-for 'script'";
/// What is no page: not even if it is opened in a tab of its own does anything in it run or load.
const SANDBOX: &str = "sandbox; default-src 'none'";

const HEADERS: [(HeaderName, &str); 7] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
];

fn answer(status: StatusCode, kind: &'static str, policy: &'static str, content: Content) -> Response<Content> {
    let mut response = Response::new(content);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    response
}

/// A file of the page.
pub(crate) fn file(kind: &'static str, text: &'static str) -> Response<Content> {
    answer(StatusCode::OK, kind, POLICY, Content::Whole(Some(Bytes::from_static(text.as_bytes()))))
}

/// A picture.
pub(crate) fn picture(kind: &'static str, bytes: impl Into<Bytes>) -> Response<Content> {
    answer(StatusCode::OK, kind, SANDBOX, Content::Whole(Some(bytes.into())))
}

/// A stream of events.
pub(crate) fn events(events: Events) -> Response<Content> {
    answer(StatusCode::OK, "text/event-stream", SANDBOX, Content::Events(events))
}

/// A value as JSON.
pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Response<Content> {
    // None of our values has keys that are no text, the only thing that JSON refuses.
    let text = serde_json::to_vec(value).unwrap_or_default();
    answer(status, "application/json", SANDBOX, Content::Whole(Some(text.into())))
}

/// Why not.
pub(crate) fn refusal(refusal: &Refusal) -> Response<Content> {
    json(refusal.status(), &serde_json::json!({ "error": refusal.to_string() }))
}
