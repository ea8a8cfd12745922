//! `sealcore_source` and where else the bytes of a document are. Each operation reads through a source of its own, so that
//! what a callback of one says does not end another.

use std::ffi::c_void;
use std::io::{Error as IoError, Read, Result as IoResult, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

use sealcore_core::source::Source;
use sealcore_core::text;

use crate::callback::{self, Callbacks, SEALCORE_CALLBACK_CANCEL, SEALCORE_CALLBACK_OK, User};
use crate::failure::{Failure, Outcome};
use crate::status::{SEALCORE_E_CALLBACK, SEALCORE_E_CANCELLED};

/// Reads a document that the caller keeps: a file of his own, a database, an object store.
#[allow(non_camel_case_types)]
#[derive(Clone, Copy)]
#[repr(C)]
pub struct sealcore_source {
    /// Size of this structure in bytes.
    pub struct_size: u32,
    /// Length of the document in bytes. It must not change, nor the bytes.
    pub length: u64,
    /// Reads `length` bytes from `offset` on into `buffer` and says in `*read`, which starts at 0, how many it read. Fewer are
    /// asked for again; 0 with SEALCORE_CALLBACK_OK is the end, which is an error, since no more is asked for than there is.
    /// Called on the thread of the call that uses the document: where several threads use one document, by all of them, also
    /// at once.
    pub read_at: Option<
        unsafe extern "C" fn(user: *mut c_void, offset: u64, buffer: *mut u8, length: usize, read: *mut usize) -> i32,
    >,
    /// Frees `user`; may be NULL. Called once: when the document is freed and no call uses it any more, or when opening fails.
    pub drop: Option<unsafe extern "C" fn(user: *mut c_void)>,
    /// Handed to the callbacks.
    pub user: *mut c_void,
}

// SAFETY: repr(C), the size is first, zero bytes are NULL functions and pointers.
unsafe impl Callbacks for sealcore_source {
    const MIN_SIZE: usize = size_of::<Self>();
}

/// Where the bytes of a document are, for as long as its handle lives.
pub(crate) enum Origin {
    /// In memory or in a file.
    Here(Source<'static>),
    /// With the caller.
    Caller(Arc<Caller>),
}

/// What a callback of one operation said, when it was not that all is well.
#[derive(Clone, Default)]
pub(crate) struct Fault(Arc<Mutex<Option<Failure>>>);

/// The caller's source.
pub(crate) struct Caller {
    length: u64,
    read_at: unsafe extern "C" fn(*mut c_void, u64, *mut u8, usize, *mut usize) -> i32,
    user: User,
}

impl Origin {
    /// Takes the caller's source over.
    pub(crate) fn caller(source: *const sealcore_source) -> Outcome<Self> {
        let source = callback::copy(source, "source")?;
        let user = User::new(source.user, source.drop);
        let read_at = source.read_at.ok_or_else(|| Failure::null("read_at"))?;
        Ok(Self::Caller(Arc::new(Caller {
            length: source.length,
            read_at,
            user,
        })))
    }

    /// The bytes for one operation.
    pub(crate) fn source(&self, fault: &Fault) -> Outcome<Source<'static>> {
        match self {
            Self::Here(source) => source.share().ok_or_else(|| {
                Failure::new(
                    SEALCORE_E_CALLBACK,
                    text!("the source cannot be shared", "来源不可共享"),
                )
            }),
            Self::Caller(caller) => Ok(Source::from_stream(Cursor {
                caller: Arc::clone(caller),
                fault: fault.clone(),
                at: 0,
            })?
            .on_one_thread()),
        }
    }
}

impl Fault {
    /// The result of an operation, unless a callback said otherwise: what the operation made of it is of no use then.
    pub(crate) fn outweighs<R>(&self, result: Outcome<R>) -> Outcome<R> {
        match self.slot().take() {
            Some(failure) => Err(failure),
            None => result,
        }
    }

    fn is_there(&self) -> bool {
        self.slot().is_some()
    }

    fn put(&self, failure: Failure) {
        *self.slot() = Some(failure);
    }

    fn slot(&self) -> std::sync::MutexGuard<'_, Option<Failure>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A position in the caller's source.
struct Cursor {
    caller: Arc<Caller>,
    fault: Fault,
    at: u64,
}

impl Read for Cursor {
    fn read(&mut self, buffer: &mut [u8]) -> IoResult<usize> {
        let left = usize::try_from(self.caller.length.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let wanted = buffer.len().min(left);
        let Some(buffer) = buffer.get_mut(..wanted).filter(|buffer| !buffer.is_empty()) else {
            return Ok(0);
        };
        // Who failed or cancelled is not asked again by the same operation.
        if self.fault.is_there() {
            return Err(IoError::other("an earlier read failed"));
        }
        let mut count = 0;
        // SAFETY: the caller's function, with the caller's pointer and a buffer as long as it is told.
        let answer = unsafe {
            (self.caller.read_at)(
                self.caller.user.pointer(),
                self.at,
                buffer.as_mut_ptr(),
                wanted,
                &raw mut count,
            )
        };
        let failure = match answer {
            SEALCORE_CALLBACK_OK if count > wanted => text!(
                "the callback says that it read {count} bytes where {wanted} were asked for",
                "回调函数称读取了 {count} 字节，但只请求了 {wanted} 字节"
            ),
            SEALCORE_CALLBACK_OK if count == 0 => text!(
                "the callback read nothing, {wanted} bytes before the end or more",
                "回调函数未读到数据，距末尾至少还有 {wanted} 字节"
            ),
            SEALCORE_CALLBACK_OK => {
                self.at += count as u64;
                return Ok(count);
            }
            SEALCORE_CALLBACK_CANCEL => text!("the callback cancelled", "回调函数已取消"),
            other => text!("the callback failed: it returned {other}", "回调函数失败：返回 {other}"),
        };
        let status = if answer == SEALCORE_CALLBACK_CANCEL {
            SEALCORE_E_CANCELLED
        } else {
            SEALCORE_E_CALLBACK
        };
        let mut failure = Failure::new(status, failure).about("read_at");
        failure.position = Some(self.at);
        self.fault.put(failure);
        Err(IoError::other("the callback failed"))
    }
}

impl Seek for Cursor {
    fn seek(&mut self, to: SeekFrom) -> IoResult<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.caller.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(std::io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}
