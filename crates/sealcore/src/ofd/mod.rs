//! OFD documents (GB/T 33190): the package, what lies in it, and its signatures.

pub mod package;
pub mod path;

mod description;
mod geometry;
mod integrity;
mod manifest;
mod parts;
mod placement;
mod structure;
mod verify;

pub use geometry::Boundary;
pub use placement::{Occurrence, Pages, PlacedStamp, Placement, Side};
pub use verify::verify;

// What the fuzz targets reach into.
#[cfg(feature = "fuzzing")]
pub(crate) use {
    description::Description,
    manifest::{Manifest, Record, add},
    structure::PageScan,
};
