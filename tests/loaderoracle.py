"""What ld.so itself says of a file: LD_DEBUG=bindings,versions,libs, and which program is not run.

With LD_TRACE_LOADED_OBJECTS the loader ends before it gives control to the program; with LD_WARN and LD_BIND_NOW it
relocates all objects before that, and LD_DEBUG prints each search, version and binding. It is how `ldd -r` works. The
loader is called with the file as its argument, so it takes libraries as well as programs; then $ORIGIN is in the folder
of the path as it was given.

The vdso, which the kernel brings, is left out, and what the loader binds in itself, which it had done before.
"""

from __future__ import annotations

import os
import re
import subprocess

from glibcheck.loader import default_directories
from glibcheck.loader.binding import lookups_bound
from glibcheck.model.closure import Closure
from glibcheck.model.names import Soname
from glibcheck.model.record import Record
from glibcheck.workspace.system import load_closure
from tests.tools import missing

LOADER = "/lib64/ld-linux-x86-64.so.2"

Bound = tuple[str, str, str, str]  # user, provider, symbol, version ('' for none); real paths
Needed = tuple[str, str, str]  # user, provider, version

_BINDING = re.compile(r"binding file (?P<user>.*) \[\d+\] to (?P<provider>.*) \[\d+\]: \w+ symbol `(?P<symbol>.*)'")
_VERSION = re.compile(r" \[(?P<version>\S+)\]$")
_CHECK = re.compile(
    r"checking for version `(?P<version>.*)' in file (?P<provider>.*) \[\d+\] required by file (?P<user>.*) \["
)


class Said(Record):
    """What the loader printed: where it found each library that it looked for and by which rule, and what it bound.

    A rule is "rpath FILE", "runpath FILE", "LD_LIBRARY_PATH", "ld.so.cache" or "default directory"; a library that it
    did not find has ("", ""). `failure` is the end of what it printed when it failed, else ''.
    """

    found: dict[str, tuple[str, str]]
    bindings: frozenset[Bound]
    versions: frozenset[Needed]
    failure: str


def asked(path: str, folder: str | None = None, **environment: str) -> Said:
    """Ask the loader about the file at `path`."""
    if not os.path.exists(LOADER):
        missing(LOADER)
    settings = {
        "LC_ALL": "C", "LD_DEBUG": "bindings,versions,libs", "LD_TRACE_LOADED_OBJECTS": "1", "LD_BIND_NOW": "1",
        "LD_WARN": "yes", **environment,
    }  # fmt: skip
    done = subprocess.run(
        (LOADER, path), capture_output=True, text=True, errors="surrogateescape", cwd=folder, env=settings, check=False
    )
    lines = [line.partition(":\t")[2] for line in done.stderr.splitlines()]
    failure = done.stderr[-500:] if done.returncode else ""
    return Said(_found(lines, done.stdout), frozenset(_bindings(lines)), frozenset(_versions(lines)), failure)


def _real(path: str, known: dict[str, str]) -> str:
    if path not in known:
        known[path] = os.path.realpath(path)
    return known[path]


def _bindings(lines: list[str]) -> list[Bound]:
    real: dict[str, str] = {}
    rows = []
    for line in lines:
        if match := _BINDING.match(line):
            version = _VERSION.search(line, match.end())
            user, provider = _real(match["user"], real), _real(match["provider"], real)
            if "linux-vdso" not in user and user != os.path.realpath(LOADER):
                rows.append((user, provider, match["symbol"], version["version"] if version else ""))
    return rows


def _versions(lines: list[str]) -> list[Needed]:
    matches = filter(None, map(_CHECK.match, lines))
    real: dict[str, str] = {}
    return [(_real(row["user"], real), _real(row["provider"], real), row["version"]) for row in matches]


