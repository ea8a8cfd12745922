//! What a time stamp takes of the heap: nothing but the reply, whose buffer the caller keeps.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(unreachable_pub)] // tests have no outside

mod support;
#[path = "timestamps/world.rs"]
#[allow(dead_code)] // each test uses its own part
mod world;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use sealcore::key::KeyAlgorithm;
use world::{Authority, request};

/// The system's allocator, with the calls of each thread counted.
struct Counting;

thread_local! {
    static CALLS: Cell<usize> = const { Cell::new(0) };
}

fn count() {
    // Not while a thread ends.
    let _ = CALLS.try_with(|calls| calls.set(calls.get() + 1));
}

// SAFETY: every call goes on to `System` with the arguments that it came with; counting touches no memory of the caller.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the contract of `alloc`, which is that of `System`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: `pointer` came from `System` with this layout.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: as in `dealloc`; `size` is the caller's.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn calls(work: impl FnOnce()) -> usize {
    let before = CALLS.with(Cell::get);
    work();
    CALLS.with(Cell::get) - before
}

#[test]
fn a_token_takes_no_memory_but_its_reply() {
    let authority = Authority::new(KeyAlgorithm::Sm2);
    let responder = authority.responder();
    let asked: Vec<_> = (0..200_usize)
        .map(|number| request(&number.to_be_bytes()).to_der())
        .collect();
    let mut reply = Vec::with_capacity(4096);
    let counted = calls(|| {
        for asked in &asked {
            assert!(responder.respond(asked, &mut reply).is_granted());
        }
    });
    assert_eq!(counted, 0);
    let fresh = calls(|| {
        let mut reply = Vec::new();
        assert!(responder.respond(&asked[0], &mut reply).is_granted());
    });
    assert_eq!(fresh, 1);
}

/// A batch takes what its signatures take, and a few vectors.
#[test]
fn a_batch_takes_a_few_vectors() {
    let authority = Authority::new(KeyAlgorithm::Sm2);
    let responder = authority.responder();
    let asked: Vec<_> = (0..8_usize)
        .map(|number| request(&number.to_be_bytes()).to_der())
        .collect();
    let slices: Vec<_> = asked.iter().map(|one| &one[..]).collect();
    let mut replies: Vec<_> = (0..8).map(|_| Vec::with_capacity(4096)).collect();
    let counted = calls(|| {
        let outcomes = responder.respond_many(&slices, &mut replies);
        assert!(outcomes.iter().all(|outcome| outcome.is_granted()));
    });
    let key = authority.signer.key().sm2().unwrap();
    let bare = calls(|| drop(key.sign_digests(&mut world::rng(), &[[7; 32]; 8])));
    assert!(counted <= bare + 3, "{counted}, and the signatures alone {bare}");
}
