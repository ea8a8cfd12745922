"""Progress of long work, and cancelling it."""

from __future__ import annotations

from ctypes import byref
from typing import Callable, Optional

from . import _callbacks
from ._call import Handle, call, handle

__all__ = ["Monitor"]


class Monitor(Handle):
    """Watches calls that take long: hand it to ``verify``, ``sign`` and the like.

    ``progress(done, total)`` is called often, on the thread of the call, in bytes; ``total`` is 0 where it is not known.
    When it returns ``False`` the call is cancelled. One monitor may watch several calls; what was cancelled stays so.
    """

    _kind = "monitor"

    def __init__(self, progress: Optional[Callable[[int, int], Optional[bool]]] = None) -> None:
        callbacks = None if progress is None else byref(_callbacks.monitor(progress))
        super().__init__(handle("monitor_new", callbacks))

    def cancel(self) -> None:
        """Cancels, from any thread: the calls end in :class:`sealcore.CancelledError`."""
        call("monitor_cancel", self._token)
