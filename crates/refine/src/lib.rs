//! Shapes against pixels by gradient: an exact-area differentiable rasteriser and an optimiser.
