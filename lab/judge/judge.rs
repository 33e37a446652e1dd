//! How well texts fit a picture, by the embedded judge, best first, and how long it looked.
//!
//! ```text
//! judge PICTURE.png "a red apple" "a lighthouse overlooking the ocean"
//! ```

use std::error::Error;
use std::io::{Write, stdout};
use std::time::Instant;

use linocut_score::Judge;

/// Times that the picture is looked at; the least time counts.
const RUNS: usize = 20;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let image = image::open(arguments.next().ok_or("usage: judge PICTURE.png TEXT ...")?)?.to_rgb8();
    let start = Instant::now();
    let judge = Judge::embedded()?;
    let loading = start.elapsed();
    let mut least = None;
    let mut seen = judge.embed_picture(&image)?;
    for _ in 0..RUNS {
        let start = Instant::now();
        seen = judge.embed_picture(&image)?;
        least = least.into_iter().chain([start.elapsed()]).min();
    }
    let mut found = Vec::new();
    for text in arguments {
        if let Some(direction) = judge.embed_text(&text)? {
            found.push((judge.fit(&seen, &direction), seen.direction.cosine(&direction), text));
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut out = stdout();
    for (fit, cosine, text) in found {
        writeln!(out, "{fit:.3}  {cosine:+.3}  {text}")?;
    }
    writeln!(out, "loading {loading:.1?}, looking {:.1?}", least.unwrap_or_default())?;
    Ok(())
}
