"""The language of messages: one default for the process, which the application sets."""

from __future__ import annotations

import enum
from typing import Optional, Union

__all__ = ["Language", "language", "set_language"]


class Language(enum.IntEnum):
    """A language that messages can be had in."""

    EN = 1
    ZH = 2


_default = Language.EN


def set_language(language: Union[Language, str]) -> None:
    """Sets the default language: a :class:`Language`, or ``"en"`` or ``"zh"``."""
    global _default
    _default = _language(language)


def language() -> Language:
    """The default language; English unless it was set."""
    return _default


def _language(stated: Optional[Union[Language, str]]) -> Language:
    if stated is None:
        return _default
    if isinstance(stated, Language):
        return stated
    try:
        return Language[stated.upper()]
    except KeyError:
        raise ValueError(f"{stated!r} is no language; there are 'en' and 'zh'") from None
