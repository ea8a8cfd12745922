//! A document of 50 MB is sealed and verified from disk to disk, and what that takes of the heap is counted.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::print_stdout
)]

mod support;

use std::alloc::{GlobalAlloc, Layout, System};
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use sealcore::document::Document;
use sealcore::limits::Limits;
use sealcore::monitor::Unwatched;
use sealcore::ofd::package::{ArchiveWriter, DosTime, Method};
use sealcore::ofd::path::PackagePath;
use sealcore::ofd::{Pages, SignRequest};
use sealcore::report::Verdict;
use sealcore::seal::Generation;
use sealcore::verify::VerifyOptions;
use support::{World, at, document_files, now};

/// The system's allocator, with the live bytes and their peak counted.
struct Counting;

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

fn grown(bytes: usize) {
    let live = LIVE.fetch_add(bytes, Ordering::Relaxed) + bytes;
    PEAK.fetch_max(live, Ordering::Relaxed);
}

// SAFETY: every call goes on to `System` with the arguments that it came with; counting touches no memory of the caller.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        grown(layout.size());
        // SAFETY: the caller keeps the contract of `alloc`, which is that of `System`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        grown(layout.size());
        // SAFETY: as in `alloc`.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: `pointer` came from `System` with this layout.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // Both blocks may live at once.
        grown(size);
        LIVE.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as in `dealloc`; `size` is the caller's.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const IMAGES: usize = 12;
const IMAGE: usize = 4 << 20;
/// What one operation may add at its peak, whatever the length of the file and of its largest entry. The promise is 32 MB and
/// the largest entry; a streaming reader needs far less, and an entry or the file held in memory would show here.
const BOUND: usize = 3 << 20;

/// The peak of live heap bytes while `work` runs, beyond what lived before.
fn peak_of<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = LIVE.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    let value = work();
    (value, PEAK.load(Ordering::Relaxed) - before)
}

/// 500 pages, and 48 MB of images that do not compress.
fn write_document(path: &Path) {
    let mut writer = ArchiveWriter::new(BufWriter::new(File::create(path).unwrap()));
    let mut add = |name: &str, bytes: &[u8]| {
        let path = PackagePath::from_entry_name(name).unwrap();
        writer.add(&path, bytes, Method::Deflated, DosTime::EARLIEST).unwrap();
    };
    for (name, bytes) in document_files(500) {
        add(&name, &bytes);
    }
    let mut state = 0x5ea1_c0de_u64;
    let mut image = vec![0_u8; IMAGE];
    for number in 0..IMAGES {
        for chunk in image.chunks_exact_mut(8) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            chunk.copy_from_slice(&state.to_le_bytes());
            // Every other image is a little compressible, as JPEG is, and so is inflated; the others are stored.
            if number % 2 == 0 {
                chunk[0] = 0;
            }
        }
        add(&format!("Doc_0/Res/image_{number}.jpg"), &image);
    }
    writer.finish().unwrap();
}

/// One test alone in this binary: what another thread allocates would count.
#[test]
fn memory_does_not_grow_with_the_document() {
    let world = World::new();
    let seal = world.seal(Generation::V4);
    let folder = tempfile::tempdir().unwrap();
    let [plain, sealed] = ["plain.ofd", "sealed.ofd"].map(|name| folder.path().join(name));
    write_document(&plain);
    assert!(std::fs::metadata(&plain).unwrap().len() > 45_000_000);

    // Enough for every entry once, and not for an image twice.
    let mut limits = Limits::default();
    limits.inflated_bytes = (IMAGES * IMAGE + IMAGE) as u64;
    let ((), signing) = peak_of(|| {
        let Document::Ofd(archive) = Document::from_path(&plain, &limits).unwrap() else {
            panic!("it is no OFD document")
        };
        let placements = [at(Pages::One(1))];
        let request = SignRequest::seal(&seal, world.certificate(), now(), &placements);
        sealcore::output::replace(&sealed, |output| {
            sealcore::ofd::sign(&archive, &request, &world.signer, &limits, &Unwatched, output).map(|_| ())
        })
        .unwrap();
    });
    let (verdict, verifying) = peak_of(|| {
        let mut options = VerifyOptions::new(&world.trust, now());
        options.limits = limits.clone();
        let document = Document::from_path(&sealed, &options.limits).unwrap();
        document.verify(&options).unwrap().verdict
    });
    assert_eq!(verdict, Verdict::Valid);
    println!("peak of the heap: {signing} bytes while sealing, {verifying} while verifying");
    assert!(signing < BOUND, "sealing took {signing} bytes");
    assert!(verifying < BOUND, "verifying took {verifying} bytes");

    // The counter counts: the same file in memory is seen.
    let (bytes, held) = peak_of(|| std::fs::read(&sealed).unwrap());
    assert!(held >= bytes.len());
}
