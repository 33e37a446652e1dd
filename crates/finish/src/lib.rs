//! Finishing touches for linocut: decoy and border.
