//! Constrained decoding: masks under which a model can only write valid drawings within a budget.
//!
//! ```
//! use linocut_core::ByteBudget;
//! use linocut_language::constraint::{Constraint, Vocabulary};
//!
//! // A vocabulary of all bytes, and a token that ends a text.
//! let mut tokens: Vec<Vec<u8>> = (0..=255_u8).map(|byte| vec![byte]).collect();
//! tokens.push(Vec::new());
//! let constraint = Constraint::new(Vocabulary::new(tokens, vec![256]))?;
//!
//! // A model that knows nothing: it takes the first token that is allowed.
//! let mut guide = constraint.begin(ByteBudget::new(200))?;
//! while !guide.has_ended() {
//!     let token = guide.mask().iter().next().expect("there is always one");
//!     guide.take(token)?;
//! }
//! assert!(guide.text().ends_with("</svg>") && guide.text().len() <= 200);
//! # Ok::<(), linocut_language::constraint::ConstraintError>(())
//! ```

mod error;
mod guide;
mod mask;
mod trie;
mod vocabulary;

pub use error::ConstraintError;
pub use guide::{Constraint, Guide};
pub use mask::Mask;
pub use vocabulary::Vocabulary;
