//! PDF (ISO 32000): read byte by byte, one view per revision, never repaired.
//!
//! | Module | What is in it |
//! |---|---|
//! | [`crypt`] | encryption: what opens a document, what it permits |
//! | [`object`] | objects, as they were read or will be written |

pub(crate) mod appearance;
pub(crate) mod content;
pub mod crypt;
pub(crate) mod date;
pub mod file;
pub(crate) mod filter;
pub mod form;
pub(crate) mod increment;
pub mod object;
mod opened;
pub mod page;
pub(crate) mod parser;
mod sign;
pub(crate) mod text;
mod verify;
pub(crate) mod writer;
pub mod xref;

pub use appearance::AppearanceOptions;
pub use crypt::{Permissions, Unlock};
pub use file::{Pdf, Value, View};
pub use object::{Dictionary, Name, Object, ObjectId, Stream};
pub use opened::Opened;
pub use sign::{Contents, FieldLock, Permission, Session, SignRequest, prepare, sign, sign_in_place};
pub use verify::verify;
