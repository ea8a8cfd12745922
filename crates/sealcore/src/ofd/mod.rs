//! OFD documents (GB/T 33190): the package, what lies in it, and its signatures.

pub mod package;
pub mod path;

mod description;
mod digests;
mod inspect;
mod integrity;
mod manifest;
mod page_scan;
mod parts;
mod risks;
mod sheets;
mod sign;
mod structure;
pub(crate) mod text;
mod verify;

pub use crate::placement::{Boundary, Occurrence, Pages, PlacedStamp, Placement, Side};
pub use inspect::{
    BodyInfo, EntryInfo, Inspection, IntegrityRecordInfo, PageInfo, RecordInfo, SignedValueInfo, StampPlace, inspect,
};
pub use risks::risks;
pub use sign::{Protection, Session, SignRequest, add_integrity_record, prepare, sign};
pub use verify::verify;

// What draws the page of a vector picture goes the same way through a package.
pub(crate) use {
    parts::{Located, Parts},
    structure::Structure,
};

// What the fuzz targets reach into.
#[cfg(feature = "fuzzing")]
pub(crate) use {
    description::Description,
    manifest::{Manifest, Record, add},
    page_scan::PageScan,
};
