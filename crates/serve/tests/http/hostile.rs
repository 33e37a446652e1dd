//! Uploads that are no pictures, or pictures that should not be read.

use std::io::{Cursor, Read, Write};
use std::time::{Duration, Instant};

use image::{ImageFormat, RgbImage};
use linocut::raster::encode_png;
use linocut_serve::Limits;

use crate::client::{Served, photograph};

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let body = [kind, data].concat();
    [&(data.len() as u32).to_be_bytes()[..], &body, &crc32fast::hash(&body).to_be_bytes()].concat()
}

/// A PNG with this header and these chunks after it, checksums right.
fn png(width: u32, height: u32, rest: [u8; 5], chunks: &[Vec<u8>]) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &rest].concat();
    [SIGNATURE, &chunk(b"IHDR", &header), &chunks.concat()].concat()
}

const RGB8: [u8; 5] = [8, 2, 0, 0, 0];

fn jpeg() -> Vec<u8> {
    let mut file = Vec::new();
    photograph(64, 48).write_to(&mut Cursor::new(&mut file), ImageFormat::Jpeg).unwrap();
    file
}

/// Our JPEG with its frame header changed: `change` gets the marker and what follows it.
fn jpeg_with(change: impl Fn(&mut [u8])) -> Vec<u8> {
    let mut file = jpeg();
    let frame = file.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    change(&mut file[frame..]);
    file
}

