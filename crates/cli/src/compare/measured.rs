//! Figures of a copy of a picture, and their means by method.

use std::fmt;

use serde::Serialize;

/// How close a copy is to its source.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub(super) struct Closeness {
    /// PSNR in dB.
    pub(super) psnr: f64,
    /// SSIM, at most 1.
    pub(super) ssim: f64,
    /// SSIMULACRA2: 30 low, 50 medium, 70 high quality to people's eyes.
    pub(super) ssimulacra2: f64,
}

/// What a method reached with a picture.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub(super) struct Measured {
    pub(super) picture: String,
    pub(super) method: &'static str,
    pub(super) bytes: usize,
    pub(super) seconds: f64,
    #[serde(flatten)]
    pub(super) closeness: Closeness,
    /// The same after the contest's fixed defences on both sides.
    pub(super) defended: Closeness,
}

/// What a method reached on average.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub(super) struct Mean {
    pub(super) method: &'static str,
    pub(super) pictures: usize,
    pub(super) bytes: f64,
    pub(super) seconds: f64,
    #[serde(flatten)]
    pub(super) closeness: Closeness,
    pub(super) defended: Closeness,
}

/// The means of every method, in the order of their names.
pub(super) fn means(measured: &[Measured]) -> Vec<Mean> {
    let mut sorted: Vec<&Measured> = measured.iter().collect();
    sorted.sort_by_key(|measured| measured.method);
    sorted.chunk_by(|a, b| a.method == b.method).map(mean).collect()
}

fn mean(of: &[&Measured]) -> Mean {
    let over = |value: fn(&Measured) -> f64| of.iter().map(|measured| value(measured)).sum::<f64>() / of.len() as f64;
    Mean {
        method: of[0].method,
        pictures: of.len(),
        bytes: over(|m| m.bytes as f64),
        seconds: over(|m| m.seconds),
        closeness: mean_closeness(of.iter().map(|m| m.closeness)),
        defended: mean_closeness(of.iter().map(|m| m.defended)),
    }
}

fn mean_closeness(of: impl ExactSizeIterator<Item = Closeness>) -> Closeness {
    let count = of.len() as f64;
    let zero = Closeness { psnr: 0.0, ssim: 0.0, ssimulacra2: 0.0 };
    of.fold(zero, |sum, one| Closeness {
        psnr: sum.psnr + one.psnr / count,
        ssim: sum.ssim + one.ssim / count,
        ssimulacra2: sum.ssimulacra2 + one.ssimulacra2 / count,
    })
}

impl fmt::Display for Closeness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:6.2} dB {:.4} {:6.1}", self.psnr, self.ssim, self.ssimulacra2)
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { picture, method, bytes, seconds, closeness, defended } = self;
        write!(f, "{picture:20} {method:14} {bytes:6} B {seconds:6.2} s {closeness} {defended}")
    }
}

impl fmt::Display for Mean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { method, pictures, bytes, seconds, closeness, defended } = self;
        let name = format!("mean of {pictures}");
        write!(f, "{name:20} {method:14} {bytes:6.0} B {seconds:6.2} s {closeness} {defended}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_are_by_method() {
        let of = |method, bytes, psnr| Measured {
            picture: "p".to_owned(),
            method,
            bytes,
            seconds: 1.0,
            closeness: Closeness { psnr, ssim: 0.5, ssimulacra2: 2.0 * psnr },
            defended: Closeness { psnr, ssim: 0.25, ssimulacra2: psnr },
        };
        let found = means(&[of("b", 10, 20.0), of("a", 7, 3.0), of("b", 20, 30.0)]);
        assert_eq!(found.iter().map(|mean| (mean.method, mean.pictures)).collect::<Vec<_>>(), [("a", 1), ("b", 2)]);
        assert_eq!((found[1].bytes, found[1].closeness.psnr, found[1].defended.ssim), (15.0, 25.0, 0.25));
        assert_eq!((found[1].closeness.ssimulacra2, found[1].defended.ssimulacra2), (50.0, 25.0));
    }
}
