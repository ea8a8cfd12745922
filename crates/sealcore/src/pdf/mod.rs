//! PDF (ISO 32000): read byte by byte, one view per revision, never repaired.
//!
//! | Module | What is in it |
//! |---|---|
//! | [`object`] | objects, as they were read or will be written |

pub(crate) mod increment;
pub mod object;
pub(crate) mod writer;
