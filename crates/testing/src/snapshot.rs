//! Compares a picture with the one kept of it; what differs is shown side by side.

use std::path::{Path, PathBuf};

use image::{Rgb, RgbImage};

/// Space between the pictures of a failure, px.
const GAP: u32 = 8;
const PAGE: Rgb<u8> = Rgb([250, 250, 247]);

/// How far a picture may be from its snapshot.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Tolerance {
    /// Largest difference of a channel that still counts as the same pixel, in levels of 0 to 255.
    pub levels: u8,
    /// Largest share of other pixels, 0 to 1.
    pub share: f64,
}

impl Tolerance {
    /// Every pixel as it was.
    pub const EXACT: Self = Self { levels: 0, share: 0.0 };
    /// For pictures that pass through floating point of the platform's own functions (`sin`, `powf`): rounding of edges.
    pub const ROUNDING: Self = Self { levels: 3, share: 0.002 };
}

/// Compares a picture with the snapshot `name`.png of a folder.
///
/// With `UPDATE=1` in the environment it writes the snapshot instead (`cargo xtask bless`).
///
/// # Panics
///
/// If there is no snapshot, if the sizes differ, or if more than the tolerated share of the pixels do. The picture is left in
/// cargo's folder for temporary files as expected | difference | actual, and the message names that file.
pub fn assert_picture(picture: &RgbImage, folder: impl AsRef<Path>, name: &str, tolerance: Tolerance) {
    let path = folder.as_ref().join(format!("{name}.png"));
    if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
        std::fs::create_dir_all(&folder)
            .unwrap_or_else(|error| panic!("cannot make {}: {error}", folder.as_ref().display()));
        picture.save(&path).unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()));
        return;
    }
    if let Err(reason) = compare(picture, &path, tolerance) {
        panic!("{reason}; if the new picture is right, `cargo xtask bless` keeps it");
    }
}

/// What is wrong with the picture, if anything.
fn compare(picture: &RgbImage, path: &Path, tolerance: Tolerance) -> Result<(), String> {
    let expected = image::open(path).map_err(|error| format!("no snapshot {}: {error}", path.display()))?.to_rgb8();
    let failed = |reason: String| {
        let shown = show(&expected, picture, path);
        Err(format!("{} {reason}; see {}", path.display(), shown.display()))
    };
    if expected.dimensions() != picture.dimensions() {
        let ((w, h), (width, height)) = (expected.dimensions(), picture.dimensions());
        return failed(format!("has {w} x {h} px, the picture {width} x {height} px"));
    }
    let is_other = |(a, b): &(&Rgb<u8>, &Rgb<u8>)| a.0.iter().zip(b.0).any(|(a, b)| a.abs_diff(b) > tolerance.levels);
    let others = expected.pixels().zip(picture.pixels()).filter(is_other).count();
    let share = others as f64 / f64::from((expected.width() * expected.height()).max(1));
    if share > tolerance.share {
        return failed(format!(
            "differs from the picture in {others} pixels ({:.2} %, allowed {:.2} %) by more than {} levels",
            100.0 * share,
            100.0 * tolerance.share,
            tolerance.levels
        ));
    }
    Ok(())
}

/// Writes expected | difference | actual, and returns where.
fn show(expected: &RgbImage, actual: &RgbImage, snapshot: &Path) -> PathBuf {
    let width = expected.width().max(actual.width());
    let height = expected.height().max(actual.height());
    let mut page = RgbImage::from_pixel(3 * width + 2 * GAP, height, PAGE);
    let difference = RgbImage::from_fn(width, height, |x, y| {
        match (expected.get_pixel_checked(x, y), actual.get_pixel_checked(x, y)) {
            (Some(a), Some(b)) => {
                Rgb(std::array::from_fn(|channel| 255 - a.0[channel].abs_diff(b.0[channel]).saturating_mul(4)))
            }
            _ => Rgb([255, 0, 255]),
        }
    });
    for (image, column) in [expected, &difference, actual].into_iter().zip(0..) {
        image::imageops::replace(&mut page, image, column * i64::from(width + GAP), 0);
    }
    let folder =
        option_env!("CARGO_TARGET_TMPDIR").map_or_else(std::env::temp_dir, PathBuf::from).join("linocut-snapshots");
    // fixtures/CRATE/snapshots/NAME.png becomes CRATE-snapshots-NAME.png: tests of several crates may run at the same time.
    let parts: Vec<_> = snapshot.iter().rev().take(3).map(|part| part.to_string_lossy().into_owned()).collect();
    let file = folder.join(parts.into_iter().rev().collect::<Vec<_>>().join("-"));
    std::fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("cannot make {}: {error}", folder.display()));
    page.save(&file).unwrap_or_else(|error| panic!("cannot write {}: {error}", file.display()));
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of its own with the snapshot of a grey picture of 20 x 10 px.
    fn kept() -> (tempfile::TempDir, PathBuf) {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("grey.png");
        grey().save(&path).unwrap();
        (home, path)
    }

    fn grey() -> RgbImage {
        RgbImage::from_pixel(20, 10, Rgb([100; 3]))
    }

    #[test]
    fn the_same_picture_passes_and_one_of_few_levels_within_the_tolerance() {
        let (_home, path) = kept();
        assert_eq!(compare(&grey(), &path, Tolerance::EXACT), Ok(()));
        let near = RgbImage::from_pixel(20, 10, Rgb([103, 97, 100]));
        assert_eq!(compare(&near, &path, Tolerance::ROUNDING), Ok(()));
        assert!(compare(&near, &path, Tolerance::EXACT).is_err());
    }

    #[test]
    fn one_pixel_too_many_fails_and_is_shown_between_both_pictures() {
        let (_home, path) = kept();
        let mut picture = grey();
        picture.put_pixel(3, 4, Rgb([160, 100, 100]));
        let reason = compare(&picture, &path, Tolerance::ROUNDING).unwrap_err();
        assert!(reason.contains("in 1 pixels (0.50 %, allowed 0.20 %)"), "{reason}");
        let shown = image::open(reason.split("see ").last().unwrap()).unwrap().to_rgb8();
        assert_eq!(shown.dimensions(), (3 * 20 + 2 * GAP, 10));
        assert_eq!(shown.get_pixel(3, 4).0, [100; 3]);
        assert_eq!(shown.get_pixel(20 + GAP + 3, 4).0, [15, 255, 255]);
        assert_eq!(shown.get_pixel(2 * (20 + GAP) + 3, 4).0, [160, 100, 100]);
        let tolerant = Tolerance { levels: 3, share: 0.005 };
        assert_eq!(compare(&picture, &path, tolerant), Ok(()));
    }

    #[test]
    fn another_size_and_a_missing_snapshot_fail() {
        let (home, path) = kept();
        let reason = compare(&RgbImage::new(21, 10), &path, Tolerance::ROUNDING).unwrap_err();
        assert!(reason.contains("has 20 x 10 px, the picture 21 x 10 px"), "{reason}");
        let reason = compare(&grey(), &home.path().join("none.png"), Tolerance::EXACT).unwrap_err();
        assert!(reason.starts_with("no snapshot "), "{reason}");
    }
}
