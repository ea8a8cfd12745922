//! What surrounds every call: outputs cleared first, arguments checked, panics caught, the failure handed out.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::ffi::{CStr, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use sealcore_core::lang::Lang;
use sealcore_core::text;

use crate::error::sealcore_error;
use crate::failure::{Failure, Outcome};
use crate::handle::{self, Opaque};
use crate::status::{
    SEALCORE_E_ARGUMENT, SEALCORE_E_BUFFER, SEALCORE_E_BUSY, SEALCORE_E_MEMORY, SEALCORE_E_PANIC, SEALCORE_E_POISONED,
    SEALCORE_E_REENTRANT, SEALCORE_E_UTF8, SEALCORE_OK, sealcore_status,
};
use crate::{log, self_test};

thread_local! {
    /// The newest call in progress on this thread. It has no destructor: calls come also while the thread ends, from the
    /// destructors of the host, and find the place as it was.
    static NEWEST: Cell<*const Frame> = const { Cell::new(ptr::null()) };
}

/// A call in progress: more than one is there when a callback calls back.
struct Frame {
    /// The call whose callback made this one.
    below: *const Frame,
    /// The handles that it uses.
    used: RefCell<Vec<usize>>,
}

impl Frame {
    fn new() -> Self {
        Self {
            below: NEWEST.get(),
            used: RefCell::default(),
        }
    }

    /// Whether a call uses the handle in whose callback this one is.
    fn is_used_below(&self, token: usize) -> bool {
        let mut next = self.below;
        while !next.is_null() {
            // SAFETY: frames are in the list from `Call::enter` to the end of the `Call`, which borrows its frame; those below
            // are of calls of this thread that have not returned.
            let frame = unsafe { &*next };
            if frame.used.borrow().contains(&token) {
                return true;
            }
            next = frame.below;
        }
        false
    }
}

/// Runs one call that works: without the self-test it gets neither handles nor places for results. It takes its callbacks over
/// and asks for all places before it looks at what they are, so that they are dropped and cleared all the same.
pub(crate) fn operation(error: *mut *mut sealcore_error, body: impl FnOnce(&mut Call) -> Outcome) -> sealcore_status {
    guarded(error, |call| {
        call.tested = true;
        body(call)
    })
}

/// As [`operation`], for a call without results and callbacks: what it is given is not looked at before the self-test.
pub(crate) fn change(error: *mut *mut sealcore_error, body: impl FnOnce(&mut Call) -> Outcome) -> sealcore_status {
    operation(error, |call| {
        call.ready()?;
        body(call)
    })
}

/// Runs one call that can fail.
pub(crate) fn guarded(error: *mut *mut sealcore_error, body: impl FnOnce(&mut Call) -> Outcome) -> sealcore_status {
    if !error.is_null() {
        // SAFETY: the caller gives NULL or a place for a pointer.
        unsafe { error.write(std::ptr::null_mut()) };
    }
    let frame = Frame::new();
    let mut call = Call::enter(&frame);
    let ended = catch_unwind(AssertUnwindSafe(|| body(&mut call)));
    let failure = match ended {
        Ok(Ok(())) => return SEALCORE_OK,
        Ok(Err(failure)) => failure,
        Err(payload) => call.panicked(&*payload),
    };
    drop(call);
    let status = failure.status;
    // What tells of a failure must not fail the caller in a second way.
    let told = catch_unwind(AssertUnwindSafe(|| {
        log::failed(&failure);
        if error.is_null() {
            return;
        }
        if let Some(token) = handle::insert::<sealcore_error>(failure.into()) {
            // SAFETY: not NULL, see above.
            unsafe { error.write(std::ptr::without_provenance_mut(token)) };
        }
    }));
    if told.is_err() { SEALCORE_E_PANIC } else { status }
}

/// Runs an accessor, which has no status: what is wrong becomes `otherwise`.
pub(crate) fn accessor<R>(otherwise: R, body: impl FnOnce(&mut Call) -> Outcome<R>) -> R {
    let frame = Frame::new();
    let mut call = Call::enter(&frame);
    match catch_unwind(AssertUnwindSafe(|| body(&mut call))) {
        Ok(Ok(value)) => value,
        Ok(Err(failure)) => {
            drop(call);
            log::misused(&failure);
            otherwise
        }
        Err(payload) => {
            let failure = call.panicked(&*payload);
            drop(call);
            log::failed(&failure);
            otherwise
        }
    }
}

/// Frees a handle; NULL is fine.
pub(crate) fn free<T: Opaque>(pointer: *mut T) {
    if pointer.is_null() {
        return;
    }
    let token = pointer.addr();
    let ended = catch_unwind(AssertUnwindSafe(|| handle::remove::<T>(token)));
    let failure = match ended {
        Ok(Ok(())) => return,
        Ok(Err(status)) => Failure::handle(status, "free"),
        Err(_) => Failure::new(SEALCORE_E_PANIC, text!("freeing panicked", "释放句柄时发生内部缺陷")),
    };
    let _ = catch_unwind(AssertUnwindSafe(|| log::misused(&failure)));
}

