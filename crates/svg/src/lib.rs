//! Drawings for linocut: typed flat shapes, a compact SVG writer with exact byte counts, a reader and a renderer.
