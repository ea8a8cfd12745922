//! Streams, threads, bounds.

use crate::*;

/// Counts what is read from it.
struct Counting {
    inner: Cursor<Vec<u8>>,
    reads: Arc<AtomicUsize>,
}

impl Read for Counting {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.inner.read(buffer)
    }
}

impl Seek for Counting {
    fn seek(&mut self, position: SeekFrom) -> std::io::Result<u64> {
        self.inner.seek(position)
    }
}

#[test]
fn a_stream_is_opened_with_few_reads_and_read_by_threads() {
    let mut writer = ArchiveWriter::new(Vec::new());
    let content = |number: usize| format!("page {number} ").repeat(number).into_bytes();
    for number in 0..500 {
        let name = path(&format!("Doc_0/Pages/Page_{number}/Content.xml"));
        writer
            .add(&name, &content(number), Method::Deflated, DosTime::EARLIEST)
            .unwrap();
    }
    let bytes = writer.finish().unwrap();
    let reads = Arc::new(AtomicUsize::new(0));
    let stream = Counting {
        inner: Cursor::new(bytes),
        reads: Arc::clone(&reads),
    };
    let archive = Archive::open(Source::from_stream(stream).unwrap(), &Limits::default()).unwrap();
    assert!(reads.load(Ordering::Relaxed) < 50, "{reads:?} reads");
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let archive = &archive;
            scope.spawn(move || {
                for number in (thread..500).step_by(4) {
                    assert_eq!(archive.read(number, u64::MAX).unwrap(), content(number));
                }
            });
        }
    });
}

#[test]
fn memory_stays_bounded_while_a_long_entry_streams() {
    let content: Vec<u8> = (0..3_000_000_u32)
        .flat_map(|number| (number ^ number << 7).to_le_bytes())
        .collect();
    for method in [Method::Stored, Method::Deflated] {
        let bytes = written(&[("long", &content, method)]);
        let stream = Source::from_stream(Cursor::new(&bytes)).unwrap();
        for archive in [open(&bytes), Archive::open(stream, &Limits::default()).unwrap()] {
            let (mut longest, mut at) = (0, 0);
            archive
                .stream(0, &mut |piece| {
                    assert_eq!(piece, &content[at..at + piece.len()]);
                    longest = longest.max(piece.len());
                    at += piece.len();
                    Ok(())
                })
                .unwrap();
            assert_eq!(at, content.len());
            assert!(longest <= 64 << 10, "{longest}");
        }
    }
}

#[test]
fn sources_keep_to_their_bounds() {
    let bytes: Arc<[u8]> = Arc::from(&b"0123456789"[..]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("digits");
    std::fs::write(&path, &bytes).unwrap();
    let sources = [
        Source::from(Arc::clone(&bytes)),
        Source::from(bytes.to_vec()),
        Source::from(&*bytes),
        Source::from_stream(Cursor::new(&*bytes)).unwrap(),
        Source::from_path(&path).unwrap(),
    ];
    let shared: Vec<_> = sources.iter().map(|source| source.share().is_some()).collect();
    assert_eq!(shared, [true, false, true, false, true]);
    let again: Vec<_> = sources.iter().filter_map(Source::share).collect();
    for source in sources.into_iter().chain(again) {
        let mut buffer = [0; 4];
        source.read_at(6, &mut buffer).unwrap();
        assert_eq!((&buffer, source.len()), (b"6789", 10));
        for offset in [7, 10, 11, u64::MAX] {
            assert_eq!(
                source.read_at(offset, &mut buffer).unwrap_err().kind(),
                ErrorKind::Container
            );
        }
    }
}
