//! The roles of places, and what follows from a role for the entries of a dictionary.

use super::table::Table;
use super::trail::Place;
use super::walk::Walk;
use super::{ChangeClass, ChangeKind, Level, document, form, material, page, tags};
use crate::error::Result;
use crate::pdf::object::{Dictionary, Name, Object};

/// What a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Role {
    Trailer,
    Catalog,
    Version,
    Extensions,
    /// The dictionary of one developer, or an array of such.
    Developer,
    Perms,
    /// A certification, named by `/Perms`.
    Certification,
    Xmp,
    /// A page or a node of the page tree.
    Node,
    Tabs,
    Annotations,
    /// An annotation that is no widget of a field; `true`: a locked stamp.
    Annotation(bool),
    Form,
    /// `/Fields`, or `/Kids` of a field.
    Fields,
    Field(FieldRole),
    SignatureFlags,
    NeedAppearances,
    DefaultAppearance,
    Xfa,
    /// A dictionary that may gain entries, to this depth.
    Grow(u8),
    Dss,
    Vri,
    VriEntry,
    Material,
    Tags(tags::TagRole),
    /// A reference back: where it leads is visited elsewhere, that it leads there counts.
    Same(Part),
    /// Anything below, judged alike.
    Part(Part),
}

/// A field or widget: its place in the tables of both revisions; `u32::MAX` is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct FieldRole {
    pub(super) old: u32,
    pub(super) new: u32,
}

/// A part of the graph in which every difference is of one class and takes one permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Part {
    pub(super) class: ChangeClass,
    pub(super) level: Level,
    /// What is drawn: only pages stop the walk, since a field might be a font at the same time.
    pub(super) content: bool,
}

impl Part {
    /// What was added and judged as a whole.
    pub(super) const NEW: Self = Self::of(ChangeClass::Unknown, Level::Never);

    pub(super) const fn of(class: ChangeClass, level: Level) -> Self {
        Self {
            class,
            level,
            content: false,
        }
    }

    /// Whether not even the same thing may be written anew in other objects: nothing but a signed seal's look and value is
    /// so, and no tool has a reason to touch these.
    pub(super) fn is_untouchable(self) -> bool {
        matches!(
            self.class,
            ChangeClass::SealAppearance | ChangeClass::SignatureDictionary
        )
    }

    pub(super) const fn drawn(class: ChangeClass, level: Level) -> Self {
        Self {
            class,
            level,
            content: true,
        }
    }
}

pub(super) fn class_of(role: Role) -> ChangeClass {
    match role {
        Role::Trailer => ChangeClass::Trailer,
        Role::Catalog => ChangeClass::Catalog,
        Role::Version | Role::Extensions | Role::Developer => ChangeClass::Extension,
        Role::Perms | Role::Certification => ChangeClass::Permissions,
        Role::Xmp => ChangeClass::Metadata,
        Role::Node => ChangeClass::PageContent,
        Role::Tabs | Role::Annotations | Role::Annotation(false) => ChangeClass::Annotation,
        Role::Annotation(true) => ChangeClass::SealAppearance,
        Role::Form
        | Role::Fields
        | Role::Field(_)
        | Role::SignatureFlags
        | Role::NeedAppearances
        | Role::DefaultAppearance
        | Role::Xfa
        | Role::Grow(_) => ChangeClass::Form,
        Role::Dss | Role::Vri | Role::VriEntry | Role::Material => ChangeClass::Dss,
        Role::Tags(_) => ChangeClass::Structure,
        Role::Same(part) | Role::Part(part) => part.class,
    }
}

pub(super) fn level_of(role: Role) -> Level {
    match role {
        Role::Same(part) | Role::Part(part) => part.level,
        Role::Annotation(false) => Level::Annotation,
        _ => Level::Never,
    }
}

