//! A software module that exports the functions of SDF (GM/T 0018), SKF (GM/T 0016) and PKCS#11 on real SM2 keys: the counterpart of
//! `sealcore-device` in tests. It protects nothing, keeps its keys in a readable file and is never shipped.
//!
//! Its state lies in a folder: the one that `SEALCORE_SOFT_MODULE` names, else the one in which the library itself lies. So a
//! test that copies the library beside a state of its own has a device of its own, in the same process as other tests. The
//! state ([`State`]) and the misbehaviour asked for ([`Fault`]) are read at every call: a test may change them in between.

#![allow(unreachable_pub)] // the exported functions: reached by their names in the library

mod fault;
mod folder;
mod handles;
mod memory;
mod pkcs11;
mod sdf;
mod skf;
mod state;

pub use fault::Fault;
pub use folder::install;
pub use pkcs11::SM2_MECHANISM;
pub use state::{Application, Container, Contents, SdfKey, State};
