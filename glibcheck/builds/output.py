"""What a failed build printed, and the one line of it that says what went wrong.

Compilers, linkers, configure, meson, CMake, make and Python each have their own form of an error. The first one of a
tool counts, for later ones often follow from it; of Python's tracebacks the last, which is the outermost.
"""

from __future__ import annotations

import re

# The line of a compiler or linker that says what is wrong (not that gcc's linker driver failed, and not where the
# linker was); those of configure and autom4te have the same form.
_DIAGNOSTIC = re.compile(
    r"^(?!collect2).*: +(?:fatal )?error: .*"
    r"|^\S*\bld(?:\.\w+)?: (?!warning: |.*: in function ).*"
    r"|^.*: undefined reference to .*"
    r"|^\S*\bmeson\.build:\d+:\d+: ERROR: .*"
    r"|^CMake Error[^\n]*:\s+.*"  # the reason is often in the next line that is not empty
    r"|^make(?:\[\d+\])?: \*\*\* No rule to make target .*",
    re.MULTILINE,
)
_EXCEPTION = re.compile(r"^[\w.]*(?:Error|Exception): .*", re.MULTILINE)


def telling_line(output: str) -> str:
    """Find the line that says what went wrong: a tool's first one, else the last exception, else the last line."""
    first = _DIAGNOSTIC.search(output)
    if first:
        return re.sub(r"\s*\n\s*", " ", first[0].strip())
    *_, last = (last_line(output), *(match[0] for match in _EXCEPTION.finditer(output)))
    return last


def last_line(output: str) -> str:
    """Give the last line that is not empty."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def decoded(output: bytes | str | None) -> str:
    """Give what a program printed as text."""
    return output.decode("utf-8", "replace") if isinstance(output, bytes) else output or ""
