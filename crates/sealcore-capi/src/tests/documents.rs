use std::ffi::c_void;
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicUsize, Ordering};

use sealcore::seal::Generation;

use super::{c, fails, ok, opened};
use crate::document::*;
use crate::report::sealcore_report_free;
use crate::seal::*;
use crate::source::*;
use crate::status::*;
use crate::support::{World, document};
use crate::verifier::*;

#[test]
fn formats_are_told_by_content() {
    let world = World::new();
    let ofd = world.sealed(&document(1), Generation::V4);
    let seal = world.seal(Generation::V5);
    let folder = tempfile::tempdir().unwrap();
    for (bytes, format) in [(&ofd[..], SEALCORE_FORMAT_OFD), (seal.der(), SEALCORE_FORMAT_SEAL)] {
        let document = opened(bytes);
        assert_eq!(sealcore_document_format(document), format);
        sealcore_document_free(document);
        let path = folder.path().join("文档.bin");
        std::fs::write(&path, bytes).unwrap();
        let mut document = null_mut();
        let path = c(path.to_str().unwrap());
        ok(|error| sealcore_document_open_path(path.as_ptr(), null(), &raw mut document, error));
        assert_eq!(sealcore_document_format(document), format);
        sealcore_document_free(document);
        assert_eq!(sealcore_document_format(document), 0, "it was freed");
    }
}

#[test]
fn opening_fails_with_a_reason() {
    let mut document = null_mut();
    let place = &raw mut document;
    let open = |bytes: &[u8], error| sealcore_document_open_bytes(bytes.as_ptr(), bytes.len(), null(), place, error);
    fails(SEALCORE_E_FORMAT, |error| open(b"neither", error));
    fails(SEALCORE_E_CONTAINER, |error| open(b"PK\x03\x04 cut off", error));
    fails(SEALCORE_E_PDF, |error| open(b"%PDF-1.7\n cut off", error));
    fails(SEALCORE_E_FORMAT, |error| {
        sealcore_document_open_bytes(null(), 0, null(), place, error)
    });
    fails(SEALCORE_E_NULL, |error| {
        sealcore_document_open_bytes(null(), 1, null(), place, error)
    });
    fails(SEALCORE_E_NULL, |error| {
        sealcore_document_open_bytes(b"x".as_ptr(), 1, null(), null_mut(), error)
    });
    fails(SEALCORE_E_ARGUMENT, |error| {
        sealcore_document_open_bytes(b"x".as_ptr(), usize::MAX, null(), place, error)
    });
    fails(SEALCORE_E_NULL, |error| {
        sealcore_document_open_path(null(), null(), place, error)
    });
    fails(SEALCORE_E_NULL, |error| {
        sealcore_document_open_path(c"x".as_ptr(), null(), null_mut(), error)
    });
    fails(SEALCORE_E_UTF8, |error| {
        sealcore_document_open_path(c"\xff".as_ptr(), null(), place, error)
    });
    for path in [c"/absent/file", c"/"] {
        let told = fails(SEALCORE_E_IO, |error| {
            sealcore_document_open_path(path.as_ptr(), null(), place, error)
        });
        assert!(told.contains(path.to_str().unwrap()), "{told}");
    }
    fails(SEALCORE_E_NULL, |error| {
        sealcore_document_open_source(null(), null(), place, error)
    });
    assert_eq!(sealcore_document_format(null()), 0);
    sealcore_document_free(null_mut());
}

#[test]
fn passwords_open_what_is_encrypted() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/pdf/encrypted/r6-aes.pdf");
    let path = c(file);
    let mut document = null_mut();
    let place = &raw mut document;
    let open = |password: Option<&std::ffi::CStr>, error| {
        let password = password.map_or(null(), std::ffi::CStr::as_ptr);
        sealcore_document_open_path(path.as_ptr(), password, place, error)
    };
    fails(SEALCORE_E_PASSWORD, |error| open(None, error));
    let told = fails(SEALCORE_E_PASSWORD, |error| open(Some(c"wrong secret"), error));
    assert!(!told.contains("secret"));
    fails(SEALCORE_E_UTF8, |error| open(Some(c"\xff"), error));
    ok(|error| open(Some(c"密码 1"), error));
    // What is opened once more needs it once more.
    let mut verifier = null_mut();
    ok(|error| sealcore_verifier_new(&raw mut verifier, error));
    for _ in 0..2 {
        let (mut verdict, mut report) = (0, null_mut());
        // SAFETY: written by the call that opened it.
        let document = unsafe { *place };
        ok(|error| sealcore_verify(verifier, document, null(), &raw mut verdict, &raw mut report, error));
        assert_eq!(verdict, SEALCORE_VERDICT_UNSIGNED);
        sealcore_report_free(report);
    }
    sealcore_verifier_free(verifier);
    sealcore_document_free(document);
}

