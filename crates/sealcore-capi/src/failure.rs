//! Why a call failed, until it becomes the caller's `sealcore_error`.

use std::ops::{Deref, DerefMut};

use sealcore_core::error::Error;
use sealcore_core::lang::{Lang, Text};
use sealcore_core::text;

use crate::mark;
use crate::status::{
    self, SEALCORE_E_BUSY, SEALCORE_E_HANDLE, SEALCORE_E_NULL, SEALCORE_E_PANIC, SEALCORE_E_POISONED,
    SEALCORE_E_REENTRANT, SEALCORE_E_TYPE, sealcore_status,
};

/// The result of what a call does.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

/// A failure; on the heap, so that results stay small.
#[derive(Debug)]
pub(crate) struct Failure(Box<Inner>);

/// Everything that `sealcore_error` tells.
#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) status: sealcore_status,
    /// The stable name of the class, as in JSON.
    pub(crate) kind: &'static str,
    pub(crate) message: Text,
    pub(crate) part: Option<String>,
    pub(crate) position: Option<u64>,
    pub(crate) vendor_code: Option<u64>,
}

impl Failure {
    /// A failure of the ABI's own.
    pub(crate) fn new(status: sealcore_status, message: Text) -> Self {
        let kind = if status == SEALCORE_E_PANIC { "internal" } else { "api" };
        Self(Box::new(Inner {
            status,
            kind,
            message,
            part: None,
            position: None,
            vendor_code: None,
        }))
    }

    /// The argument of the call, or the callback, that it is about.
    pub(crate) fn about(mut self, part: impl Into<String>) -> Self {
        self.part.get_or_insert_with(|| part.into());
        self
    }

    pub(crate) fn null(argument: &str) -> Self {
        Self::new(SEALCORE_E_NULL, text!("the pointer is NULL", "指针为 NULL")).about(argument)
    }

    pub(crate) fn handle(status: sealcore_status, argument: &str) -> Self {
        let message = match status {
            SEALCORE_E_TYPE => text!("the handle is of another type", "句柄类型不符"),
            SEALCORE_E_BUSY => text!(
                "another thread uses the handle, and this call would change it",
                "句柄正被其他线程使用，不能修改"
            ),
            SEALCORE_E_REENTRANT => text!(
                "a callback uses a handle of the call that called it",
                "回调函数使用了正在调用它的那次调用的句柄"
            ),
            SEALCORE_E_POISONED => text!(
                "an earlier call on the handle ended in a defect; it can only be freed",
                "此前对该句柄的调用因内部缺陷中止，只能释放"
            ),
            _ => text!("the handle was freed, or never was one", "句柄已释放或无效"),
        };
        let status = if matches!(
            status,
            SEALCORE_E_TYPE | SEALCORE_E_BUSY | SEALCORE_E_REENTRANT | SEALCORE_E_POISONED
        ) {
            status
        } else {
            SEALCORE_E_HANDLE
        };
        Self::new(status, message).about(argument)
    }

    /// One line for the log.
    pub(crate) fn line(&self) -> String {
        let name = status::name(self.status).to_string_lossy();
        let part = self
            .part
            .as_deref()
            .map(|part| format!(", in {part}"))
            .unwrap_or_default();
        format!("{name}: {}{part}", self.message.get(Lang::En))
    }
}

impl Deref for Failure {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl DerefMut for Failure {
    fn deref_mut(&mut self) -> &mut Inner {
        &mut self.0
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(Box::new(Inner {
            status: mark::below(&error).unwrap_or_else(|| status::of(error.kind())),
            kind: error.kind().name(),
            message: error.text().clone(),
            part: error.part().map(str::to_owned),
            position: error.position(),
            vendor_code: error.vendor_code(),
        }))
    }
}
