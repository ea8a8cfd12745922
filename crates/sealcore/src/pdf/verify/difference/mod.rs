//! What changed between the revision that a signature covers and the last one, each change classed.
//!
//! The object graphs of both revisions are walked side by side from the trailer. Every place has a role (page, field,
//! appearance, validation material ...), and the role says what a difference there is and which permission it takes. An
//! object that is reached on several ways is judged on each of them: an appearance stream that a page draws too is page
//! content. Nothing is permitted because it is unknown.
//!
//! | Module | What is in it |
//! |---|---|
//! | `cover` | what a further signature hides |
//! | `walk` | the walk over both graphs |
//! | `trail` | where it stands, and the way there |
//! | `packing` | objects that are unpacked otherwise after an update |
//! | `role` | the roles, and what follows from them for the entries of a dictionary |
//! | `document` | catalog, trailer, extensions, permissions, metadata |
//! | `form` | the form, its fields and their widgets |
//! | `page` | pages and annotations |
//! | `material` | the document security store |
//! | `tags` | the structure tree |
//! | `table` | what both revisions know of their fields, pages and annotations |
//! | `unused` | objects that were added and that nothing uses |
//! | `judge` | what a policy makes of the changes |

mod cover;
mod document;
mod form;
mod judge;
mod material;
mod packing;
mod page;
mod role;
mod table;
mod tags;
#[cfg(test)]
mod tests;
mod trail;
mod unused;
mod walk;

pub(crate) use judge::judge;

use crate::error::Result;
use crate::lang::Text;
use crate::monitor::Monitor;
use crate::pdf::file::View;
use crate::pdf::object::ObjectId;

/// What a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum ChangeClass {
    /// The document security store: certificates, revocation lists, responses.
    Dss,
    /// A document time stamp, its field and its widget.
    DocumentTimestamp,
    /// A further signature or seal, its field and its widget.
    Signature,
    /// The value of a field and how it is shown.
    FormFill,
    /// The form itself: fields, their names, kinds and places.
    Form,
    /// Annotations other than those of fields.
    Annotation,
    /// Document information and XMP.
    Metadata,
    /// The version and developer extensions.
    Extension,
    /// Pages and everything that they draw.
    PageContent,
    /// How or where a signature or seal that was there is shown.
    SealAppearance,
    /// The signature dictionary of a signature that was there.
    SignatureDictionary,
    /// The structure tree: what readers for the blind go by.
    Structure,
    /// Entries of the catalog: outlines, names, actions, layers.
    Catalog,
    /// The permissions that a certification gave.
    Permissions,
    /// The trailer.
    Trailer,
    /// Objects that nothing uses.
    Unused,
    /// Something that cannot be read or is of no known kind.
    Unknown,
}

/// The least that must be permitted for a change to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Level {
    /// Validation material, document time stamps and what goes with them.
    Validation,
    /// Further signatures.
    Signature,
    /// Filling fields.
    FormFill,
    /// Annotations.
    Annotation,
    /// Nothing permits it.
    Never,
}

/// What happened at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChangeKind {
    /// There is something where there was nothing.
    Added,
    /// There is nothing where there was something.
    Removed,
    /// There is something else.
    Modified,
}

/// One difference between two revisions.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    /// What it is about.
    pub(crate) class: ChangeClass,
    /// The least that must be permitted.
    pub(crate) level: Level,
    /// What happened.
    pub(crate) kind: ChangeKind,
    /// The object in which it is.
    pub(crate) object: Option<ObjectId>,
    /// The page, counted from 1.
    pub(crate) page: Option<usize>,
    /// The way there from the trailer.
    pub(crate) path: String,
    /// What to say besides.
    pub(crate) note: Option<Note>,
    /// The place of the cross-reference section that brought it.
    pub(crate) section: usize,
    /// The full name of the field that it belongs to.
    pub(crate) field: Option<String>,
    /// Whether this field was there when it was signed.
    pub(crate) in_signed_field: bool,
}

/// What is worth a finding of its own though it is permitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Note {
    /// The appearance of a field changed and its value did not.
    AppearanceOnly,
    /// Validation material is gone.
    MaterialDropped,
    /// Readers are told to draw the fields anew.
    NeedAppearances,
    /// What was added lies over a signature that was there, or over most of a page.
    Covers,
    /// A signature field that is not signed.
    EmptyField,
    /// Anything else, in words.
    Text(Text),
}

/// Everything that came after a revision.
#[derive(Clone, Debug, Default)]
pub(crate) struct Comparison {
    /// The changes, in the order in which they were found.
    pub(crate) changes: Vec<Change>,
    /// Cross-reference sections after the signed one.
    pub(crate) increments: usize,
    /// Whether there were more changes than are listed; all kinds are.
    pub(crate) more: bool,
}

/// Compares two revisions of a file.
///
/// # Errors
/// [`ErrorKind::Limit`](crate::error::ErrorKind::Limit), [`ErrorKind::Io`](crate::error::ErrorKind::Io),
/// [`ErrorKind::Cancelled`](crate::error::ErrorKind::Cancelled). What cannot be read in the last revision is a change.
pub(crate) fn compare<'p, 'a>(
    signed: &View<'p, 'a>,
    latest: &View<'p, 'a>,
    monitor: &dyn Monitor,
) -> Result<Comparison> {
    let increments = latest.section().saturating_sub(signed.section());
    if increments == 0 {
        return Ok(Comparison::default());
    }
    let mut walk = walk::Walk::new(*signed, *latest, monitor)?;
    walk.run()?;
    unused::find(&mut walk)?;
    form::agree_with_sections(&mut walk);
    cover::find(&mut walk);
    let (changes, more) = walk.finish();
    Ok(Comparison {
        changes,
        increments,
        more,
    })
}
