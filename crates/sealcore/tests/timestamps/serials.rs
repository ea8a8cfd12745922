//! Serial numbers over threads, restarts and crashes.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use sealcore::error::{Error, ErrorKind, Result};
use sealcore::text;
use sealcore::timestamp::{CountedSerials, RandomSerials, Serial, SerialFile, SerialSource, SerialStore};

use crate::world::rng;

/// What a disk has after a crash: what was saved, and nothing else.
#[derive(Clone, Default)]
struct Disk(Arc<Mutex<(u64, u32)>>);

impl SerialStore for Disk {
    fn load(&mut self) -> Result<u64> {
        Ok(self.0.lock().unwrap().0)
    }

    fn save(&mut self, next: u64) -> Result<()> {
        let mut disk = self.0.lock().unwrap();
        if disk.1 == 0 {
            return Err(Error::new(ErrorKind::Io, text!("the disk is full", "磁盘已满")));
        }
        disk.1 -= 1;
        assert!(next > disk.0);
        disk.0 = next;
        Ok(())
    }
}

fn on_threads(source: &dyn SerialSource, each: usize) -> Vec<Serial> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| (0..each).map(|_| source.next().unwrap()).collect::<Vec<_>>()))
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn never_twice_over_threads_and_crashes() {
    let disk = Disk::default();
    disk.0.lock().unwrap().1 = u32::MAX;
    let mut seen = HashSet::new();
    for crash in 0..10 {
        // Dropped without a word, as a process that is killed.
        let source = CountedSerials::new(disk.clone(), 1 + crash * 37).unwrap();
        for serial in on_threads(&source, 200) {
            assert!(seen.insert(serial), "{serial} again");
        }
    }
    assert_eq!(seen.len(), 10 * 8 * 200);
}

#[test]
fn nothing_is_given_that_is_not_reserved() {
    let disk = Disk::default();
    disk.0.lock().unwrap().1 = 2;
    let source = CountedSerials::new(disk.clone(), 3).unwrap();
    for _ in 0..6 {
        source.next().unwrap();
    }
    assert_eq!(source.next().unwrap_err().kind(), ErrorKind::Io);
    disk.0.lock().unwrap().1 = 1;
    assert_eq!(source.next().unwrap().content(), [7], "goes on when the disk does");
    assert!(CountedSerials::new(disk, 0).is_err());
    let last = Disk(Arc::new(Mutex::new(((1 << 63) - 3, 9))));
    let source = CountedSerials::new(last, 2).unwrap();
    assert!(source.next().is_ok() && source.next().is_ok());
    assert_eq!(source.next().unwrap_err().kind(), ErrorKind::Refused);
}

#[test]
fn a_file_remembers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("serial");
    assert_eq!(SerialFile::open(&path).unwrap_err().kind(), ErrorKind::Io, "never made");
    drop(SerialFile::create(&path).unwrap());
    assert_eq!(
        SerialFile::create(&path).unwrap_err().kind(),
        ErrorKind::Io,
        "made before"
    );
    let mut last = Vec::new();
    for run in 0..5_u8 {
        let source = CountedSerials::open(&path, 10).unwrap();
        let error = CountedSerials::open(&path, 10).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused, "one process at a time: {error}");
        let serial = source.next().unwrap();
        assert_eq!(serial.content(), [run * 10 + 1], "the rest of the block is skipped");
        assert!(serial.content() > &last[..]);
        last = serial.content().to_vec();
    }
    for broken in ["", "12", "-1\n", "x\n", "99999999999999999999\n"] {
        std::fs::write(&path, broken).unwrap();
        assert_eq!(
            SerialFile::open(&path).unwrap_err().kind(),
            ErrorKind::Format,
            "{broken:?}"
        );
    }
}

#[test]
fn random_prefixes_count() {
    let source = RandomSerials::new(&mut rng());
    let serials = on_threads(&source, 500);
    let distinct: HashSet<_> = serials.iter().copied().collect();
    assert_eq!(distinct.len(), 4000);
    assert!(serials.iter().all(|serial| serial.content().len() == 20));
    let other = RandomSerials::new(&mut rng());
    assert!(!distinct.contains(&other.next().unwrap()));
}

#[test]
fn numbers_as_der_has_them() {
    for (octets, content) in [
        (&[1][..], &[1][..]),
        (&[0, 0, 0x80], &[0, 0x80]),
        (&[0x7f; 20], &[0x7f; 20]),
    ] {
        assert_eq!(Serial::from_octets(octets).unwrap().content(), content);
    }
    for none in [&[][..], &[0, 0], &[0x80; 20], &[1; 21]] {
        assert_eq!(Serial::from_octets(none), None);
    }
    assert_eq!(Serial::from_counter(0), None);
    assert_eq!(Serial::from_counter(u64::MAX).unwrap().content().len(), 9);
}
