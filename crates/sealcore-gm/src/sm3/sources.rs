//! Many streams that are read piece by piece, with bounded memory.

use std::io;
use std::ops::ControlFlow;

use super::DIGEST_LEN;
use super::compress::{BLOCK, compress};
use super::lanes::{self, AnyEngine, Blocks, Engine};
use super::padding::{self, Tail};
use super::rounds::INITIAL;

/// What bytes come from. Everything that is [`io::Read`] is one.
pub trait Source {
    /// Why there are no more bytes although it is not the end.
    type Error;

    /// Puts the next bytes at the start of `buffer` and returns how many; 0 at the end only.
    ///
    /// # Errors
    /// Whatever the source says; it is not read again after that.
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Self::Error>;
}

impl<R: io::Read> Source for R {
    type Error = io::Error;

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match io::Read::read(self, buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => return result,
            }
        }
    }
}

/// Takes sources from `sources` as lanes become free, reads them in pieces of `piece` bytes (rounded up to whole blocks of 64),
/// and hands each source back to `done` with its digest or its error, in the order in which they end.
///
/// `sources` is asked again whenever a lane is free, even after it had none: so it may hold sources back while others are under
/// way. The call ends when none is under way and there is no other, or when `done` breaks; then those under way are dropped.
///
/// At the most sixteen sources and as many buffers live at once. They may differ in length: one that ends or fails makes room
/// for the next and does not disturb the others.
///
/// ```
/// use std::ops::ControlFlow;
/// use sealcore_gm::sm3;
/// let mut total = 0;
/// sm3::digest_sources(&mut [&b"abc"[..], b"abc"].into_iter(), 4096, &mut |_, digest| {
///     total += usize::from(digest.is_ok_and(|digest| digest == sm3::digest(b"abc")));
///     ControlFlow::Continue(())
/// });
/// assert_eq!(total, 2);
/// ```
pub fn digest_sources<S: Source>(
    sources: &mut dyn Iterator<Item = S>,
    piece: usize,
    done: &mut dyn FnMut(S, Result<[u8; DIGEST_LEN], S::Error>) -> ControlFlow<()>,
) {
    digest_sources_on(AnyEngine::best(), sources, piece, done);
}

pub(super) fn digest_sources_on<S: Source>(
    engine: AnyEngine,
    sources: &mut dyn Iterator<Item = S>,
    piece: usize,
    done: &mut dyn FnMut(S, Result<[u8; DIGEST_LEN], S::Error>) -> ControlFlow<()>,
) {
    let work = Work {
        sources,
        piece: piece.div_ceil(BLOCK).max(1),
        done,
    };
    // Broken off or at the end: there is no more to do.
    let _: ControlFlow<()> = match engine {
        #[cfg(target_arch = "x86_64")]
        AnyEngine::Avx512(engine) => work.run(engine),
        #[cfg(target_arch = "x86_64")]
        AnyEngine::Avx2(engine) => work.run(engine),
        AnyEngine::Single => work.run(One),
    };
}

/// A single lane.
#[derive(Clone, Copy)]
struct One;

impl Engine<1> for One {
    fn compress(self, state: &mut [[u32; 1]; 8], streams: &[Blocks<'_>; 1]) {
        let [blocks] = streams;
        let mut words = lanes::take(state, 0);
        compress(&mut words, blocks);
        lanes::put(state, 0, &words);
    }
}

type Done<'w, S> = dyn FnMut(S, Result<[u8; DIGEST_LEN], <S as Source>::Error>) -> ControlFlow<()> + 'w;

struct Work<'w, S: Source> {
    sources: &'w mut dyn Iterator<Item = S>,
    /// Blocks of one buffer.
    piece: usize,
    done: &'w mut Done<'w, S>,
}

impl<S: Source> Work<'_, S> {
    fn run<const N: usize>(mut self, engine: impl Engine<N>) -> ControlFlow<()> {
        let mut states = [[0; N]; 8];
        let mut lanes: [Lane<S>; N] = std::array::from_fn(|_| Lane::default());
        loop {
            for (number, lane) in lanes.iter_mut().enumerate() {
                self.fill(&mut states, number, lane)?;
            }
            let shortest = lanes.iter().filter(|lane| lane.source.is_some()).map(Lane::ready);
            let Some(shortest) = shortest.min_by_key(|blocks| blocks.len()) else {
                return ControlFlow::Break(());
            };
            let count = shortest.len();
            let mut running = lanes.iter().enumerate().filter(|(_, lane)| lane.source.is_some());
            if let (Some((number, lane)), None) = (running.next(), running.next()) {
                let mut state = lanes::take(&states, number);
                compress(&mut state, lane.ready());
                lanes::put(&mut states, number, &state);
            } else {
                // Lanes without a source do again what another one does.
                let streams = lanes
                    .each_ref()
                    .map(|lane| if lane.source.is_some() { lane.ready() } else { shortest });
                engine.compress(&mut states, &streams);
            }
            for lane in &mut lanes {
                lane.next += count;
            }
        }
    }

    /// Sees to it that the lane has blocks, of its source or of the next one, as long as there are any.
    fn fill<const N: usize>(
        &mut self,
        states: &mut [[u32; N]; 8],
        number: usize,
        lane: &mut Lane<S>,
    ) -> ControlFlow<()> {
        loop {
            if lane.source.is_none() {
                let Some(source) = self.sources.next() else {
                    return ControlFlow::Continue(());
                };
                lane.start(source, self.piece);
                lanes::put(states, number, &INITIAL);
            }
            if !lane.ready().is_empty() {
                return ControlFlow::Continue(());
            }
            let result = if lane.ended {
                Ok(padding::output(&lanes::take(states, number)))
            } else if let Err(error) = lane.read(self.piece) {
                Err(error)
            } else {
                continue;
            };
            if let Some(source) = lane.source.take() {
                (self.done)(source, result)?;
            }
        }
    }
}

