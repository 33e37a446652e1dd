//! A server for a test, and requests to it as plain text.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use image::{Rgb, RgbImage};
use linocut::Stop;
use linocut::raster::encode_png;
use linocut_serve::{Limits, ServeOptions, Server};
use serde_json::{Value, json};

/// More than anything in a test takes, even on a busy machine.
pub(crate) const LONG: Duration = Duration::from_secs(60);

/// A server that runs until the end of the test.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    stop: Stop,
    thread: Option<JoinHandle<()>>,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Why the request was refused.
    pub(crate) fn error(&self) -> String {
        self.json()["error"].as_str().unwrap().to_owned()
    }

    /// The value of a header, its name in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

impl Served {
    pub(crate) fn new() -> Self {
        Self::within(Limits::default())
    }

    pub(crate) fn within(limits: Limits) -> Self {
        let server = Server::bind(ServeOptions { port: 0, limits, ..ServeOptions::default() }).unwrap();
        let (address, stop) = (server.address(), Stop::never());
        let flag = stop.clone();
        let thread = Some(std::thread::spawn(move || server.run(&flag).unwrap()));
        Self { address, stop, thread }
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        stream
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Sends a request with these headers and no others.
    pub(crate) fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut stream = self.connect();
        let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        stream.write_all(format!("{head}\r\n").as_bytes()).unwrap();
        // A server that refuses a long body closes before all of it is sent.
        let _ = stream.write_all(body);
        answer(stream)
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[("Host", &self.address.to_string())], b"")
    }

    /// As the page sends it.
    pub(crate) fn post(&self, path: &str, body: &[u8]) -> Answer {
        self.send("POST", path, &[("Host", &self.address.to_string()), ("Origin", &self.origin())], body)
    }

    /// The id of a picture that is uploaded.
    pub(crate) fn picture(&self, picture: &RgbImage) -> String {
        let answer = self.post("/pictures", &encode_png(picture).unwrap());
        assert_eq!(answer.status, 200);
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    pub(crate) fn running(&self) -> u64 {
        self.get("/about").json()["running"].as_u64().unwrap()
    }

    /// Waits until so many jobs run; says how long that took.
    pub(crate) fn until_running(&self, count: u64) -> Duration {
        let start = Instant::now();
        while self.running() != count {
            assert!(start.elapsed() < LONG, "{} jobs run, expected {count}", self.running());
        }
        start.elapsed()
    }

    pub(crate) fn events(&self) -> Events {
        let mut stream = self.connect();
        write!(stream, "GET /events HTTP/1.1\r\nHost: {}\r\n\r\n", self.address).unwrap();
        let mut events = Events { lines: BufReader::new(stream), name: String::new() };
        events.name = events.next()["stream"].as_str().unwrap().to_owned();
        events
    }

    /// Begins a job of a stream.
    pub(crate) fn begin(&self, events: &Events, slot: &str, job: u64, work: &Value) -> Answer {
        let request = json!({ "stream": events.name, "slot": slot, "job": job, "work": work });
        self.post("/jobs", request.to_string().as_bytes())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop.cancel();
        self.thread.take().unwrap().join().unwrap();
    }
}

/// A stream of events.
pub(crate) struct Events {
    lines: BufReader<TcpStream>,
    pub(crate) name: String,
}

impl Events {
    pub(crate) fn next(&mut self) -> Value {
        loop {
            let mut line = String::new();
            assert!(self.lines.read_line(&mut line).unwrap() > 0, "the stream has ended");
            if let Some(data) = line.strip_prefix("data: ") {
                return serde_json::from_str(data).unwrap();
            }
        }
    }

    /// The next event of this type, after any others.
    pub(crate) fn until(&mut self, kind: &str) -> Value {
        loop {
            let event = self.next();
            assert!(event["type"] == kind || event["type"] != "failed", "{event}");
            if event["type"] == kind {
                return event;
            }
        }
    }
}

fn answer(mut stream: TcpStream) -> Answer {
    let mut bytes = Vec::new();
    // A reset after the answer is as good as an end.
    let _ = stream.read_to_end(&mut bytes);
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("an answer");
    let headers = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let status = headers.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, headers, body: bytes.split_off(end + 4) }
}

/// Something like a photograph: soft colours, edges, and grain that no drawing can follow.
pub(crate) fn photograph(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let (u, v) = (f64::from(x) / f64::from(width), f64::from(y) / f64::from(height));
        let disc = (u - 0.6).hypot(v - 0.4) < 0.22;
        let grain = f64::from((x.wrapping_mul(7_919) ^ y.wrapping_mul(104_729)) % 23);
        let level = |base: f64| (base + grain).clamp(0.0, 255.0) as u8;
        if disc {
            Rgb([level(210.0), level(120.0 + 60.0 * v), level(40.0)])
        } else {
            Rgb([level(30.0 + 90.0 * u), level(60.0 + 120.0 * v), level(120.0 + 60.0 * (9.0 * u).sin())])
        }
    })
}