type Named = (&'static str, Vec<u8>);

fn noise() -> Vec<u8> {
    (0..1_000_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

fn others() -> Vec<Named> {
    vec![
        ("nothing", Vec::new()),
        ("one byte", vec![0x89]),
        ("a text", b"hello".to_vec()),
        ("a page", b"<!DOCTYPE html><script>alert(1)</script>".to_vec()),
        ("an SVG with a script", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec()),
        ("a GIF", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;".to_vec()),
        ("a WebP", b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0".to_vec()),
        ("a BMP", b"BM\x3a\0\0\0\0\0\0\0\x36\0\0\0".to_vec()),
        ("a TIFF", b"II*\0\x08\0\0\0".to_vec()),
        ("an AVIF", b"\0\0\0\x20ftypavif".to_vec()),
        ("a PDF", b"%PDF-1.7".to_vec()),
        ("an archive", b"PK\x03\x04".to_vec()),
        ("a program", b"\x7fELF\x02\x01\x01".to_vec()),
        ("noise", noise()),
    ]
}

fn pngs() -> Vec<Named> {
    let good = encode_png(&photograph(40, 30)).unwrap();
    let zlib_garbage = chunk(b"IDAT", &[0x78, 0x9c, 0xff, 0xff, 0xff, 0x00]);
    let end = chunk(b"IEND", b"");
    let without = |kind: &[u8; 4]| {
        let at = good.windows(4).position(|window| window == kind).unwrap() - 4;
        let length = u32::from_be_bytes(good[at..at + 4].try_into().unwrap()) as usize;
        [&good[..at], &good[at + 12 + length..]].concat()
    };
    let flipped = |place: usize| {
        let mut file = good.clone();
        file[place] ^= 0x55;
        file
    };
    vec![
        ("a PNG's signature alone", SIGNATURE.to_vec()),
        ("noise after a PNG's signature", [SIGNATURE, &noise()].concat()),
        ("a PNG cut in its header", good[..20].to_vec()),
        ("a PNG cut in its data", good[..good.len() / 2].to_vec()),
        ("a PNG without data", without(b"IDAT")),
        ("a PNG without header", without(b"IHDR")),
        ("a PNG whose header's checksum is wrong", flipped(20)),
        ("a PNG whose data is changed", flipped(good.len() / 2)),
        ("a PNG of no width", png(0, 9, RGB8, &[zlib_garbage.clone(), end.clone()])),
        ("a PNG of no height", png(9, 0, RGB8, &[zlib_garbage.clone(), end.clone()])),
        ("a PNG 2 billion px wide", png(0x7fff_ffff, 0x7fff_ffff, RGB8, &[zlib_garbage.clone(), end.clone()])),
        ("a PNG too wide", png(16_385, 1, RGB8, &[zlib_garbage.clone(), end.clone()])),
        ("a PNG too large", png(16_000, 16_000, RGB8, &[zlib_garbage.clone(), end.clone()])),
        ("a large PNG of a few bytes", png(8_000, 8_000, RGB8, &[zlib_garbage.clone(), end.clone()])),
        ("a PNG of unknown colours", png(9, 9, [8, 5, 0, 0, 0], &[zlib_garbage.clone(), end.clone()])),
        ("a PNG of 7 bits", png(9, 9, [7, 2, 0, 0, 0], &[zlib_garbage.clone(), end.clone()])),
        ("a PNG of unknown interlacing", png(9, 9, [8, 2, 0, 0, 9], &[zlib_garbage.clone(), end.clone()])),
        ("a PNG of garbage", png(9, 9, RGB8, &[zlib_garbage, end.clone()])),
        ("a PNG with an endless chunk", [&png(9, 9, RGB8, &[])[..], b"\xff\xff\xff\xffIDAT"].concat()),
        (
            "a PNG without its palette",
            png(9, 9, [8, 3, 0, 0, 0], &[chunk(b"IDAT", &[0x78, 0x9c, 3, 0, 0, 0, 0, 1]), end]),
        ),
    ]
}

fn jpegs() -> Vec<Named> {
    vec![
        ("a JPEG's start alone", vec![0xff, 0xd8, 0xff]),
        ("a JPEG of nothing", vec![0xff, 0xd8, 0xff, 0xd9]),
        ("noise after a JPEG's start", [&[0xff, 0xd8, 0xff, 0xe0][..], &noise()].concat()),
        ("a JPEG cut in its data", {
            let file = jpeg();
            file[..file.len() * 2 / 3].to_vec()
        }),
        ("a JPEG of 65,535 px", jpeg_with(|frame| frame[5..9].fill(0xff))),
        ("a JPEG of no width", jpeg_with(|frame| frame[7..9].fill(0))),
        ("an arithmetic JPEG", jpeg_with(|frame| frame[1] = 0xc9)),
        ("a lossless JPEG", jpeg_with(|frame| frame[1] = 0xc3)),
        ("a JPEG of 12 bits", jpeg_with(|frame| frame[4] = 12)),
        ("a JPEG of 200 channels", jpeg_with(|frame| frame[9] = 200)),
        ("a JPEG of no sampling", jpeg_with(|frame| frame[11] = 0)),
    ]
}

#[test]
fn hostile_uploads_are_refused_with_a_reason_and_cost_nothing() {
    let served = Served::new();
    let all = [others(), pngs(), jpegs()].concat();
    assert!(all.len() >= 40, "{}", all.len());
    for (name, file) in all {
        let start = Instant::now();
        let answer = served.post("/pictures", &file);
        assert_eq!(answer.status, 422, "{name}: {}", String::from_utf8_lossy(&answer.body));
        let error = answer.error();
        assert!(error.len() > 10 && !error.contains('/') && !error.contains(".rs"), "{name}: {error}");
        assert!(start.elapsed() < Duration::from_secs(10), "{name} took {:?}", start.elapsed());
    }
    served.picture(&photograph(20, 20));
}

#[test]
fn large_uploads_are_refused_before_they_are_kept() {
    let served = Served::within(Limits { upload_bytes: 50_000, ..Limits::default() });
    let answer = served.post("/pictures", &vec![0; 50_001]);
    assert_eq!((answer.status, answer.error().contains("50000 bytes")), (413, true));
    // In chunks, which do not say how many come.
    let mut stream = served.connect();
    let head = format!(
        "POST /pictures HTTP/1.1\r\nHost: {}\r\nOrigin: {}\r\nTransfer-Encoding: chunked\r\n\r\n",
        served.address,
        served.origin()
    );
    stream.write_all(head.as_bytes()).unwrap();
    for _ in 0..100 {
        if stream.write_all(format!("1000\r\n{}\r\n", "x".repeat(0x1000)).as_bytes()).is_err() {
            break;
        }
    }
    let mut text = vec![0; 12];
    stream.read_exact(&mut text).unwrap();
    assert_eq!(text, b"HTTP/1.1 413");
}

#[test]
fn a_body_that_does_not_come_is_given_up() {
    let served = Served::within(Limits { request_time: Duration::from_millis(300), ..Limits::default() });
    let mut slow: Vec<_> = (0..8)
        .map(|_| {
            let mut stream = served.connect();
            let (host, origin) = (served.address, served.origin());
            write!(
                stream,
                "POST /pictures HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\nContent-Length: 9000\r\n\r\nx"
            )
            .unwrap();
            stream
        })
        .collect();
    // Others are not held up for good.
    served.picture(&RgbImage::new(9, 9));
    for stream in &mut slow {
        let mut text = vec![0; 12];
        stream.read_exact(&mut text).unwrap();
        assert_eq!(text, b"HTTP/1.1 408");
    }
    // Nor does a head that does not come.
    let mut stream = served.connect();
    stream.write_all(b"GET / HTT").unwrap();
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).unwrap();
    assert_eq!(served.get("/").status, 200);
}
