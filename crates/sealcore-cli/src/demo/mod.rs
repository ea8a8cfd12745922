//! What `demo` makes: an authority, its people, a seal, a document, and the sealed document.

pub(crate) mod folder;
pub(crate) mod house;
pub(crate) mod ofd;
pub(crate) mod pdf;
pub(crate) mod picture;
pub(crate) mod readme;
mod text;
