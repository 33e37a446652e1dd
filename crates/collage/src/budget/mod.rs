//! What of a picture is given up so that it fits its bytes.

pub(crate) mod detail;
mod fit;
