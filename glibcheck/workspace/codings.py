"""How a build file is encoded: UTF-8, unless it is Python and says otherwise in its first two lines (PEP 263).

A file is written back in the encoding that it declares, so that an edit keeps the bytes of what it does not touch.
A byte order mark stays in the text, as its first character.
"""

from __future__ import annotations

import io
import tokenize

from glibcheck.errors import InputError

_UTF_8 = "utf-8"


def decode(path: str, content: bytes) -> str:
    """Read the content of a build file as text; raises InputError when it is not what it says it is."""
    try:
        return content.decode(_coding(path, content))
    except UnicodeDecodeError as error:
        raise InputError(path, f"is not {error.encoding} text", error.start) from error


def encode(path: str, text: str) -> bytes:
    """Give the content of a build file that reads `text`; raises InputError when its encoding lacks a character."""
    try:
        return text.encode(_coding(path, text.encode(_UTF_8)))
    except UnicodeEncodeError as error:
        what = f"{text[error.start]!r} cannot be written in {error.encoding}, the encoding that the file declares"
        raise InputError(path, what) from error


def _coding(path: str, content: bytes) -> str:
    if not path.endswith(".py"):
        return _UTF_8
    try:
        found, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    except SyntaxError:
        return _UTF_8  # An unknown encoding, or none and no UTF-8: Python does not read it either.
    return _UTF_8 if found == "utf-8-sig" else found