def _found(lines: list[str], listed: str) -> dict[str, tuple[str, str]]:
    """Read the searches; `listed` is the list of libraries, which says of each that was not found that it was not."""
    missing_ones = {line.split()[0] for line in listed.splitlines() if line.endswith("=> not found")}
    found: dict[str, tuple[str, str]] = {}
    name = rule = ""
    for line in lines:
        key, _, value = line.strip().partition("=")
        if key == "find library":
            name, rule = value.partition(" [")[0], ""
            if name in missing_ones:
                found[name] = ("", "")
        elif key == "search cache":
            rule = "ld.so.cache"
        elif key == "search path":
            rule = _rule(*value.rpartition("\t\t(")[2].removesuffix(")").partition(" from file ")[::2])
        elif key == "trying file" and name not in missing_ones:
            found[name] = (os.path.realpath(value), rule)  # the last one is the one
    return found


def _rule(kind: str, file: str) -> str:
    words = {"RPATH": "rpath", "RUNPATH": "runpath", "system search path": "default directory"}
    return f"{words[kind]} {os.path.realpath(file)}" if kind in ("RPATH", "RUNPATH") else words.get(kind, kind)


def agree(path: str, library_path: str = "", hwcaps: tuple[str, ...] = ()) -> int:
    """Compare what the loader says of a file with what we say; give the number of bindings compared."""
    theirs = asked(path, **({"LD_LIBRARY_PATH": library_path} if library_path else {}))
    closure = load_closure(path, library_path, hwcaps)
    mine = ours(closure)
    assert theirs.failure == ""
    assert mine.bindings - theirs.bindings == set()
    assert theirs.bindings - mine.bindings == set()
    assert mine.versions == theirs.versions
    for name in theirs.found.keys() | mine.found.keys():
        (place, rule), (our_place, our_rule) = theirs.found[name], mine.found[name]
        assert (name, place) == (name, our_place)
        assert rule == our_rule or {rule, our_rule} <= _who_name(os.path.dirname(place), closure)
    return len(theirs.bindings)


def _who_name(folder: str, closure: Closure) -> set[str]:
    """Give the rules by which a folder is searched: of two, the loader prints the one that it met first."""
    found = {"default directory"} if folder in map(os.path.realpath, default_directories("x86_64")) else set()
    for library in closure.libraries:
        image = library.linkage.image if library.linkage else None
        for kind, text in (("rpath", image.rpath), ("runpath", image.runpath)) if image else ():
            for entry in (text or "").split(":"):
                if os.path.realpath(entry.replace("$ORIGIN", os.path.dirname(library.path or ""))) == folder:
                    found.add(f"{kind} {os.path.realpath(library.path or '')}")
    return found


def ours(closure: Closure) -> Said:
    """Say the same of a closure as `asked` does of the file."""
    real = [os.path.realpath(library.path) if library.path else "" for library in closure.libraries]
    by_name = {library.name: path for library, path in zip(closure.libraries, real, strict=True)}
    loader = os.path.realpath(LOADER)
    found = {
        str(library.name): (path, _our_rule(library.found_by, by_name))
        for library, path in zip(closure.libraries[1:], real[1:], strict=True)
        if path != loader and "/" not in library.name
    }
    bindings = {
        (real[user], real[provider], lookup.name, lookup.version or "")
        for user, provider, lookup in lookups_bound(closure.libraries)
        if provider is not None and real[user] != loader
    }
    sonames = {
        library.linkage.image.soname or library.name: path
        for library, path in zip(closure.libraries, real, strict=True)
        if library.linkage
    }
    needed = {
        (path, {**by_name, **sonames}[need.library], need.version)
        for library, path in zip(closure.libraries, real, strict=True)
        if library.linkage
        for need in library.linkage.image.requirements
    }
    return Said(found, frozenset(bindings), frozenset(needed), "")


def _our_rule(rule: str, by_name: dict[Soname, str]) -> str:
    """Name the file of an rpath, as the loader does, where we name its entry, too."""
    kind, _, rest = rule.partition(" ")
    if kind in ("rpath", "runpath"):
        return f"{kind} {by_name[Soname(rest.rpartition(' of ')[2])]}"
    return "" if rule == "not found" else rule