/// The page and field that a place belongs to, once its object is known.
pub(super) fn locate(old: &Table, new: &Table, mut place: Place) -> Place {
    let Some(id) = place.object else {
        return place;
    };
    let page = match place.role {
        Role::Node => old.pages.get(&id).or_else(|| new.pages.get(&id)),
        Role::Field(_) | Role::Annotation(_) => old.annotations.get(&id).or_else(|| new.annotations.get(&id)),
        _ => None,
    };
    if let Some(page) = page {
        place.page = u32::try_from(*page).unwrap_or(0);
    }
    place
}

/// Roles that judge two values as wholes. `false`: they are compared entry by entry.
pub(super) fn special(walk: &mut Walk<'_, '_, '_>, old: &Object, new: &Object, place: Place) -> Result<bool> {
    match place.role {
        Role::Version => document::version(walk, old, new, place),
        Role::Xmp => document::xmp(walk, old, new, place),
        Role::Certification => document::certification(walk, old, new, place),
        Role::Developer => document::developer(walk, old, new, place),
        Role::Tabs => page::tabs(walk, old, new, place),
        Role::Annotations => page::annotations(walk, old, new, place),
        Role::Fields => form::fields(walk, old, new, place),
        Role::SignatureFlags => form::signature_flags(walk, old, new, place),
        Role::NeedAppearances => form::need_appearances(walk, old, new, place),
        Role::DefaultAppearance => form::default_appearance(walk, old, new, place),
        Role::Xfa => form::xfa(walk, old, new, place),
        Role::Material => material::list(walk, old, new, place),
        Role::Tags(role) => tags::special(walk, old, new, place, role),
        // Where the whole is new, its entries are judged as added to nothing.
        Role::Form | Role::Dss | Role::Vri | Role::VriEntry | Role::Extensions | Role::Perms | Role::Grow(1..) => {
            match (old, new) {
                (Object::Null, Object::Dictionary(new)) => {
                    walk.dictionaries(&Dictionary::new(), new, place)?;
                    Ok(true)
                }
                _ => Ok(false),
            }
        }
        _ => Ok(false),
    }
}

/// The role of a dictionary's entry; `None`: it says nothing.
pub(super) fn of_entry(
    walk: &mut Walk<'_, '_, '_>,
    place: Place,
    key: &Name,
    values: (Option<&Object>, Option<&Object>),
    around: (&Dictionary, &Dictionary),
) -> Result<Option<Role>> {
    let bytes = key.as_bytes();
    Ok(match place.role {
        Role::Trailer => document::trailer_entry(walk, place, key, values, around),
        Role::Catalog => document::catalog_entry(bytes),
        Role::Extensions => Some(Role::Developer),
        Role::Perms => Some(match bytes {
            b"DocMDP" => Role::Certification,
            _ => Role::Part(Part::of(ChangeClass::Permissions, Level::Never)),
        }),
        Role::Node => page::entry(bytes, values.0),
        Role::Annotation(locked) => Some(page::annotation_entry(bytes, locked)),
        Role::Form => form::form_entry(bytes),
        Role::Field(role) => form::entry(walk, place, role, key, values, around)?,
        Role::Grow(depth) => form::grown(walk, place, depth, key, values)?,
        Role::Dss | Role::Vri | Role::VriEntry => material::entry(place.role, bytes),
        Role::Tags(role) => tags::entry(role, bytes),
        // Outlines lead to elements of the structure tree, which is visited by itself.
        Role::Part(part) if bytes == b"SE" && !part.content => Some(Role::Same(part)),
        Role::Part(part) => Some(Role::Part(part)),
        other => Some(Role::Part(Part::of(class_of(other), level_of(other)))),
    })
}

/// What an addition or removal is.
pub(super) fn kind_of(old: &Object, new: &Object) -> ChangeKind {
    match (old, new) {
        (Object::Null, _) => ChangeKind::Added,
        (_, Object::Null) => ChangeKind::Removed,
        _ => ChangeKind::Modified,
    }
}
