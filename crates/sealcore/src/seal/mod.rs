//! Electronic seals and seal signatures of the three generations: GM/T 0031-2014 (V1), GB/T 38540-2020 (V4) and
//! GM/T 0031-2025 (V5).
//!
//! Reading keeps the original bytes and tells the generation by shape, never by version number; what departs from the
//! standards is read where its meaning is clear, and listed as a quirk. Writing is strict DER.

mod extension;
mod json;
mod make;
mod model;
mod property;
mod read;
mod signature;
mod verify;

pub use extension::Extension;
pub use make::{PreparedSeal, SealRequest};
pub use model::{Generation, Picture, Seal};
pub use property::{CertificateList, Listed, Property};
pub(crate) use signature::assemble_signature;
pub use signature::{SealSignature, TbsSign};
pub use verify::verify;
pub(crate) use verify::{algorithm_quirk, info, judge};
