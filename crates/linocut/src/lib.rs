//! linocut
