//! Handles: what C holds is a token, never an address, and is looked up in a table. A token of another type, a freed one or
//! one that never was is told apart from a live one by type, generation and a set lowest bit, which no aligned pointer has.

use std::any::Any;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use crate::status::{SEALCORE_E_HANDLE, SEALCORE_E_TYPE, sealcore_status};

/// The types of handles. The numbers are part of tokens only, not of the ABI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    Error = 1,
    Buffer,
    Document,
    Verifier,
    Report,
    Signer,
    Request,
    Session,
    Seal,
    SealRequest,
    SealSession,
    Authority,
    Key,
    Monitor,
}

/// What C sees as an opaque structure, and the object that it stands for.
pub(crate) trait Opaque {
    /// The object behind the handle.
    type Object: Send + Sync + 'static;
    /// The type in the token.
    const KIND: Kind;
}

/// A live object.
pub(crate) struct Entry {
    /// The object. Calls that share it hold a clone of the inner `Arc`; who changes it must be alone.
    pub(crate) object: Mutex<Arc<dyn Any + Send + Sync>>,
    /// A call on it panicked.
    pub(crate) poisoned: AtomicBool,
}

struct Slot {
    generation: usize,
    kind: Kind,
    entry: Option<Arc<Entry>>,
}

#[derive(Default)]
struct Table {
    slots: Vec<Slot>,
    /// First in, first out, so that a token is used again as late as can be.
    free: VecDeque<usize>,
    live: usize,
}

static TABLE: RwLock<Table> = RwLock::new(Table {
    slots: Vec::new(),
    free: VecDeque::new(),
    live: 0,
});

/// The lowest bit marks tokens; above it are type, index and generation.
const KIND_SHIFT: u32 = 1;
const KIND_BITS: u32 = 5;
const INDEX_SHIFT: u32 = KIND_SHIFT + KIND_BITS;
const INDEX_BITS: u32 = if usize::BITS >= 64 { 32 } else { 14 };
const GENERATION_SHIFT: u32 = INDEX_SHIFT + INDEX_BITS;
const GENERATION_BITS: u32 = usize::BITS - GENERATION_SHIFT;
const MAX_INDEX: usize = (1 << INDEX_BITS) - 1;
const MAX_GENERATION: usize = (1 << GENERATION_BITS) - 1;

/// Puts an object into the table; `None` when it is full.
pub(crate) fn insert<T: Opaque>(object: T::Object) -> Option<usize> {
    let entry = Arc::new(Entry {
        object: Mutex::new(Arc::new(object)),
        poisoned: AtomicBool::new(false),
    });
    let mut table = TABLE.write().unwrap_or_else(PoisonError::into_inner);
    let table = &mut *table;
    let reusable = table.free.pop_front();
    let index = match reusable {
        Some(index) => {
            let slot = table.slots.get_mut(index)?;
            slot.generation += 1;
            slot.kind = T::KIND;
            slot.entry = Some(entry);
            index
        }
        None if table.slots.len() <= MAX_INDEX => {
            table.slots.push(Slot {
                generation: 1,
                kind: T::KIND,
                entry: Some(entry),
            });
            table.slots.len() - 1
        }
        None => return None,
    };
    table.live += 1;
    let generation = table.slots.get(index)?.generation;
    Some(1 | usize::from(T::KIND as u8) << KIND_SHIFT | index << INDEX_SHIFT | generation << GENERATION_SHIFT)
}

/// The entry of a token.
pub(crate) fn find<T: Opaque>(token: usize) -> Result<Arc<Entry>, sealcore_status> {
    let table = TABLE.read().unwrap_or_else(PoisonError::into_inner);
    let (index, generation) = split(token)?;
    let slot = table.slots.get(index).ok_or(SEALCORE_E_HANDLE)?;
    if slot.generation != generation || slot.kind as usize != kind(token) {
        return Err(SEALCORE_E_HANDLE);
    }
    let entry = slot.entry.clone().ok_or(SEALCORE_E_HANDLE)?;
    if slot.kind != T::KIND {
        return Err(SEALCORE_E_TYPE);
    }
    Ok(entry)
}

/// Takes an object out of the table. It lives on until the calls that use it have ended.
pub(crate) fn remove<T: Opaque>(token: usize) -> Result<(), sealcore_status> {
    find::<T>(token)?;
    let (index, generation) = split(token)?;
    let entry = {
        let mut table = TABLE.write().unwrap_or_else(PoisonError::into_inner);
        let slot = table.slots.get_mut(index).ok_or(SEALCORE_E_HANDLE)?;
        if slot.generation != generation {
            return Err(SEALCORE_E_HANDLE);
        }
        let entry = slot.entry.take().ok_or(SEALCORE_E_HANDLE)?;
        // A slot whose generations are used up is given up: a token never comes back.
        if generation < MAX_GENERATION {
            table.free.push_back(index);
        }
        table.live -= 1;
        entry
    };
    // Dropped when the table is free again: an object may hold a callback of the caller.
    drop(entry);
    Ok(())
}

/// Marks the objects of a call that panicked.
pub(crate) fn poison(token: usize) {
    let Ok((index, generation)) = split(token) else { return };
    let table = TABLE.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(slot) = table.slots.get(index)
        && slot.generation == generation
        && let Some(entry) = &slot.entry
    {
        entry.poisoned.store(true, Ordering::Relaxed);
    }
}

/// How many handles are live in the process, of all types: for tests that look for what was not freed.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_handle_count() -> usize {
    TABLE.read().unwrap_or_else(PoisonError::into_inner).live
}

fn split(token: usize) -> Result<(usize, usize), sealcore_status> {
    if token & 1 == 0 {
        return Err(SEALCORE_E_HANDLE);
    }
    Ok((
        token >> INDEX_SHIFT & MAX_INDEX,
        token >> GENERATION_SHIFT & MAX_GENERATION,
    ))
}

fn kind(token: usize) -> usize {
    token >> KIND_SHIFT & ((1 << KIND_BITS) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Apple;
    struct Pear;

    impl Opaque for Apple {
        type Object = u32;
        const KIND: Kind = Kind::Buffer;
    }

    impl Opaque for Pear {
        type Object = u32;
        const KIND: Kind = Kind::Key;
    }

    #[test]
    fn tells_live_from_dead() {
        let token = insert::<Apple>(7).unwrap();
        assert!(find::<Apple>(token).is_ok());
        assert_eq!(find::<Pear>(token).err(), Some(SEALCORE_E_TYPE));
        for wrong in [
            0,
            1,
            token ^ 1,
            token ^ (1 << GENERATION_SHIFT),
            token ^ (1 << KIND_SHIFT),
            usize::MAX,
            token + (1 << 20),
        ] {
            assert_eq!(find::<Apple>(wrong).err(), Some(SEALCORE_E_HANDLE), "{wrong:x}");
        }
        remove::<Apple>(token).unwrap();
        assert_eq!(remove::<Apple>(token), Err(SEALCORE_E_HANDLE));
        assert_eq!(find::<Apple>(token).err(), Some(SEALCORE_E_HANDLE));
        // The same slot, another generation.
        let tokens: Vec<_> = (0..1_000).map(|n| insert::<Apple>(n).unwrap()).collect();
        assert!(!tokens.contains(&token));
        assert_eq!(find::<Apple>(token).err(), Some(SEALCORE_E_HANDLE));
        tokens.into_iter().for_each(|token| remove::<Apple>(token).unwrap());
    }
}
