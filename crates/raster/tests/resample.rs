//! Every golden of `fixtures/raster/resample`, Pillow 12's, and of `pillow13` in it, found by its name, bit for bit.

#![expect(clippy::unwrap_used, reason = "what fails to open fails the test")]

use std::fs;
use std::path::PathBuf;

use image::{DynamicImage, GrayImage, RgbImage, RgbaImage};
use linocut_raster::{Filter, PassOrder, resize, resize_in_order};

/// What a golden's file name asks for: `<source>-to-<width>x<height>-<filter>`.
struct Job {
    source: PathBuf,
    golden: PathBuf,
    size: (u32, u32),
    filter: Filter,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/raster/resample")
}

fn jobs(folder: PathBuf) -> Vec<Job> {
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
    let source = folder().join(format!("{source}.png"));
    Some(Job { source, golden, size, filter })
}

fn resized(source: &DynamicImage, job: &Job, order: PassOrder) -> DynamicImage {
    let ((width, height), filter) = (job.size, job.filter);
    match source {
        DynamicImage::ImageRgb8(image) => {
            DynamicImage::ImageRgb8(resize_in_order(image, width, height, filter, order).unwrap())
        }
        DynamicImage::ImageRgba8(image) => {
            DynamicImage::ImageRgba8(resize_in_order(image, width, height, filter, order).unwrap())
        }
        DynamicImage::ImageLuma8(image) => {
            DynamicImage::ImageLuma8(resize_in_order(image, width, height, filter, order).unwrap())
        }
        other => panic!("unexpected pixels {:?}", other.color()),
    }
}

/// How many samples differ from the golden.
fn differing(job: &Job, order: PassOrder) -> usize {
    let (source, golden) = (image::open(&job.source).unwrap(), image::open(&job.golden).unwrap());
    assert_eq!((golden.width(), golden.height()), job.size);
    resized(&source, job, order).as_bytes().iter().zip(golden.as_bytes()).filter(|(a, b)| a != b).count()
}

#[test]
fn every_golden_equals_pillow_bit_for_bit() {
    let jobs = jobs(folder());
    assert!(jobs.len() >= 40, "found only {} goldens", jobs.len());
    for job in &jobs {
        assert_eq!(differing(job, PassOrder::RowsFirst), 0, "{}", job.golden.display());
        let DynamicImage::ImageRgb8(source) = image::open(&job.source).unwrap() else { continue };
        let plain = resize(&source, job.size.0, job.size.1, job.filter).unwrap();
        assert_eq!(resized(&DynamicImage::ImageRgb8(source), job, PassOrder::default()).as_bytes(), plain.as_raw());
    }
}

#[test]
fn passes_in_the_order_of_pillow_13_have_its_bits() {
    let jobs = jobs(folder().join("pillow13"));
    assert!(jobs.len() >= 20, "found only {} goldens", jobs.len());
    for job in &jobs {
        assert_eq!(differing(job, PassOrder::ByLoss), 0, "{}", job.golden.display());
    }
    let others = jobs.iter().filter(|job| differing(job, PassOrder::RowsFirst) > 0).count();
    assert!(others >= 10, "the order shows in {others} of {} goldens", jobs.len());
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
