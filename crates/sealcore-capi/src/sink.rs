//! `sealcore_sink`: where the caller takes what is written.

use std::ffi::c_void;
use std::io::{self, BufWriter, Write};

use crate::callback::{self, Callbacks, SEALCORE_CALLBACK_CANCEL, SEALCORE_CALLBACK_OK, User};
use crate::failure::{Failure, Outcome};
use crate::mark::Marked;
use crate::status::{SEALCORE_E_CALLBACK, SEALCORE_E_CANCELLED};

/// What is handed to the callback at once, at most, where it is made in small pieces.
const PIECE: usize = 1 << 16;

/// Takes a document as it is made, piece by piece. A call that fails may have written a beginning, which is nothing to keep.
#[allow(non_camel_case_types)]
#[derive(Clone, Copy)]
#[repr(C)]
pub struct sealcore_sink {
    /// Size of this structure in bytes.
    pub struct_size: u32,
    /// Takes all of `bytes`, which live until it returns. `SEALCORE_CALLBACK_CANCEL` ends the call in
    /// `SEALCORE_E_CANCELLED`, anything but `SEALCORE_CALLBACK_OK` in `SEALCORE_E_CALLBACK`; it is not called again then.
    pub write: Option<unsafe extern "C" fn(user: *mut c_void, bytes: *const u8, length: usize) -> i32>,
    /// Frees `user` when the call ends, however it ends; may be NULL.
    pub drop: Option<unsafe extern "C" fn(user: *mut c_void)>,
    /// Handed to the callbacks.
    pub user: *mut c_void,
}

// SAFETY: repr(C), the size is first, zero bytes are NULL functions and pointers.
unsafe impl Callbacks for sealcore_sink {
    const MIN_SIZE: usize = size_of::<Self>();
}

/// The caller's sink, taken over: it is dropped with this.
pub(crate) struct Sink {
    write: Option<unsafe extern "C" fn(*mut c_void, *const u8, usize) -> i32>,
    user: User,
}

impl Sink {
    /// Takes it over.
    pub(crate) fn take(pointer: *const sealcore_sink) -> Outcome<Self> {
        let sink = callback::copy(pointer, "sink")?;
        Ok(Self {
            write: sink.write,
            user: User::new(sink.user, sink.drop),
        })
    }

    /// A writer to it, which gathers small pieces.
    pub(crate) fn writer(&self) -> Outcome<BufWriter<SinkWriter<'_>>> {
        let write = self.write.ok_or_else(|| Failure::null("sink.write"))?;
        Ok(BufWriter::with_capacity(
            PIECE,
            SinkWriter {
                write,
                user: &self.user,
                failed: None,
            },
        ))
    }
}

/// Hands bytes to the callback.
pub(crate) struct SinkWriter<'s> {
    write: unsafe extern "C" fn(*mut c_void, *const u8, usize) -> i32,
    user: &'s User,
    failed: Option<Marked>,
}

impl Write for SinkWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        if self.failed.is_none() {
            // SAFETY: the caller's function with the caller's pointer, and bytes that live until it returns.
            let returned = unsafe { (self.write)(self.user.pointer(), bytes.as_ptr(), bytes.len()) };
            self.failed = match returned {
                SEALCORE_CALLBACK_OK => return Ok(bytes.len()),
                SEALCORE_CALLBACK_CANCEL => Some(Marked(SEALCORE_E_CANCELLED)),
                _ => Some(Marked(SEALCORE_E_CALLBACK)),
            };
        }
        // What is gathered is written once more when the gathering writer is dropped: the caller must not hear of it.
        Err(io::Error::other(self.failed.unwrap_or(Marked(SEALCORE_E_CALLBACK))))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