#[test]
fn seals_are_loaded() {
    let world = World::new();
    for generation in [Generation::V1, Generation::V4, Generation::V5] {
        let seal = world.seal(generation);
        let (bytes, mut handle) = (seal.der(), null_mut());
        ok(|error| sealcore_seal_load(bytes.as_ptr(), bytes.len(), &raw mut handle, error));
        sealcore_seal_free(handle);
        sealcore_seal_free(handle);
    }
    let mut handle = null_mut();
    let place = &raw mut handle;
    fails(SEALCORE_E_NULL, |error| sealcore_seal_load(null(), 0, place, error));
    fails(SEALCORE_E_NULL, |error| {
        sealcore_seal_load(b"x".as_ptr(), 1, null_mut(), error)
    });
    fails(SEALCORE_E_ASN1, |error| {
        sealcore_seal_load(b"x".as_ptr(), 1, place, error)
    });
    sealcore_seal_free(null_mut());
}

/// A source of the caller that misbehaves once `left` reads are done.
struct Reader {
    bytes: Vec<u8>,
    most: usize,
    left: AtomicUsize,
    then: Misbehaviour,
    dropped: AtomicUsize,
    asked_after: AtomicUsize,
    thread: std::thread::ThreadId,
}

#[derive(Clone, Copy)]
enum Misbehaviour {
    Returns(i32),
    ReadsNothing,
    ReadsTooMuch,
}

unsafe extern "C" fn read_at(user: *mut c_void, offset: u64, buffer: *mut u8, length: usize, read: *mut usize) -> i32 {
    // SAFETY: the test gives the reader, which lives longer than the document.
    let reader = unsafe { &*user.cast::<Reader>() };
    assert_eq!(reader.thread, std::thread::current().id());
    // SAFETY: the library gives a place.
    assert_eq!(unsafe { *read }, 0);
    assert!(length > 0);
    let at = usize::try_from(offset).unwrap();
    let count = length.min(reader.most);
    assert!(at + length <= reader.bytes.len(), "asked for more than there is");
    if reader.left.load(Ordering::Relaxed) == 0 {
        reader.asked_after.fetch_add(1, Ordering::Relaxed);
        match reader.then {
            Misbehaviour::Returns(answer) => return answer,
            Misbehaviour::ReadsNothing => return 1,
            Misbehaviour::ReadsTooMuch => {
                // SAFETY: as above.
                unsafe { *read = length + 1 };
                return 1;
            }
        }
    }
    reader.left.fetch_sub(1, Ordering::Relaxed);
    // SAFETY: the buffer has room for `length` bytes, of which there are as many.
    unsafe {
        std::ptr::copy_nonoverlapping(reader.bytes.as_ptr().add(at), buffer, count);
        *read = count;
    }
    1
}

unsafe extern "C" fn dropped(user: *mut c_void) {
    // SAFETY: as above.
    let reader = unsafe { &*user.cast::<Reader>() };
    reader.dropped.fetch_add(1, Ordering::Relaxed);
}

impl Reader {
    fn new(bytes: Vec<u8>, most: usize, then: Misbehaviour) -> Self {
        Self {
            bytes,
            most,
            left: AtomicUsize::new(usize::MAX),
            then,
            dropped: AtomicUsize::new(0),
            asked_after: AtomicUsize::new(0),
            thread: std::thread::current().id(),
        }
    }

    fn source(&self) -> sealcore_source {
        sealcore_source {
            struct_size: super::size::<sealcore_source>(),
            length: self.bytes.len() as u64,
            read_at: Some(read_at),
            drop: Some(dropped),
            user: (&raw const *self).cast_mut().cast(),
        }
    }
}

#[test]
fn callbacks_are_read_piece_by_piece() {
    let world = World::new();
    // Large enough that digests in memory are shared between threads.
    let mut files = crate::support::document_files(2);
    for number in 0..6 {
        files.push((format!("Doc_0/Res/{number}.bin"), vec![number; 3 << 20]));
    }
    let bytes = world.sealed(&crate::support::package(&files), Generation::V4);
    for most in [usize::MAX, 1000] {
        let reader = Reader::new(bytes.clone(), most, Misbehaviour::ReadsNothing);
        let source = reader.source();
        let mut document = null_mut();
        ok(|error| sealcore_document_open_source(&raw const source, null(), &raw mut document, error));
        let mut verifier = null_mut();
        ok(|error| sealcore_verifier_new(&raw mut verifier, error));
        for _ in 0..2 {
            let (mut verdict, mut report) = (0, null_mut());
            ok(|error| sealcore_verify(verifier, document, null(), &raw mut verdict, &raw mut report, error));
            assert_eq!(verdict, SEALCORE_VERDICT_INDETERMINATE);
            sealcore_report_free(report);
        }
        sealcore_verifier_free(verifier);
        assert_eq!(reader.dropped.load(Ordering::Relaxed), 0);
        sealcore_document_free(document);
        assert_eq!(reader.dropped.load(Ordering::Relaxed), 1);
    }
}

