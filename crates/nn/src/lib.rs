//! Layers that several models share, each once; the kernels that make them fast on a CPU; weights from published files.
