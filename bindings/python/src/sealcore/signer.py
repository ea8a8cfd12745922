"""Who signs: a key file, a device, or the application's own code."""

from __future__ import annotations

import json
from ctypes import byref
from typing import Any, Callable, Dict, Optional, Union

from . import _callbacks
from ._call import Bytes, Handle, Password, Path, buffer, content, data, handle, optional_text, password as _password, path, short, string, text
from ._library import lib

__all__ = ["Signer", "list_devices"]


class Signer(Handle):
    """A key that signs, with its certificate. May be used by several threads at once, as far as its device or callback can."""

    _kind = "signer"

    @classmethod
    def open(cls, uri: Path, pin: Optional[Password] = None, certificates: Optional[Bytes] = None) -> "Signer":
        """A key by path or URI: a file (.p12, PEM, DER), ``pkcs11:``, ``sdf:`` or ``skf:``.

        ``pin`` is the password of the file or the PIN of the device; ``certificates`` the signer's, then its chain, where
        they are not with the key.
        """
        chain = None if certificates is None else data(certificates)
        return cls(handle("signer_open", path(uri), _password(pin), chain, len(chain or b"")))

    @classmethod
    def from_key(
        cls, key: Union[Path, Bytes], password: Optional[Password] = None, certificates: Optional[Bytes] = None
    ) -> "Signer":
        """A key from the content of a file, or its path."""
        content_of_key = content(key)
        chain = None if certificates is None else data(certificates)
        return cls(
            handle("signer_from_key", content_of_key, len(content_of_key), _password(password), chain, len(chain or b""))
        )

    @classmethod
    def external(
        cls,
        certificates: Bytes,
        sign_digest: Optional[Callable[[bytes], bytes]] = None,
        sign_message: Optional[Callable[[bytes], bytes]] = None,
        algorithm: Optional[str] = None,
    ) -> "Signer":
        """The application's own code signs: ``sign_digest(digest)``, or ``sign_message(message)`` where the key hashes by itself.

        For SM2 the digest is SM3(Z || M) with the identity 1234567812345678; the value is DER, or r || s in 64 bytes. Raise
        :class:`sealcore.DeviceFailure` to pass on the code of a device, :class:`sealcore.CancelledError` when a person
        refused. What comes back is verified before it is embedded.
        """
        if sign_digest is None and sign_message is None:
            raise ValueError("one of sign_digest and sign_message is needed")
        chain = data(certificates)
        callbacks = _callbacks.signer(sign_digest, sign_message)
        return cls(handle("signer_external", chain, len(chain), optional_text(algorithm), byref(callbacks)))

    @property
    def algorithm(self) -> str:
        """``SM2-SM3`` and the like."""
        return string(lib.sealcore_signer_algorithm(self._token))

    @property
    def max_signature_len(self) -> int:
        """How many bytes a signature has at most."""
        return int(lib.sealcore_signer_max_signature_len(self._token))

    @property
    def certificate(self) -> bytes:
        """The signer's certificate, DER."""
        return buffer("signer_certificate", self._token)

    def sign_digest(self, digest: Bytes) -> bytes:
        """Signs a digest, of the length that the algorithm has."""
        content_of_digest = data(digest)
        return short("signer_sign_digest", self.max_signature_len, self._token, content_of_digest, len(content_of_digest))


def list_devices(uri: str, pin: Optional[Password] = None) -> Any:
    """What is behind a device's URI (``pkcs11:``, ``sdf:``, ``skf:``): devices, containers, certificates."""
    result: Dict[str, Any] = json.loads(buffer("device_list", text(uri), _password(pin)))
    return result
