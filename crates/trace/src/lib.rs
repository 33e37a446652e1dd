//! Pixels to flat shapes under a byte budget: VTracer and the contour method.
