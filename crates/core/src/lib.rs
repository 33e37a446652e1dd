//! The vocabulary and the six traits of linocut.
