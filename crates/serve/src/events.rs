//! Streams of server-sent events, and the jobs that end with them.

use std::collections::{HashMap, VecDeque};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use hyper::body::Bytes;
use linocut::Stop;
use serde_json::Value;
use tokio::time::{Interval, MissedTickBehavior, interval};

use crate::error::Refusal;

/// Most events that wait for a browser; one that takes none of so many has gone to sleep, and its jobs end.
const MOST_WAITING: usize = 512;
/// Time between two comments that keep an idle stream alive, and show that its other end is.
const HEARTBEAT: Duration = Duration::from_secs(1);

/// All streams that are open.
#[derive(Debug, Default)]
pub(crate) struct Streams {
    open: Mutex<HashMap<String, Arc<Stream>>>,
    named: AtomicU64,
    running: Arc<AtomicUsize>,
}

/// A stream: events that wait to be sent, and jobs that make more.
#[derive(Debug, Default)]
pub(crate) struct Stream {
    waiting: Mutex<Waiting>,
    jobs: Mutex<HashMap<String, Running>>,
}

#[derive(Debug, Default)]
struct Waiting {
    events: VecDeque<Event>,
    waker: Option<Waker>,
    closed: bool,
}

#[derive(Debug)]
struct Event {
    slot: String,
    /// A later event of the slot with the same name takes its place, if it has one.
    passes: Option<&'static str>,
    text: Bytes,
}

/// A job as its stream knows it.
#[derive(Clone, Debug)]
struct Running {
    stop: Stop,
    unwanted: Arc<AtomicBool>,
}

/// What a job has: where to tell of its work, and when to stop. While it lives, the job counts as running.
#[derive(Debug)]
pub(crate) struct Seat {
    /// Requested when the job should end.
    pub(crate) stop: Stop,
    stream: Arc<Stream>,
    slot: String,
    job: u64,
    unwanted: Arc<AtomicBool>,
    running: Arc<AtomicUsize>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.running.fetch_sub(1, Ordering::Relaxed);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is behind our locks is whole between any two statements.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Streams {
    /// Number of jobs that run.
    pub(crate) fn running(&self) -> usize {
        self.running.load(Ordering::Relaxed)
    }

    /// Opens a stream; its first event says its name.
    pub(crate) fn open(self: &Arc<Self>, most: usize) -> Result<Events, Refusal> {
        let mut open = locked(&self.open);
        if open.len() >= most {
            return Err(Refusal::Busy(format!("there are {most} streams of events already: close some tabs")));
        }
        let name = format!("s{}", self.named.fetch_add(1, Ordering::Relaxed));
        let stream = Arc::new(Stream::default());
        stream.push("", None, &serde_json::json!({ "type": "open", "stream": name }));
        open.insert(name.clone(), Arc::clone(&stream));
        let mut heartbeat = interval(HEARTBEAT);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Skip);
        heartbeat.reset();
        Ok(Events { name, stream, streams: Arc::clone(self), heartbeat })
    }

    /// A seat for a job in a slot, whose present job ends. At most `most` jobs run at a time.
    pub(crate) fn seat(&self, stream: &str, slot: &str, job: u64, most: usize) -> Result<Seat, Refusal> {
        let open = locked(&self.open);
        let stream = open.get(stream).ok_or_else(|| Refusal::NoStream(stream.to_owned()))?;
        stream.end(|name| name == slot);
        let sat = self.running.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| (n < most).then_some(n + 1));
        if sat.is_err() {
            return Err(Refusal::Busy(format!("{most} drawings are being made already: wait, or close some tabs")));
        }
        let (stop, unwanted) = (Stop::never(), Arc::new(AtomicBool::new(false)));
        let running = Running { stop: stop.clone(), unwanted: Arc::clone(&unwanted) };
        locked(&stream.jobs).insert(slot.to_owned(), running);
        let (stream, slot) = (Arc::clone(stream), slot.to_owned());
        Ok(Seat { stop, stream, slot, job, unwanted, running: Arc::clone(&self.running) })
    }

    /// Ends the job of a slot, which then tells the best that it has.
    pub(crate) fn finish(&self, stream: &str, slot: &str) {
        if let Some(stream) = locked(&self.open).get(stream)
            && let Some(job) = locked(&stream.jobs).get(slot)
        {
            job.stop.cancel();
        }
    }

    /// Ends all jobs whose slots begin like this, which then tell nothing.
    pub(crate) fn end(&self, stream: &str, prefix: &str) {
        if let Some(stream) = locked(&self.open).get(stream) {
            stream.end(|slot| slot.starts_with(prefix));
        }
    }

    /// Ends all jobs.
    pub(crate) fn end_all(&self) {
        locked(&self.open).values().for_each(|stream| stream.end(|_| true));
    }
}

