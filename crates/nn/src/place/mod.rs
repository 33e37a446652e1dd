//! Where the parts of a model live: on which device, in which type, how their linear layers are kept, and for how long.

mod capability;
mod device_name;
mod free;
mod part;
mod place_error;
mod placement;

pub use capability::Capability;
pub use device_name::DeviceName;
pub use free::free_bytes;
pub use part::{Part, Resident};
pub use place_error::PlaceError;
pub use placement::{Placement, Residency};
