"""Whether the compiler at hand can link its libstdc++ into a shared object: the archive is there, and made for it."""

from __future__ import annotations

import os
import shlex

from glibcheck.errors import GlibcheckError
from glibcheck.sysroot.pic import why_not_pic
from glibcheck.toolchain import find_toolchain
from glibcheck.workspace.texts import require_bytes

_ARCHIVE = "libstdc++.a"
_LARGEST = 1 << 28  # bytes; the largest known has a tenth of it


def why_no_private_runtime() -> str | None:
    """Say why libstdc++.a cannot become part of an extension; None when it can, or when the build has to tell."""
    try:
        toolchain = find_toolchain(tuple(shlex.split(os.environ.get("CC") or "cc")), os.environ)
        path = toolchain.archives.get(_ARCHIVE)
        if path is None:
            return f"the compiler has no {_ARCHIVE} (Fedora: libstdc++-static, Debian: libstdc++-12-dev and its like)"
        culprit = why_not_pic(require_bytes(path, _LARGEST))
    except GlibcheckError:
        return None
    return None if culprit is None else f"{path} is not position independent: {culprit}"
