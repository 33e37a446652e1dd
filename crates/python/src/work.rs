//! Long work: off the interpreter's lock, and ended by Ctrl-C.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use linocut::Stop;
use pyo3::prelude::*;

use crate::failure::exception;

/// How often the interpreter is asked for signals.
const POLL: Duration = Duration::from_millis(40);
/// Stack of the thread that works.
const STACK: usize = 16 << 20;

/// Does work in another thread without holding the interpreter, while this one asks for signals. A signal whose handler raises, such as
/// Ctrl-C, cancels the work and is raised once it has ended. A panic is an exception.
pub(crate) fn interruptible<T: Send>(py: Python<'_>, work: impl FnOnce(&Stop) -> T + Send) -> PyResult<T> {
    let stop = Stop::never();
    let (result, interrupted) = py.detach(|| {
        thread::scope(|scope| {
            let (sender, receiver) = sync_channel(1);
            let stop = &stop;
            let worker = thread::Builder::new().name("linocut".to_owned()).stack_size(STACK);
            let begun = worker.spawn_scoped(scope, move || {
                // Nobody to tell if the receiver is gone.
                let _ = sender.send(catch_unwind(AssertUnwindSafe(|| work(stop))).map_err(said));
            });
            if let Err(error) = begun {
                return (Err(format!("cannot start a thread: {error}")), None);
            }
            let mut interrupted = None;
            loop {
                match receiver.recv_timeout(POLL) {
                    Ok(result) => return (result, interrupted),
                    Err(RecvTimeoutError::Disconnected) => {
                        return (Err("the work ended without a result".to_owned()), interrupted);
                    }
                    Err(RecvTimeoutError::Timeout) if interrupted.is_none() => {
                        interrupted = Python::attach(|py| py.check_signals()).err();
                        if interrupted.is_some() {
                            stop.cancel();
                        }
                    }
                    Err(RecvTimeoutError::Timeout) => {}
                }
            }
        })
    });
    match (interrupted, result) {
        (Some(error), _) => Err(error),
        (None, Ok(result)) => Ok(result),
        (None, Err(reason)) => Err(exception(py, "InternalError", reason)),
    }
}

/// Does short work without holding the interpreter. A panic is an exception.
pub(crate) fn detached<T: Send>(py: Python<'_>, work: impl FnOnce() -> T + Send) -> PyResult<T> {
    let result = py.detach(|| catch_unwind(AssertUnwindSafe(work)).map_err(said));
    result.map_err(|reason| exception(py, "InternalError", reason))
}

/// What a panic says.
fn said(panic: Box<dyn Any + Send>) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("for no stated reason");
    format!("panicked: {text}")
}
