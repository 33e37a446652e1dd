//! A composer of bundled, openly licensed art: pictures from descriptions without a model.
