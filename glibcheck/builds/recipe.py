"""Which build system a project has: what builds it, and whose files glibcheck then reads and edits.

Only names of files and pyproject.toml are looked at; nothing of the project runs. The two answers are not the same
thing: a project that is built through PEP 517 can have setuptools, meson or CMake behind it (PEP 518, `build-backend`).

The trap: many projects have more than one build system. A Python build wins, for that is what users install; among
the others no order is right, so the user is asked.
"""

from __future__ import annotations

import os
import re
import tomllib

from glibcheck.errors import InputError
from glibcheck.model.record import Record
from glibcheck.workspace.scratch import require_folder
from glibcheck.workspace.texts import require_bytes, require_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    How = Literal["pep517", "autotools", "meson", "cmake"]

# The package that holds a backend (the first part of build-backend), and the system whose files it reads.
_BACKENDS = {
    "setuptools": "setuptools", "cffi_buildtool": "setuptools",
    "mesonpy": "meson",
    "scikit_build_core": "cmake", "py_build_cmake": "cmake", "skbuild": "cmake",
}  # fmt: skip

# What a backend of the project's own wraps, by what it requires; the first that is required counts.
_WRAPPED = {
    "meson-python": "mesonpy", "scikit-build-core": "scikit_build_core", "py-build-cmake": "py_build_cmake",
    "scikit-build": "skbuild", "setuptools": "setuptools",
}  # fmt: skip

_AUTOCONF = ("configure.ac", "configure.in", "configure")
_NATIVE: dict[How, tuple[str, tuple[str, ...]]] = {
    "autotools": ("automake", ("configure.ac", "configure.in")),
    "meson": ("meson", ("meson.build",)),
    "cmake": ("cmake", ("CMakeLists.txt",)),
}
_SKBUILD = re.compile(rb"^\s*(?:from|import)\s+skbuild\b", re.MULTILINE)
_LOOKED_FOR = "pyproject.toml, setup.py, configure.ac with Makefile.am, meson.build, CMakeLists.txt"


class Recipe(Record):
    """How a project is built: `how` says by what, `system` is the key of `glibcheck.buildfiles.SYSTEMS` for its files.

    `backend` is the package of the PEP 517 backend that does the work, "" for other builds. `notes` are lines for the
    user, about what was passed over.
    """

    how: How
    system: str
    notes: tuple[str, ...] = ()
    backend: str = ""


def recipe_of(project: str, wanted: str = "auto") -> Recipe:
    """Tell how a project is built; `wanted` is "auto" or one of `How`, and then its files must be there.

    Raises: InputError when nothing is found, when a choice is needed, or when a file cannot be read.
    """
    require_folder(project)
    if wanted != "auto":
        return _wanted(project, wanted)
    native = [how for how in _NATIVE if _is_there(project, how)]
    if _has_python_build(project, or_tools_only=not native):
        recipe = _python_recipe(project)
        beside = tuple(
            f"also has {_named(project, how)}: --build-system {how} builds by it"
            for how in native
            if _NATIVE[how][0] != recipe.system
        )
        return recipe._replace(notes=recipe.notes + beside)
    if len(native) > 1:
        files = ", ".join(_named(project, how) for how in native)
        raise InputError(project, f"has several builds ({files}); choose with --build-system {' or '.join(native)}")
    if not native:
        raise InputError(project, _without_automake(project) or f"cannot be built: none of {_LOOKED_FOR} is there")
    return Recipe(native[0], _NATIVE[native[0]][0])


def _wanted(project: str, wanted: str) -> Recipe:
    if wanted == "pep517":
        if _has_python_build(project, or_tools_only=True):
            return _python_recipe(project)
        raise InputError(project, "has neither pyproject.toml nor setup.py, so --build-system pep517 cannot build it")
    for how, (system, files) in _NATIVE.items():
        if how == wanted:
            if _is_there(project, how):
                return Recipe(how, system)
            missing = _without_automake(project) if how == "autotools" else None
            raise InputError(project, missing or f"has no {files[0]}, so --build-system {how} cannot build it")
    raise InputError(project, f"no build system is called {wanted!r}; there are auto, pep517, {', '.join(_NATIVE)}")


def _has(project: str, name: str) -> bool:
    return os.path.isfile(os.path.join(project, name))


def _is_there(project: str, how: How) -> bool:
    """Say whether a native build is there; one of autotools only with automake, whose files are the ones we edit."""
    found = any(_has(project, name) for name in _NATIVE[how][1])
    return found and (how != "autotools" or _has(project, "Makefile.am"))


def _named(project: str, how: How) -> str:
    return next(name for name in _NATIVE[how][1] if _has(project, name))


def _without_automake(project: str) -> str | None:
    """Say what is wrong with a project that is configured by other means than automake; None when it is none."""
    for name in _AUTOCONF:
        if _has(project, name):
            missing = "Makefile.am" if name != "configure" else "configure.ac"
            return f"has {name} without {missing}; of such projects glibcheck can edit those of automake only"
    return None


def _has_python_build(project: str, or_tools_only: bool) -> bool:
    """Say whether a PEP 517 front end can build it.

    A pyproject.toml that only holds settings of tools can be built in name (PEP 518), but it says nothing against
    another build system beside it: it counts with `or_tools_only`.
    """
    if _has(project, "setup.py"):
        return True
    if not _has(project, "pyproject.toml"):
        return False
    return or_tools_only or bool({"build-system", "project"} & _pyproject(project).keys())


def _python_recipe(project: str) -> Recipe:
    system = _pyproject(project).get("build-system", {})
    table = system if isinstance(system, dict) else {}
    named = re.split(r"[.:]", str(table.get("build-backend", "setuptools")))[0]
    if table.get("backend-path"):
        named = _wrapped(table.get("requires")) or named
    if named == "setuptools" and _has(project, "setup.py") and _SKBUILD.search(_setup_py(project)):
        named = "skbuild"
    found = _BACKENDS.get(named)
    if found is None:
        note = f"is built by {named}, whose build files glibcheck cannot edit; it reads its Python files only"
        return Recipe("pep517", "setuptools", (note,), named)
    return Recipe("pep517", found, (), named)


def _setup_py(project: str) -> bytes:
    return require_bytes(os.path.join(project, "setup.py"))


def _wrapped(requires: object) -> str | None:
    rows = requires if isinstance(requires, list) else []
    names = {re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", str(row).strip(), maxsplit=1)[0]).lower() for row in rows}
    return next((backend for package, backend in _WRAPPED.items() if package in names), None)


def _pyproject(project: str) -> dict[str, object]:
    path = os.path.join(project, "pyproject.toml")
    try:
        return tomllib.loads(require_text(path)) if os.path.isfile(path) else {}
    except tomllib.TOMLDecodeError as error:
        raise InputError(path, f"is no TOML: {error}") from error
