//! A composer of bundled, openly licensed art: pictures from descriptions without a model.
//!
//! A description is read by a small grammar over noun phrases; what it names is drawn: settings as layered landscapes,
//! figures and bodies as geometry, garments from parametric cuts, and other things with labelled pictures of openly
//! licensed sets in the colours asked for. It is a composer, not a diffusion model: it shows what it knows and names the words that it
//! did not use.
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

mod air;
mod applying;
mod archive;
mod arrange;
mod art;
mod built;
mod cliffs;
mod cloth;
mod collage;
mod coloring;
mod colors;
mod composition;
mod compound;
mod context;
mod credit;
mod cut;
mod describing;
mod detail;
mod dice;
mod error;
mod fit;
mod flats;
mod forest;
mod garden;
mod garment;
mod land;
mod layout;
mod lexicon;
mod likeness;
mod meaning;
mod motif;
mod naming;
mod peaks;
mod phrase;
mod plants;
mod reading;
mod recolor;
mod scape;
mod scene;
mod setting;
mod shore;
mod sketch;
mod sky;
mod solids;
mod stage;
mod surface;
mod thing;
mod tone;
mod trimmings;
mod underwater;
mod village;
mod visible;
mod water;
mod weave;
mod words;

pub use archive::{Picture, license_texts, pictures};
pub use collage::Collage;
pub use composition::Composition;
pub use credit::{Credit, Source, credits};
pub use error::CollageError;