/// One call in progress, and the handles that it uses.
pub(crate) struct Call<'f> {
    frame: &'f Frame,
    /// Whether it may go on after the self-test alone.
    tested: bool,
}

/// Where a handle goes.
pub(crate) struct Out<T> {
    place: *mut *mut T,
}

impl<'f> Call<'f> {
    fn enter(frame: &'f Frame) -> Self {
        NEWEST.set(frame);
        Self { frame, tested: false }
    }

    /// The place of a result, cleared.
    pub(crate) fn out<T: Opaque>(&mut self, place: *mut *mut T, argument: &str) -> Outcome<Out<T>> {
        if place.is_null() {
            return Err(Failure::null(argument));
        }
        // SAFETY: not NULL, and the caller gives a place for a pointer.
        unsafe { place.write(std::ptr::null_mut()) };
        self.ready()?;
        Ok(Out { place })
    }

    /// The place of a number, set to 0.
    pub(crate) fn out_number<T: Default + Copy>(&mut self, place: *mut T, argument: &str) -> Outcome<OutNumber<T>> {
        if place.is_null() {
            return Err(Failure::null(argument));
        }
        // SAFETY: not NULL, and the caller gives a place for a number.
        unsafe { place.write(T::default()) };
        self.ready()?;
        Ok(OutNumber { place })
    }

    /// The object of a handle, shared with other calls.
    pub(crate) fn shared<T: Opaque>(&mut self, pointer: *const T, argument: &str) -> Outcome<Arc<T::Object>> {
        let entry = self.entry(pointer, argument)?;
        object_of::<T>(&entry, argument)
    }

    /// As [`Self::shared`], also for a callback of the call that uses the handle.
    pub(crate) fn shared_within<T: Opaque>(&mut self, pointer: *const T, argument: &str) -> Outcome<Arc<T::Object>> {
        let entry = self.live(pointer, argument)?;
        object_of::<T>(&entry, argument)
    }

    /// As [`Self::shared`], where NULL stands for none.
    pub(crate) fn shared_or_none<T: Opaque>(
        &mut self,
        pointer: *const T,
        argument: &str,
    ) -> Outcome<Option<Arc<T::Object>>> {
        if pointer.is_null() {
            return Ok(None);
        }
        self.shared(pointer, argument).map(Some)
    }

    /// Changes the object of a handle, which no other call may use meanwhile. `change` must not call the caller back.
    pub(crate) fn exclusive<T: Opaque, R>(
        &mut self,
        pointer: *mut T,
        argument: &str,
        change: impl FnOnce(&mut T::Object) -> Outcome<R>,
    ) -> Outcome<R> {
        let entry = self.entry(pointer.cast_const(), argument)?;
        let mut object = entry.object.lock().unwrap_or_else(PoisonError::into_inner);
        let object = Arc::get_mut(&mut object).ok_or_else(|| Failure::handle(SEALCORE_E_BUSY, argument))?;
        let object = object
            .downcast_mut::<T::Object>()
            .ok_or_else(|| Failure::handle(crate::status::SEALCORE_E_TYPE, argument))?;
        change(object)
    }

    fn entry<T: Opaque>(&mut self, pointer: *const T, argument: &str) -> Outcome<Arc<handle::Entry>> {
        let entry = self.live(pointer, argument)?;
        let token = pointer.addr();
        if self.frame.is_used_below(token) {
            return Err(Failure::handle(SEALCORE_E_REENTRANT, argument));
        }
        self.frame.used.borrow_mut().push(token);
        Ok(entry)
    }

    pub(crate) fn ready(&self) -> Outcome {
        if self.tested { self_test::passed() } else { Ok(()) }
    }

    fn live<T: Opaque>(&self, pointer: *const T, argument: &str) -> Outcome<Arc<handle::Entry>> {
        self.ready()?;
        if pointer.is_null() {
            return Err(Failure::null(argument));
        }
        let token = pointer.addr();
        let entry = handle::find::<T>(token).map_err(|status| Failure::handle(status, argument))?;
        if entry.poisoned.load(Ordering::Relaxed) {
            return Err(Failure::handle(SEALCORE_E_POISONED, argument));
        }
        Ok(entry)
    }

    fn panicked(&self, payload: &(dyn Any + Send)) -> Failure {
        self.frame.used.borrow().iter().for_each(|token| handle::poison(*token));
        let said = payload.downcast_ref::<&str>().copied();
        let said = said
            .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("?");
        Failure::new(
            SEALCORE_E_PANIC,
            text!("a defect of the library: {said}", "库内部缺陷：{said}"),
        )
    }
}

fn object_of<T: Opaque>(entry: &handle::Entry, argument: &str) -> Outcome<Arc<T::Object>> {
    let object = Arc::clone(&entry.object.lock().unwrap_or_else(PoisonError::into_inner));
    object
        .downcast::<T::Object>()
        .map_err(|_| Failure::handle(crate::status::SEALCORE_E_TYPE, argument))
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        NEWEST.set(self.frame.below);
    }
}