impl Stream {
    fn push(&self, slot: &str, passes: Option<&'static str>, event: &Value) {
        let mut text = String::new();
        // Writing to a string does not fail; JSON has no line breaks.
        let _ = write!(text, "data: {event}\n\n");
        let mut waiting = locked(&self.waiting);
        if waiting.closed {
            return;
        }
        // What is lasting makes all that passes superfluous.
        let is_superseded = |event: &Event| event.passes.is_some() && (passes.is_none() || event.passes == passes);
        waiting.events.retain(|event| !(event.slot == slot && is_superseded(event)));
        waiting.events.push_back(Event { slot: slot.to_owned(), passes, text: text.into() });
        waiting.closed = waiting.events.len() > MOST_WAITING;
        if let Some(waker) = waiting.waker.take() {
            waker.wake();
        }
    }

    /// Ends jobs without a word.
    fn end(&self, which: impl Fn(&str) -> bool) {
        locked(&self.jobs).retain(|slot, job| {
            let ends = which(slot);
            if ends {
                job.unwanted.store(true, Ordering::Relaxed);
                job.stop.cancel();
            }
            !ends
        });
        locked(&self.waiting).events.retain(|event| event.slot.is_empty() || !which(&event.slot));
    }
}

impl Seat {
    /// Whether nobody waits for the job any more.
    pub(crate) fn is_unwanted(&self) -> bool {
        self.unwanted.load(Ordering::Relaxed)
    }

    /// Number of jobs that run, this one among them.
    pub(crate) fn company(&self) -> usize {
        self.running.load(Ordering::Relaxed).max(1)
    }

    /// Tells of the job's work. What passes has a name; it is left out where something later of that name, or something lasting, is
    /// already known.
    pub(crate) fn tell(&self, passes: Option<&'static str>, mut event: Value) {
        if self.is_unwanted() {
            return;
        }
        if let Value::Object(event) = &mut event {
            event.insert("slot".to_owned(), self.slot.as_str().into());
            event.insert("job".to_owned(), self.job.into());
        }
        self.stream.push(&self.slot, passes, &event);
    }
}

/// The body of an answer that is a stream. When it is dropped, for example because the browser has gone, its jobs end.
#[derive(Debug)]
pub(crate) struct Events {
    name: String,
    stream: Arc<Stream>,
    streams: Arc<Streams>,
    heartbeat: Interval,
}

impl Events {
    pub(crate) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        let mut waiting = locked(&self.stream.waiting);
        if waiting.closed {
            return Poll::Ready(None);
        }
        if let Some(event) = waiting.events.pop_front() {
            return Poll::Ready(Some(event.text));
        }
        waiting.waker = Some(context.waker().clone());
        drop(waiting);
        self.heartbeat.poll_tick(context).map(|_| Some(Bytes::from_static(b":\n\n")))
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        locked(&self.streams.open).remove(&self.name);
        locked(&self.stream.waiting).closed = true;
        self.stream.end(|_| true);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn streams() -> Arc<Streams> {
        Arc::new(Streams::default())
    }

