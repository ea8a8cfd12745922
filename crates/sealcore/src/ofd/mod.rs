//! OFD documents: the package, and what lies in it.

pub mod package;
pub mod path;
