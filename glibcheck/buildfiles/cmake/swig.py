"""swig_add_library(): how CMake's UseSWIG names the target that it makes, and where its arguments are.

Policy CMP0078: before CMake 3.13 an extension for Python got an underscore in front of the name given, and projects
that do not ask for 3.13 still have it. The name is left in a variable, `SWIG_MODULE_<name>_REAL_NAME`.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.buildfiles.cmake.calls import Call
    from glibcheck.model.plan import Form

COMMAND = "swig_add_library"
POLICY = "<CMP0078>"  # kept among the variables; no variable can have this name

_KEYWORDS = {"TYPE", "LANGUAGE", "NO_PROXY", "OUTPUT_DIR", "OUTFILE_DIR", "SOURCES"}
_FORMS: dict[str | None, Form] = {"SHARED": "library", "STATIC": "archive"}


def policy(call: Call) -> tuple[str, ...] | None:
    """Tell what cmake_minimum_required() or cmake_policy() sets the policy to; None when they do not."""
    values = call.values()
    if values[:2] == ("SET", "CMP0078"):
        return (values[2] or "",) if len(values) > 2 else None
    asked = (call.value(1) or "").rpartition("...")[2]
    number = re.match(r"(\d+)\.(\d+)", asked) if values[:1] == ("VERSION",) else None
    return ("NEW" if (int(number[1]), int(number[2])) >= (3, 13) else "OLD",) if number else None


def target_name(call: Call) -> str | None:
    """Tell the name of the target that a swig_add_library() makes."""
    name = call.value(0)
    if name is None:
        return None
    preferred = call.variable("UseSWIG_TARGET_NAME_PREFERENCE") or ""
    standard = call.variable(POLICY) == "NEW" or preferred.upper() == "STANDARD"
    return name if standard or not _is_python(call) else f"_{name}"


def form(call: Call) -> Form:
    """Tell what it makes: a module that Python loads, unless it says otherwise."""
    return _FORMS.get(_behind(call, "TYPE"), "extension")


def sources(call: Call) -> tuple[str | None, ...]:
    """Give the values behind SOURCES."""
    values = call.values()
    start = values.index("SOURCES") + 1 if "SOURCES" in values else len(values)
    end = next((index for index in range(start, len(values)) if values[index] in _KEYWORDS), len(values))
    return values[start:end]


def _is_python(call: Call) -> bool:
    return (_behind(call, "LANGUAGE") or "").lower() == "python"


def _behind(call: Call, keyword: str) -> str | None:
    values = call.values()
    at = values.index(keyword) + 1 if keyword in values else len(values)
    return values[at] if at < len(values) else None
