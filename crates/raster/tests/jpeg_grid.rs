//! Every sampling x division into scans x restart x mode of JPEG, compared with libjpeg's pixels (`fixtures/raster/jpeg_grid`).

use std::fs;
use std::path::PathBuf;

use linocut_raster::{DecodeLimits, decode};

/// Largest mean difference to libjpeg, in levels: a plain 4:4:4 file has 0.2.
const MEAN_LEVELS: f64 = 0.3;
/// Largest difference: the two round the inverse transform otherwise.
const LEVELS: u8 = 3;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/raster/jpeg_grid")
}

#[test]
fn every_sampling_and_order_of_scans_is_read() {
    let data = fs::read(folder().join("files.bin")).unwrap();
    let index = fs::read_to_string(folder().join("files.tsv")).unwrap();
    let (mut start, mut count) = (0, 0);
    for line in index.lines() {
        let [name, len, golden] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let end = start + len.parse::<usize>().unwrap();
        let read =
            decode(&data[start..end], &DecodeLimits::default()).unwrap_or_else(|error| panic!("{name}: {error}"));
        let golden = image::open(folder().join("goldens").join(format!("{golden}.png"))).unwrap().into_rgba8();
        assert_eq!(read.dimensions(), golden.dimensions(), "{name}");
        let differences = || read.iter().zip(golden.iter()).map(|(a, b)| a.abs_diff(*b));
        let mean = differences().map(f64::from).sum::<f64>() / read.len() as f64;
        assert!(mean <= MEAN_LEVELS, "{name}: {mean} levels on average");
        assert!(differences().max().unwrap() <= LEVELS, "{name}");
        (start, count) = (end, count + 1);
    }
    assert_eq!(start, data.len());
    assert!(count >= 300, "{count} files");
}