/// A source on its way, with its buffer; the buffer stays when the source goes.
struct Lane<S> {
    source: Option<S>,
    /// A piece, and room for the end of the message.
    buffer: Vec<[u8; BLOCK]>,
    /// Blocks that are done, and blocks that are there.
    next: usize,
    filled: usize,
    /// Bytes read in all.
    length: u64,
    /// Whether the end of the message is in the buffer.
    ended: bool,
}

impl<S> Default for Lane<S> {
    fn default() -> Self {
        Self {
            source: None,
            buffer: Vec::new(),
            next: 0,
            filled: 0,
            length: 0,
            ended: false,
        }
    }
}

impl<S: Source> Lane<S> {
    fn start(&mut self, source: S, piece: usize) {
        self.buffer.resize(piece + 1, [0; BLOCK]);
        self.source = Some(source);
        (self.next, self.filled, self.length, self.ended) = (0, 0, 0, false);
    }

    fn ready(&self) -> Blocks<'_> {
        self.buffer.get(self.next..self.filled).unwrap_or_default()
    }

    /// Reads a piece, or what there is until the end, which is then padded.
    fn read(&mut self, piece: usize) -> Result<(), S::Error> {
        let Some(source) = &mut self.source else { return Ok(()) };
        let bytes = self.buffer.as_flattened_mut();
        let bytes = bytes.get_mut(..piece * BLOCK).unwrap_or_default();
        let mut have = 0;
        while let Some(room) = bytes.get_mut(have..).filter(|room| !room.is_empty()) {
            let room_len = room.len();
            let count = source.read(room)?.min(room_len);
            if count == 0 {
                self.ended = true;
                break;
            }
            have += count;
            self.length += count as u64;
        }
        (self.next, self.filled) = (0, have / BLOCK);
        if self.ended {
            let rest = bytes.get(self.filled * BLOCK..have).unwrap_or_default();
            let tail = Tail::new(rest, self.length);
            for (slot, block) in self.buffer.iter_mut().skip(self.filled).zip(tail.blocks()) {
                *slot = *block;
                self.filled += 1;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Gives its bytes in pieces of `step`, and fails where it should.
    struct Fitful {
        index: usize,
        bytes: Vec<u8>,
        at: usize,
        step: usize,
        fails_at: Option<usize>,
    }

    impl Source for Fitful {
        type Error = usize;

        fn read(&mut self, buffer: &mut [u8]) -> Result<usize, usize> {
            if self.fails_at.is_some_and(|at| self.at >= at) {
                return Err(self.at);
            }
            let count = self.step.min(buffer.len()).min(self.bytes.len() - self.at);
            buffer[..count].copy_from_slice(&self.bytes[self.at..self.at + count]);
            self.at += count;
            Ok(count)
        }
    }

    proptest! {
        #[test]
        fn streams_are_messages(
            specs in proptest::collection::vec((0_usize..3000, 1_usize..500, proptest::option::weighted(0.1, 0_usize..3000)), 0..50),
            piece in 0_usize..1500,
        ) {
            for engine in AnyEngine::all() {
                let source = |(seed, (length, step, fails_at)): (usize, &(usize, usize, Option<usize>))| Fitful {
                    index: seed,
                    bytes: (0..*length).map(|at| (at * 31 + seed * 17 + (at >> 8)) as u8).collect(),
                    at: 0,
                    step: *step,
                    fails_at: *fails_at,
                };
                let mut results = vec![None; specs.len()];
                digest_sources_on(engine, &mut specs.iter().enumerate().map(source), piece, &mut |source, result| {
                    assert!(results[source.index].replace(result).is_none(), "told twice");
                    ControlFlow::Continue(())
                });
                for (index, result) in results.into_iter().enumerate() {
                    let source = source((index, &specs[index]));
                    let result = result.expect("told once");
                    match source.fails_at {
                        Some(at) if at <= source.bytes.len() => prop_assert!(result.is_err_and(|read| read >= at)),
                        _ => prop_assert_eq!(result, Ok(crate::sm3::digest(&source.bytes))),
                    }
                }
            }
        }
    }

    #[test]
    fn breaking_off_takes_no_more_sources() {
        let mut taken = 0;
        let mut told = 0;
        let mut sources = (0..1000).map(|_| {
            taken += 1;
            io::repeat(7).take(100)
        });
        use std::io::Read;
        digest_sources(&mut sources, 64, &mut |_, digest| {
            assert_eq!(digest.unwrap(), crate::sm3::digest(&[7; 100]));
            told += 1;
            if told == 5 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        assert_eq!(told, 5);
        assert!(taken <= 5 + lanes::LANES, "{taken}");
    }
}
