//! The score of a picture for linocut.
