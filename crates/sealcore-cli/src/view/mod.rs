//! How things are shown.

pub(crate) mod certificate;
pub(crate) mod device;
pub(crate) mod inspection;
pub(crate) mod pdf_inspection;
pub(crate) mod progress;
pub(crate) mod seal;
pub(crate) mod stamps;
