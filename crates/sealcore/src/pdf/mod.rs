//! PDF (ISO 32000): read byte by byte, one view per revision, never repaired; signed by appending one increment; judged by
//! bytes and by what each later revision changed. `docs/pdf.md` has the rules.
//!
//! | Module | What is in it |
//! |---|---|
//! | [`file`](mod@file) | [`Pdf`], a file that was opened, and [`View`], the file as of one of its revisions |
//! | [`xref`] | cross-reference sections: tables, streams, both |
//! | [`object`] | objects, as they were read or will be written |
//! | [`page`] | pages with what they inherit |
//! | [`form`] | the fields of the interactive form |
//! | [`crypt`] | encryption: what opens a document, what it permits |
//!
//! [`verify()`] judges an [`Opened`] file, whatever state it is in; [`sign()`], [`sign_in_place`] and [`prepare()`] with a
//! [`SignRequest`] sign a [`Pdf`]; [`inspect()`] says what is in a file, [`risks()`] what a signer should know before signing
//! it. Inside are the parser, filters, content streams and the text on pages, the appearance of seals and the writer.

pub(crate) mod appearance;
pub(crate) mod content;
pub mod crypt;
pub(crate) mod date;
pub mod file;
pub(crate) mod filter;
pub mod form;
pub(crate) mod increment;
mod inspect;
mod matrix;
pub mod object;
mod opened;
pub mod page;
pub(crate) mod parser;
mod permission;
mod risks;
mod sign;
pub(crate) mod text;
mod verify;
pub(crate) mod writer;
pub mod xref;

pub use appearance::{AppearanceOptions, PictureXObject};
pub use crypt::{Permissions, Unlock};
pub use file::{Pdf, Value, View};
pub use inspect::{
    BodyInfo, EncryptionInfo, FieldInfo, Inspection, LockInfo, MaterialInfo, PageInfo, RevisionInfo, SignatureInfo,
    inspect,
};
pub use object::{Dictionary, Name, Object, ObjectId, Stream};
pub use opened::Opened;
pub use risks::{is_serious, risks};
pub use sign::{Contents, FieldLock, Permission, STAMP_RESERVE, Session, SignRequest, prepare, sign, sign_in_place};
pub use verify::verify;