impl<T: Opaque> Out<T> {
    /// Hands the object out.
    pub(crate) fn put(self, object: T::Object) -> Outcome {
        let token = handle::insert::<T>(object).ok_or_else(|| {
            Failure::new(
                SEALCORE_E_MEMORY,
                text!("there are too many live handles", "存活的句柄过多"),
            )
        })?;
        // SAFETY: checked when it was made.
        unsafe { self.place.write(std::ptr::without_provenance_mut(token)) };
        Ok(())
    }
}

/// Where a number goes.
pub(crate) struct OutNumber<T> {
    place: *mut T,
}

impl<T> OutNumber<T> {
    pub(crate) fn put(self, value: T) {
        // SAFETY: checked when it was made.
        unsafe { self.place.write(value) };
    }
}

/// A string of the caller, or none for NULL. The lifetime is that of the call, which the caller's contract covers.
pub(crate) fn text_or_none<'a>(string: *const c_char, argument: &str) -> Outcome<Option<&'a str>> {
    if string.is_null() {
        return Ok(None);
    }
    // SAFETY: not NULL, and the caller gives a string that ends in NUL and stays as it is during the call.
    let string = unsafe { CStr::from_ptr(string) };
    let string = string.to_str().map_err(|error| {
        let mut failure = Failure::new(SEALCORE_E_UTF8, text!("the string is not UTF-8", "字符串不是 UTF-8"));
        failure.position = u64::try_from(error.valid_up_to()).ok();
        failure.about(argument)
    });
    string.map(Some)
}

/// A string of the caller.
pub(crate) fn string<'a>(pointer: *const c_char, argument: &str) -> Outcome<&'a str> {
    text_or_none(pointer, argument)?.ok_or_else(|| Failure::null(argument))
}

/// Bytes of the caller; `(NULL, 0)` is no bytes.
pub(crate) fn bytes<'a>(pointer: *const u8, length: usize, argument: &str) -> Outcome<&'a [u8]> {
    if length == 0 {
        return Ok(&[]);
    }
    if pointer.is_null() {
        return Err(Failure::null(argument));
    }
    if isize::try_from(length).is_err() {
        return Err(bad(
            argument,
            text!("{length} bytes are no length", "长度 {length} 无效"),
        ));
    }
    // SAFETY: not NULL, of a length that a slice may have; the caller gives so many bytes and leaves them alone during the call.
    Ok(unsafe { std::slice::from_raw_parts(pointer, length) })
}

/// Bytes of the caller that must be there: none is refused.
pub(crate) fn some_bytes<'a>(pointer: *const u8, length: usize, argument: &str) -> Outcome<&'a [u8]> {
    if pointer.is_null() {
        return Err(Failure::null(argument));
    }
    bytes(pointer, length, argument)
}

/// The language that a number stands for.
pub(crate) fn lang(number: i32) -> Outcome<Lang> {
    match number {
        crate::text::SEALCORE_LANG_EN => Ok(Lang::En),
        crate::text::SEALCORE_LANG_ZH => Ok(Lang::Zh),
        _ => Err(bad("lang", text!("{number} is no language", "{number} 不是有效的语言"))),
    }
}

/// A buffer of the caller for a short result.
pub(crate) struct ShortOut {
    bytes: *mut u8,
    room: usize,
    length: *mut usize,
}

impl ShortOut {
    /// The length must be there, and is taken and set to 0; the bytes may be NULL where it is 0.
    pub(crate) fn new(bytes: *mut u8, length: *mut usize, argument: &str) -> Outcome<Self> {
        if length.is_null() {
            return Err(Failure::null(&format!("{argument} length")));
        }
        // SAFETY: not NULL, and the caller gives a place for a length.
        let room = unsafe { length.replace(0) };
        Ok(Self { bytes, room, length })
    }

    /// Whether `needed` bytes fit; if not, says how many are needed.
    pub(crate) fn check(&self, needed: usize, argument: &str) -> Outcome {
        if self.room >= needed && !self.bytes.is_null() {
            return Ok(());
        }
        // SAFETY: checked when it was made.
        unsafe { self.length.write(needed) };
        if self.room >= needed {
            return Err(Failure::null(argument));
        }
        let message = text!("{needed} bytes are needed", "需要 {needed} 字节");
        Err(Failure::new(SEALCORE_E_BUFFER, message).about(argument))
    }

    /// Writes the result.
    pub(crate) fn put(self, value: &[u8], argument: &str) -> Outcome {
        self.check(value.len(), argument)?;
        // SAFETY: the buffer is as long as the caller says, which was compared.
        unsafe {
            std::ptr::copy_nonoverlapping(value.as_ptr(), self.bytes, value.len());
            self.length.write(value.len());
        }
        Ok(())
    }
}

/// An argument that cannot be.
pub(crate) fn bad(argument: &str, message: sealcore_core::lang::Text) -> Failure {
    Failure::new(SEALCORE_E_ARGUMENT, message).about(argument)
}
