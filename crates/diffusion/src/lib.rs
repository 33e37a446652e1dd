//! Text to picture: published diffusion models, and one that draws tokens, loaded from their own files.

pub mod block;
pub mod cogview4;
pub mod denoise;
pub mod entry;
pub mod family;
pub mod flux;
mod folder;
pub mod hub;
pub mod janus;
pub mod lora;
mod model_error;
mod names;
pub mod noise;
pub mod prompt;
pub mod sampler;
pub mod sana;
pub mod sdxl;
pub mod single_file;
pub mod stable_diffusion;
pub mod stable_diffusion_3;
pub mod text;
pub mod unet;
pub mod vae;
pub mod z_image;

pub use folder::{ModelFolder, OpenedFolder, Placements};
pub use linocut_nn::{Bundle, Location};
pub use model_error::ModelError;
