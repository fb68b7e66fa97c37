"""The commands that define targets, and what a target is by each.

cmake-buildsystem(7), "Binary Targets". Python's modules are made by commands of CMake's own FindPython and UseSWIG, of
pybind11, nanobind and scikit-build, each with a rule for what a target is when nothing says so.
"""

from __future__ import annotations

import re

from glibcheck.buildfiles.cmake import swig

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from glibcheck.buildfiles.cmake.calls import Call
    from glibcheck.model.plan import Form

_COMMANDS = re.compile(
    r"add_library|add_executable|python[23]?_add_library|(pybind11|nanobind|cython)_add_module|python_extension_module"
    rf"|{swig.COMMAND}"
)
_FORMS: Mapping[str, Form] = {"MODULE": "extension", "SHARED": "library", "STATIC": "archive", "OBJECT": "archive"}
_TRUE = {"1", "ON", "YES", "TRUE", "Y"}  # the true constants of if()

# Words of these commands, besides names of sources.
_WORDS = {*_FORMS, "EXCLUDE_FROM_ALL", "WIN32", "MACOSX_BUNDLE", "WITH_SOABI"}
_WORDS |= {"NO_EXTRAS", "THIN_LTO", "OPT_SIZE", "SYSTEM"}  # pybind11
# nanobind
_WORDS |= {"STABLE_ABI", "NB_STATIC", "NB_SHARED", "PROTECT_STACK", "LTO", "NOMINSIZE", "NOSTRIP", "FREE_THREADED"}
_WORDS |= {"MUSL_DYNAMIC_LIBCPP", "NB_SUPPRESS_WARNINGS"}
_WITH_A_VALUE = ("USE_SABI", "NB_DOMAIN")


def defines(call: Call) -> bool:
    """Say whether a command defines a target, or says what kind of thing a name is."""
    return _COMMANDS.fullmatch(call.name) is not None


def form(definition: Call, caller: Call, stated: str | None) -> Form:
    """Tell what a definition makes.

    `caller` is itself, or the call of the function in whose body it stands; `stated` its second argument, as the caller
    gives it.
    """
    if definition.name == "add_executable":
        return "program"
    if definition.name == swig.COMMAND:
        return swig.form(definition)
    if stated is not None and stated in _FORMS and not definition.name.startswith(("pybind11", "nanobind")):
        return _FORMS[stated]
    if definition.name != "add_library":
        return "extension"
    return "library" if is_true(caller.variable("BUILD_SHARED_LIBS")) else "archive"


def sources(definition: Call) -> tuple[str | None, ...]:
    """Give the source files that a definition names, as written; None for what cannot be told."""
    words = list(swig.sources(definition) if definition.name == swig.COMMAND else definition.values()[1:])
    for keyword in _WITH_A_VALUE:
        if keyword in words:
            del words[words.index(keyword) : words.index(keyword) + 2]
    return tuple(word for word in words if word not in _WORDS)


def is_true(value: str | None) -> bool:
    """Say whether if() takes a value for true."""
    return value is not None and value.upper() in _TRUE
