//! Composes pictures from descriptions out of bundled, openly licensed art, without a model.
//!
//! It is a composer, not a diffusion model: it shows what it knows and names the words that it did not use. A description passes
//! through five rooms:
//!
//! 1. `words` splits it into words, and `read` finds what they name: a small grammar over noun phrases, with lists of colours,
//!    materials, patterns, garments, figures and settings.
//! 2. `art` tells which of 3,397 labelled pictures a word names, by label, keyword or meaning, and what such things are like: what
//!    floats, drives, shines, and where each is at home.
//! 3. `place` decides where things go: in rows and rings, on a plain ground, or in a landscape.
//! 4. `paint` turns all that into shapes: layered scenery, geometry, garments cut to order, and pictures in the colours asked for.
//! 5. `budget` gives up detail, level by level, until the shapes fit their bytes. `visible` tells which words can still be seen.
//!
//! ```
//! use linocut_collage::Collage;
//! use linocut_core::{ByteBudget, Draw, Prompt, Stop, Task};
//!
//! let prompt = Prompt::new("a red kite over a serene beach", 7);
//! let composition = Collage::default().compose(&prompt)?;
//! assert_eq!(composition.unused_words, ["serene"]);
//! assert!(composition.credits.iter().all(|credit| ["Apache-2.0", "MIT", "CC-PDDC"].contains(&credit.license)));
//!
//! let stop = Stop::never();
//! let drawing = Collage::default().draw(&prompt, &Task::new(ByteBudget::CONTEST, &stop))?;
//! assert!(drawing.byte_count() <= 10_000);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod art;
mod budget;
mod collage;
mod colour;
mod composition;
mod dice;
mod error;
mod paint;
mod place;
mod read;
mod visible;
mod words;

pub use art::archive::{Picture, license_texts, pictures};
pub use art::credit::{Credit, credits};
pub use art::set::ArtSet;
pub use collage::Collage;
pub use composition::Composition;
pub use error::CollageError;
