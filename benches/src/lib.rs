//! What the benches are measured on: three OFD documents, three PDF documents, and keys, a seal and trust anchors to seal them with.
//!
//! The documents are the same bytes every time, so that peers can be measured on the very same files: `make-documents DIR`
//! writes them. Keys and certificates are drawn anew; nothing that is measured depends on them.
#![forbid(unsafe_code)]

pub mod authority;
pub mod documents;
pub mod hot_path;
pub mod pdf_work;
pub mod pdfs;
pub mod world;

pub use authority::Authority;
pub use documents::{Document, documents};
pub use pdf_work::PdfWork;
pub use pdfs::pdfs;
pub use world::World;
