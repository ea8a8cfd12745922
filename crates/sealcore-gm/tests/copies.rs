//! A private key that is dropped is nowhere left in the memory of the process. Alone in its file: other tests would write there.
//! A build without optimisation moves values more often than the code says, so only a release build is held to it.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::fs::{File, read_to_string};
use std::hint::black_box;
use std::io::{Read as _, Seek as _, SeekFrom};

use sealcore_gm::sm2::SigningKey;
use zeroize::Zeroizing;

const PAGE: usize = 4096;
/// What is looked for is kept under a mask, so that it does not find itself.
const MASK: u8 = 0x5a;

#[test]
#[cfg_attr(debug_assertions, ignore = "holds for builds with optimisation")]
fn a_key_leaves_no_copy() {
    for work in [read, signed, written] {
        let masked = with_key(work);
        let mut reversed = masked;
        reversed.reverse();
        assert_eq!([places(&masked), places(&reversed)].concat(), Vec::<String>::new());
    }
    // It would be found.
    let (kept, masked) = drawn();
    assert_ne!(places(&masked), Vec::<String>::new());
    drop(kept);
}

fn read(scalar: &[u8; 32]) {
    black_box(SigningKey::from_bytes(scalar).unwrap());
}

fn signed(scalar: &[u8; 32]) {
    black_box(SigningKey::from_bytes(scalar).unwrap().sign_digest(&[1; 32]));
}

fn written(scalar: &[u8; 32]) {
    black_box(SigningKey::from_bytes(scalar).unwrap().to_bytes());
}

#[inline(never)]
fn with_key(work: fn(&[u8; 32])) -> [u8; 32] {
    let (scalar, masked) = drawn();
    // Deep in the stack, where the search itself does not write over what was left.
    let mut depth = [0_u8; 64 << 10];
    black_box(&mut depth);
    work(&scalar);
    black_box(&mut depth);
    masked
}

/// A scalar in its place on the heap, and the same under the mask.
fn drawn() -> (Box<Zeroizing<[u8; 32]>>, [u8; 32]) {
    let mut scalar = Box::new(Zeroizing::new([0; 32]));
    File::open("/dev/urandom").unwrap().read_exact(&mut scalar[..]).unwrap();
    scalar[0] &= 0x3f;
    let mut masked = [0; 32];
    masked
        .iter_mut()
        .zip(scalar.iter())
        .for_each(|(to, from)| *to = from ^ MASK);
    (scalar, masked)
}

/// Where it is in memory that is written to.
fn places(masked: &[u8; 32]) -> Vec<String> {
    let mut memory = File::open("/proc/self/mem").unwrap();
    let mut piece = vec![0; PAGE + masked.len()];
    let own = piece.as_ptr().addr()..piece.as_ptr().addr() + piece.len();
    let mut found = Vec::new();
    for line in read_to_string("/proc/self/maps").unwrap().lines() {
        let (range, rest) = line.split_once(' ').unwrap();
        let (start, end) = range.split_once('-').unwrap();
        let [start, end] = [start, end].map(|address| usize::from_str_radix(address, 16).unwrap());
        for at in (start..end).step_by(PAGE).take_while(|_| rest.starts_with("rw")) {
            let length = (end - at).min(piece.len());
            if memory.seek(SeekFrom::Start(at as u64)).is_err() || memory.read_exact(&mut piece[..length]).is_err() {
                break;
            }
            let hits = piece[..length]
                .windows(masked.len())
                .enumerate()
                .filter(|(offset, window)| {
                    !own.contains(&(at + offset))
                        && window.iter().zip(masked).all(|(byte, masked)| *byte == masked ^ MASK)
                });
            found.extend(hits.map(|(offset, _)| format!("{:x}: {line}", at + offset)));
        }
    }
    piece.fill(0);
    found
}
