//! Every golden of `fixtures/raster/resample`, found by its name, bit for bit.

#![expect(clippy::unwrap_used, reason = "what fails to open fails the test")]

use std::fs;
use std::path::PathBuf;

use image::{DynamicImage, GrayImage, RgbImage, RgbaImage};
use linocut_raster::{Filter, resize};

/// What a golden's file name asks for: `<source>-to-<width>x<height>-<filter>`.
struct Job {
    source: PathBuf,
    golden: PathBuf,
    size: (u32, u32),
    filter: Filter,
}

fn jobs() -> Vec<Job> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/raster/resample");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().filter_map(job).collect()
}

fn job(golden: PathBuf) -> Option<Job> {
    let (source, asked) = golden.file_stem()?.to_str()?.split_once("-to-")?;
    let (size, filter) = asked.split_once('-')?;
    let (width, height) = size.split_once('x')?;
    let filter = match filter {
        "bilinear" => Filter::Bilinear,
        "bicubic" => Filter::Bicubic,
        "lanczos" => Filter::Lanczos,
        other => panic!("unknown filter {other}"),
    };
    let size = (width.parse().unwrap(), height.parse().unwrap());
    let source = golden.with_file_name(format!("{source}.png"));
    Some(Job { source, golden, size, filter })
}

fn resized(source: &DynamicImage, job: &Job) -> DynamicImage {
    let (width, height) = job.size;
    match source {
        DynamicImage::ImageRgb8(image) => DynamicImage::ImageRgb8(resize(image, width, height, job.filter).unwrap()),
        DynamicImage::ImageRgba8(image) => DynamicImage::ImageRgba8(resize(image, width, height, job.filter).unwrap()),
        DynamicImage::ImageLuma8(image) => DynamicImage::ImageLuma8(resize(image, width, height, job.filter).unwrap()),
        other => panic!("unexpected pixels {:?}", other.color()),
    }
}

#[test]
fn every_golden_equals_pillow_bit_for_bit() {
    let jobs = jobs();
    assert!(jobs.len() >= 40, "found only {} goldens", jobs.len());
    for job in &jobs {
        let source = image::open(&job.source).unwrap();
        let golden = image::open(&job.golden).unwrap();
        let differing = resized(&source, job).as_bytes().iter().zip(golden.as_bytes()).filter(|(a, b)| a != b).count();
        assert_eq!((golden.width(), golden.height()), job.size);
        assert_eq!(differing, 0, "{} of {} samples", differing, golden.as_bytes().len());
    }
}

#[test]
fn one_two_three_and_four_channels_agree() {
    let rgba = RgbaImage::from_fn(23, 17, |x, y| image::Rgba([(x * 11) as u8, (y * 15) as u8, (x * y) as u8, 255]));
    let rgb: RgbImage = DynamicImage::ImageRgba8(rgba.clone()).into_rgb8();
    let green = GrayImage::from_fn(23, 17, |x, y| image::Luma([rgba.get_pixel(x, y).0[1]]));
    let pair = image::GrayAlphaImage::from_fn(23, 17, |x, y| image::LumaA([0, rgba.get_pixel(x, y).0[1]]));
    let (rgba, rgb) = (resize(&rgba, 9, 40, Filter::Lanczos).unwrap(), resize(&rgb, 9, 40, Filter::Lanczos).unwrap());
    let green = resize(&green, 9, 40, Filter::Lanczos).unwrap();
    let pair = resize(&pair, 9, 40, Filter::Lanczos).unwrap();
    for (x, y, pixel) in rgb.enumerate_pixels() {
        assert_eq!(pixel.0, rgba.get_pixel(x, y).0[..3]);
        assert_eq!(pixel.0[1], green.get_pixel(x, y).0[0]);
        assert_eq!(pixel.0[1], pair.get_pixel(x, y).0[1]);
    }
}
