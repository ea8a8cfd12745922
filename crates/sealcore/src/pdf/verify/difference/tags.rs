//! The structure tree (ISO 32000-2, 14.7): annotations and fields that may come bring their tags with them.

use std::collections::{BTreeMap, HashSet};

use super::role::{Part, Role, kind_of};
use super::table::Held;
use super::trail::Place;
use super::walk::Walk;
use super::{ChangeClass, ChangeKind, Level};
use crate::error::Result;
use crate::pdf::file::View;
use crate::pdf::object::{Object, ObjectId};

/// Depth of a number tree, and of the elements that one annotation brings.
const DEPTH: usize = 32;
/// Elements that are looked at below one that was added.
const ADDED: usize = 10_000;

/// A place in the structure tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum TagRole {
    Root,
    Element,
    /// What an element holds.
    Kids,
    ParentTree,
    NextKey,
    /// What elements are read as.
    Map,
}

const PART: Part = Part::of(ChangeClass::Structure, Level::Never);

pub(super) fn entry(role: TagRole, key: &[u8]) -> Option<Role> {
    Some(match (role, key) {
        (TagRole::Root | TagRole::Element, b"K") => Role::Tags(TagRole::Kids),
        (TagRole::Root, b"ParentTree") => Role::Tags(TagRole::ParentTree),
        (TagRole::Root, b"ParentTreeNextKey") => Role::Tags(TagRole::NextKey),
        (TagRole::Root, b"RoleMap" | b"ClassMap") => Role::Tags(TagRole::Map),
        (TagRole::Map, _) => Role::Part(Part::of(ChangeClass::Structure, Level::Never)),
        (TagRole::Element, b"P" | b"Pg") => Role::Same(PART),
        _ => Role::Part(PART),
    })
}

pub(super) fn special(
    walk: &mut Walk<'_, '_, '_>,
    old: &Object,
    new: &Object,
    place: Place,
    role: TagRole,
) -> Result<bool> {
    match role {
        TagRole::Kids => kids(walk, old, new, place).map(|()| true),
        TagRole::ParentTree => parent_tree(walk, old, new, place).map(|()| true),
        TagRole::NextKey => {
            let (before, after) = (old.as_integer().unwrap_or(0), new.as_integer());
            if old != new {
                let level = if after.is_some_and(|after| after >= before) {
                    Level::Validation
                } else {
                    Level::Never
                };
                walk.emit_as(place, kind_of(old, new), ChangeClass::Structure, level, None);
            }
            Ok(true)
        }
        TagRole::Map => {
            // Some writers add an empty one. A mapping could make something else of elements that were there.
            if let (Object::Null, Object::Dictionary(map)) = (old, new) {
                let level = if map.is_empty() {
                    Level::Validation
                } else {
                    Level::Never
                };
                walk.emit_as(place, ChangeKind::Added, ChangeClass::Structure, level, None);
                walk.reach(new, place)?;
                return Ok(true);
            }
            Ok(false)
        }
        // Another tree in the place of the one that was signed: whatever it holds, nobody can say that it grew.
        TagRole::Root if !old.is_null() && !new.is_null() && root(&walk.old_view) != root(&walk.new_view) => {
            walk.emit_as(place, ChangeKind::Modified, ChangeClass::Structure, Level::Never, None);
            walk.reach(new, place)?;
            Ok(true)
        }
        TagRole::Root | TagRole::Element => Ok(false),
    }
}

/// The object of the structure tree.
fn root(view: &View<'_, '_>) -> Option<ObjectId> {
    let (_, catalog) = view.catalog().ok()?;
    catalog.as_dictionary()?.get("StructTreeRoot")?.as_reference()
}

/// One thing that an element holds.
#[derive(Clone, Debug, PartialEq)]
enum Token {
    /// An annotation or field (an object reference).
    Annotation(ObjectId),
    /// A further element.
    Element(ObjectId),
    /// Marked content of a page, or anything else.
    Content(Object),
}

