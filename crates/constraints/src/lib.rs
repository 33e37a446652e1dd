//! Validates SVG against constraints: an allow-list of elements and attributes, a byte limit, nothing external.
//!
//! [`check`] applies a [`Profile`] and is the only way to make a [`ValidSvg`]; it reports every violation with its place.
//! [`sanitise`] turns any SVG into a valid one: it drops or rewrites what is not allowed and lists its changes.
//!
//! ```
//! use linocut_constraints::{Profile, check};
//!
//! let valid = check(r#"<svg viewBox="0 0 9 9"><rect width="9" height="9"/></svg>"#, &Profile::CONTEST);
//! assert!(valid.is_ok());
//!
//! let invalid = check("<svg>\n <text x='1'>a</text></svg>", &Profile::CONTEST).unwrap_err();
//! assert_eq!(invalid.to_string(), "2:2: element `text` is not allowed");
//! ```

mod check;
mod contest;
mod expat;
mod limits;
mod names;
mod place;
mod profile;
mod sanitise;
mod valid;
mod violation;

pub use check::{MAX_VIOLATIONS, check, check_bytes, check_svg};
pub use expat::XmlError;
pub use limits::{MAX_DEPTH, MAX_NODES, MAX_NUMBER, MAX_RELATIVE, MAX_SIDE};
pub use names::Names;
pub use profile::{ElementRule, Profile};
pub use sanitise::{Action, Change, SanitiseError, Sanitised, sanitise};
pub use valid::ValidSvg;
pub use violation::{Invalid, Rule, Violation};
