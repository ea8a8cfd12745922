//! PDF (ISO 32000): read byte by byte, one view per revision, never repaired.
//!
//! | Module | What is in it |
//! |---|---|
//! | [`crypt`] | encryption: what opens a document, what it permits |
//! | [`object`] | objects, as they were read or will be written |

pub mod crypt;
pub mod object;
pub(crate) mod writer;