#[test]
fn callbacks_that_misbehave_end_the_call_and_no_more() {
    let world = World::new();
    let bytes = world.sealed(&document(2), Generation::V4);
    for (then, status) in [
        (Misbehaviour::Returns(0), SEALCORE_E_CALLBACK),
        (Misbehaviour::Returns(-1), SEALCORE_E_CALLBACK),
        (Misbehaviour::Returns(2), SEALCORE_E_CANCELLED),
        (Misbehaviour::ReadsNothing, SEALCORE_E_CALLBACK),
        (Misbehaviour::ReadsTooMuch, SEALCORE_E_CALLBACK),
    ] {
        // While it is opened.
        let reader = Reader::new(bytes.clone(), usize::MAX, then);
        reader.left.store(0, Ordering::Relaxed);
        let (source, mut document) = (reader.source(), null_mut());
        let place = &raw mut document;
        let told = fails(status, |error| {
            sealcore_document_open_source(&raw const source, null(), place, error)
        });
        assert!(told.contains("[read_at]"), "{told}");
        assert_eq!(
            reader.dropped.load(Ordering::Relaxed),
            2,
            "each of two calls dropped it"
        );
        assert_eq!(reader.asked_after.load(Ordering::Relaxed), 2, "it is not asked again");
        // At each read of a verification.
        let reader = Reader::new(bytes.clone(), usize::MAX, then);
        let source = reader.source();
        ok(|error| sealcore_document_open_source(&raw const source, null(), place, error));
        let mut verifier = null_mut();
        ok(|error| sealcore_verifier_new(&raw mut verifier, error));
        let verify = |error| {
            let (mut verdict, mut report) = (0, null_mut());
            // SAFETY: written by the call that opened it.
            let document = unsafe { *place };
            let status = sealcore_verify(verifier, document, null(), &raw mut verdict, &raw mut report, error);
            assert_eq!(status == SEALCORE_OK, verdict == SEALCORE_VERDICT_INDETERMINATE);
            sealcore_report_free(report);
            status
        };
        ok(verify);
        reader.left.store(usize::MAX, Ordering::Relaxed);
        ok(verify);
        let reads = usize::MAX - reader.left.load(Ordering::Relaxed);
        assert!(reads > 10);
        for good in 0..reads {
            reader.left.store(good, Ordering::Relaxed);
            reader.asked_after.store(0, Ordering::Relaxed);
            assert_eq!(verify(null_mut()), status, "after {good} reads");
            assert_eq!(reader.asked_after.load(Ordering::Relaxed), 1);
        }
        reader.left.store(usize::MAX, Ordering::Relaxed);
        ok(verify);
        sealcore_verifier_free(verifier);
        sealcore_document_free(document);
        assert_eq!(reader.dropped.load(Ordering::Relaxed), 1);
    }
}

#[test]
fn a_source_is_dropped_whatever_is_wrong() {
    let reader = Reader::new(
        b"nothing that is known".to_vec(),
        usize::MAX,
        Misbehaviour::ReadsNothing,
    );
    let drops = || reader.dropped.swap(0, Ordering::Relaxed);
    let mut document = null_mut();
    let place = &raw mut document;
    let open =
        |source: &sealcore_source, error| sealcore_document_open_source(&raw const *source, null(), place, error);
    fails(SEALCORE_E_FORMAT, |error| open(&reader.source(), error));
    assert_eq!(drops(), 2);
    let source = reader.source();
    fails(SEALCORE_E_NULL, |error| {
        sealcore_document_open_source(&raw const source, null(), null_mut(), error)
    });
    assert_eq!(drops(), 2);
    fails(SEALCORE_E_UTF8, |error| {
        sealcore_document_open_source(&raw const source, c"\xff".as_ptr(), place, error)
    });
    assert_eq!(drops(), 2);
    let mut none = reader.source();
    none.read_at = None;
    fails(SEALCORE_E_NULL, |error| open(&none, error));
    assert_eq!(drops(), 2);
    // A structure of which not even `drop` is known to be there.
    let mut short = reader.source();
    short.struct_size -= 1;
    fails(SEALCORE_E_ABI, |error| open(&short, error));
    assert_eq!(drops(), 0);
    let mut empty = reader.source();
    empty.length = 0;
    fails(SEALCORE_E_FORMAT, |error| open(&empty, error));
    assert_eq!(drops(), 2);
    // Far longer than what can be: nothing is set aside for it.
    let mut endless = Reader::new(b"PK\x05\x06".repeat(300), usize::MAX, Misbehaviour::Returns(0));
    endless.left = AtomicUsize::new(0);
    let mut source = endless.source();
    source.length = u64::MAX;
    source.read_at = Some(fails_at_once);
    fails(SEALCORE_E_CALLBACK, |error| open(&source, error));
}

unsafe extern "C" fn fails_at_once(_: *mut c_void, _: u64, _: *mut u8, _: usize, _: *mut usize) -> i32 {
    0
}