    /// Runs within a runtime, which intervals need.
    fn with_timers(test: impl FnOnce()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let _entered = runtime.enter();
        test();
    }

    fn texts(events: &mut Events) -> Vec<String> {
        let mut context = Context::from_waker(Waker::noop());
        let mut texts = Vec::new();
        while let Poll::Ready(Some(text)) = events.poll_next(&mut context) {
            texts.push(String::from_utf8(text.to_vec()).unwrap());
        }
        texts
    }

    #[test]
    fn what_passes_gives_way_and_the_rest_stays() {
        with_timers(|| {
            let streams = streams();
            let mut events = streams.open(1).unwrap();
            let seat = streams.seat("s0", "a", 7, 4).unwrap();
            let other = streams.seat("s0", "b", 8, 4).unwrap();
            seat.tell(Some("p"), json!({ "n": 1 }));
            other.tell(Some("p"), json!({ "n": 2 }));
            seat.tell(Some("p"), json!({ "n": 3 }));
            seat.tell(None, json!({ "n": 4 }));
            seat.tell(None, json!({ "n": 5 }));
            let told = texts(&mut events);
            assert_eq!(told.len(), 4, "{told:?}");
            assert_eq!(told[1], "data: {\"job\":8,\"n\":2,\"slot\":\"b\"}\n\n");
            assert!(told[2].contains("\"n\":4") && told[3].contains("\"n\":5"));
        });
    }

    #[test]
    fn a_new_job_ends_the_one_in_its_slot() {
        with_timers(|| {
            let streams = streams();
            let mut events = streams.open(1).unwrap();
            let (first, other) = (streams.seat("s0", "a", 1, 4).unwrap(), streams.seat("s0", "b", 1, 4).unwrap());
            first.tell(None, json!({}));
            let second = streams.seat("s0", "a", 2, 4).unwrap();
            first.tell(None, json!({}));
            assert!(first.stop.requested() && first.is_unwanted());
            assert!(!second.stop.requested() && !other.stop.requested());
            assert_eq!((texts(&mut events).len(), streams.running()), (1, 3));
            drop(first);
            assert_eq!(streams.running(), 2);
        });
    }

    #[test]
    fn jobs_end_with_their_stream() {
        with_timers(|| {
            let streams = streams();
            let (events, _other) = (streams.open(2).unwrap(), streams.open(2).unwrap());
            let (mine, others) = (streams.seat("s0", "a", 1, 4).unwrap(), streams.seat("s1", "a", 1, 4).unwrap());
            drop(events);
            assert!(mine.stop.requested() && !others.stop.requested());
            assert!(matches!(streams.seat("s0", "a", 1, 4), Err(Refusal::NoStream(_))));
        });
    }

    #[test]
    fn streams_jobs_and_waiting_events_are_bounded() {
        with_timers(|| {
            let streams = streams();
            let mut events = streams.open(1).unwrap();
            assert!(matches!(streams.open(1), Err(Refusal::Busy(_))));
            let seat = streams.seat("s0", "a", 1, 1).unwrap();
            assert!(matches!(streams.seat("s0", "b", 1, 1), Err(Refusal::Busy(_))));
            for _ in 0..MOST_WAITING + 9 {
                seat.tell(None, json!({}));
            }
            assert!(matches!(events.poll_next(&mut Context::from_waker(Waker::noop())), Poll::Ready(None)));
        });
    }

    #[test]
    fn finishing_lets_a_job_say_what_it_has() {
        with_timers(|| {
            let streams = streams();
            let mut events = streams.open(1).unwrap();
            let seat = streams.seat("s0", "tab:main", 1, 4).unwrap();
            streams.finish("s0", "tab:main");
            assert!(seat.stop.requested() && !seat.is_unwanted());
            seat.tell(None, json!({}));
            assert_eq!(texts(&mut events).len(), 2);
            streams.end("s0", "tab:");
            assert!(seat.is_unwanted());
        });
    }
}