fn tokens(view: &View<'_, '_>, object: &Object) -> Vec<Token> {
    let one = std::slice::from_ref(object);
    let items = match object {
        Object::Null => &[],
        Object::Array(items) => items.as_slice(),
        _ => one,
    };
    items
        .iter()
        .filter(|item| !item.is_null())
        .map(|item| token(view, item))
        .collect()
}

fn token(view: &View<'_, '_>, item: &Object) -> Token {
    if let Ok(value) = view.resolve(item)
        && let Some(dictionary) = value.as_dictionary()
    {
        if dictionary.is_type("OBJR")
            && let Some(id) = dictionary.get("Obj").and_then(Object::as_reference)
        {
            return Token::Annotation(id);
        }
        if let Some(id) = value.id().filter(|_| !dictionary.is_type("MCR")) {
            return Token::Element(id);
        }
        return Token::Content(Object::Dictionary(dictionary.clone()));
    }
    Token::Content(item.clone())
}

fn kids(walk: &mut Walk<'_, '_, '_>, old: &Object, new: &Object, place: Place) -> Result<()> {
    // The kid itself may be the object that was referred to.
    let own = place
        .object
        .filter(|_| matches!((old, new), (Object::Dictionary(_), Object::Dictionary(_))));
    if own.is_some() && new.as_dictionary().is_some_and(|kid| kid.get("S").is_some()) {
        return walk.values(old, new, place.with(Role::Tags(TagRole::Element)));
    }
    let (before, after) = (tokens(&walk.old_view, old), tokens(&walk.new_view, new));
    let was = sets(&before);
    let is = sets(&after);
    for token in &after {
        match token {
            Token::Annotation(id) if !was.0.contains(id) => {
                let level = level_of(walk, *id);
                walk.emit_as(place, ChangeKind::Added, ChangeClass::Structure, level, None);
            }
            Token::Element(id) if was.1.contains(id) => {
                let item = Object::Reference(*id);
                walk.pair(Some(&item), Some(&item), place.with(Role::Tags(TagRole::Element)))?;
            }
            Token::Element(id) => {
                let (level, _) = annotations_only(walk, *id, true);
                let at = Place {
                    object: Some(*id),
                    ..place
                };
                walk.emit_as(at, ChangeKind::Added, ChangeClass::Structure, level, None);
            }
            _ => {}
        }
    }
    for token in &before {
        let (gone, object) = match token {
            Token::Annotation(id) if !is.0.contains(id) => (!walk.new.annotations.contains_key(id), *id),
            Token::Element(id) if !is.1.contains(id) => (annotations_only(walk, *id, false).1, *id),
            _ => continue,
        };
        let level = if gone { Level::Annotation } else { Level::Never };
        let at = Place {
            object: Some(object),
            ..place
        };
        walk.emit_as(at, ChangeKind::Removed, ChangeClass::Structure, level, None);
    }
    // What stays keeps its order: it is the order in which the document is read.
    let order = |tokens: &[Token], other: &HashSet<ObjectId>| -> Vec<Token> {
        let stays = |token: &&Token| match token {
            Token::Annotation(_) => false,
            Token::Element(id) => other.contains(id),
            Token::Content(_) => true,
        };
        tokens.iter().filter(stays).cloned().collect()
    };
    if order(&before, &is.1) != order(&after, &was.1) {
        walk.emit(place, ChangeKind::Modified);
    } else if old != new && before == after {
        // Something about how annotations are referred to.
        walk.emit_as(
            place,
            ChangeKind::Modified,
            ChangeClass::Structure,
            Level::Annotation,
            None,
        );
    }
    walk.reach(new, place)
}

/// Annotations and elements among the tokens.
fn sets(tokens: &[Token]) -> (HashSet<ObjectId>, HashSet<ObjectId>) {
    let (mut annotations, mut elements) = (HashSet::new(), HashSet::new());
    for token in tokens {
        match token {
            Token::Annotation(id) => annotations.insert(*id),
            Token::Element(id) => elements.insert(*id),
            Token::Content(_) => false,
        };
    }
    (annotations, elements)
}

