//! Pixels for linocut: Pillow-exact resampling, alpha, and picture differences.
