//! OFD documents (GB/T 33190): the package, what lies in it, and its signatures.

pub mod package;
pub mod path;

mod description;
mod geometry;
mod inspect;
mod integrity;
mod manifest;
mod parts;
mod structure;
mod verify;

pub use geometry::Boundary;
pub use inspect::{BodyInfo, EntryInfo, Inspection, IntegrityRecordInfo, PageInfo, RecordInfo, SignedValueInfo, StampPlace, inspect};
pub use verify::verify;