/// What the tag of an annotation takes: as much as the annotation.
fn level_of(walk: &Walk<'_, '_, '_>, id: ObjectId) -> Level {
    match walk.new.field(id) {
        Some((_, field)) => match field.held {
            Held::Signature => Level::Signature,
            Held::Timestamp => Level::Validation,
            Held::Nothing if field.signature => Level::Signature,
            Held::Nothing => Level::FormFill,
        },
        None => Level::Annotation,
    }
}

/// Of an element that came (or went): the level of what it holds if that is annotations only, and whether all of these are
/// gone from the pages.
fn annotations_only(walk: &Walk<'_, '_, '_>, id: ObjectId, came: bool) -> (Level, bool) {
    let view = if came { &walk.new_view } else { &walk.old_view };
    let (mut level, mut gone) = (Level::Validation, true);
    let mut seen = HashSet::from([id]);
    let mut left = vec![id];
    while let Some(id) = left.pop() {
        let Ok(element) = view.get(id) else {
            return (Level::Never, false);
        };
        let Some(dictionary) = element.as_dictionary() else {
            return (Level::Never, false);
        };
        // One that was there before is not to be moved.
        if came && walk.old_view.location(id.number).is_some() && !walk.is_changed(id) {
            return (Level::Never, false);
        }
        let Ok(kids) = view.lookup(dictionary, "K") else {
            return (Level::Never, false);
        };
        for token in tokens(view, &kids) {
            match token {
                Token::Annotation(id) => {
                    level = level.max(level_of(walk, id));
                    gone &= !walk.new.annotations.contains_key(&id);
                }
                Token::Element(id) => {
                    if seen.len() >= ADDED {
                        return (Level::Never, false);
                    }
                    if seen.insert(id) {
                        left.push(id);
                    }
                }
                Token::Content(_) => return (Level::Never, false),
            }
        }
    }
    (level, gone)
}

/// The tree from marked content and annotations back to their elements.
fn parent_tree(walk: &mut Walk<'_, '_, '_>, old: &Object, new: &Object, place: Place) -> Result<()> {
    walk.reach(new, place)?;
    let (Some(before), Some(after)) = (numbers(&walk.old_view, old), numbers(&walk.new_view, new)) else {
        return walk.values(old, new, place.with(Role::Part(PART)));
    };
    let mut added = false;
    for (key, value) in &after {
        match before.get(key) {
            Some(known) => {
                let resolved = |view: &View<'_, '_>, value: &Object| match view.resolve(value) {
                    Ok(value) if value.as_array().is_some() => (*value).clone(),
                    _ => value.clone(),
                };
                if resolved(&walk.old_view, known) != resolved(&walk.new_view, value) {
                    walk.emit(place, ChangeKind::Modified);
                }
            }
            None => added = true,
        }
    }
    if added {
        walk.emit_as(
            place,
            ChangeKind::Added,
            ChangeClass::Structure,
            Level::Validation,
            None,
        );
    }
    if before.keys().any(|key| !after.contains_key(key)) {
        walk.emit_as(
            place,
            ChangeKind::Removed,
            ChangeClass::Structure,
            Level::Annotation,
            None,
        );
    }
    Ok(())
}

/// A number tree (ISO 32000-2, 7.9.7) as a map.
fn numbers(view: &View<'_, '_>, root: &Object) -> Option<BTreeMap<i64, Object>> {
    let mut found = BTreeMap::new();
    let mut seen = HashSet::new();
    let mut left = vec![(root.clone(), DEPTH)];
    while let Some((node, depth)) = left.pop() {
        let depth = depth.checked_sub(1)?;
        let value = view.resolve(&node).ok()?;
        if value.id().is_some_and(|id| !seen.insert(id)) {
            return None;
        }
        if value.is_null() {
            continue;
        }
        let dictionary = value.as_dictionary()?;
        let pairs = view.lookup(dictionary, "Nums").ok()?;
        for pair in pairs.as_array().unwrap_or_default().chunks_exact(2) {
            if let [key, value] = pair {
                found.insert(view.resolve(key).ok()?.as_integer()?, value.clone());
            }
        }
        let kids = view.lookup(dictionary, "Kids").ok()?;
        left.extend(
            kids.as_array()
                .unwrap_or_default()
                .iter()
                .map(|kid| (kid.clone(), depth)),
        );
    }
    Some(found)
}
