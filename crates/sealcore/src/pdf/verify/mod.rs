//! Verification of PDF files.

pub(crate) mod difference;
pub(crate) mod permission;
