//! PDF (ISO 32000): read byte by byte, one view per revision, never repaired.
//!
//! | Module | What is in it |
//! |---|---|
//! | [`object`] | objects, as they were read or will be written |

pub mod file;
pub(crate) mod filter;
pub mod form;
pub mod object;
pub mod page;
pub(crate) mod parser;
pub(crate) mod verify;
pub(crate) mod writer;
pub mod xref;

pub use file::{Pdf, Value, View};
pub use object::{Dictionary, Name, Object, ObjectId, Stream};
