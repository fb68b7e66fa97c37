"""`setup.py`, and the scripts that describe a cffi extension: `Extension(...)` and `set_source(...)`.

Both are Python, and both name an extension in a call: `setuptools.Extension("pkg._ext", ["ext.c"], ...)` and
cffi's `ffibuilder.set_source("pkg._ext", "#include ...", ...)`, which passes its keyword arguments on to an
Extension ("Building and Distributing Packages with Setuptools", the extension API reference; cffi, "Preparing
and Distributing modules"). So one module serves both, in whatever `.py` file of the project the call stands.

What a change becomes:

    AddSources        sources             each file that is not there yet
    AddIncludeDirs    include_dirs        each directory that is not there yet
    AddCompileFlags   extra_compile_args  the flags, unless they stand there in a row
    AddLinkFlags      extra_link_args     the same
    ForceInclude      extra_compile_args  -include HEADER; and HEADER in `depends`, for rebuilds and the sdist
    DropLibrary       libraries           without the library; the argument goes with its last item
    DropExtension     the call            taken out of its list; with the last use of a class goes its import
    PrivateRuntime    extra_link_args     -static-libstdc++, or the archive by name where stdc++ is linked by name

Each change is split into steps. A step looks at the file and says what to splice so that it holds, which is
nothing where it does already; so the file is read again after each one, and running twice changes nothing
more. All steps are tried on the file as it came first: a refusal then names the line its author sees.

Where several calls in branches of one `if` declare the same extension, or its list is bound in several branches, all
of them change. A call in a loop declares several extensions and changes only when all of them are to change alike.

The trap: a build file is a program. We never guess what it computes. What cannot be told from the text is
None in a Declaration and a RewriteError in a rewrite.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeAlias, assert_never

import libcst

from glibcheck.buildfiles import extensionedits as edits
from glibcheck.buildfiles import pyscopes, pysource, splice, stdcxx
from glibcheck.buildfiles.extensioncalls import Call, calls, declaration, nameless
from glibcheck.buildfiles.pyconstants import constant
from glibcheck.buildfiles.pysource import Source, callee
from glibcheck.buildfiles.splice import Splice
from glibcheck.errors import RewriteError
from glibcheck.model.plan import (
    AddCompileFlags,
    AddIncludeDirs,
    AddLinkFlags,
    AddSources,
    Change,
    Declaration,
    DropExtension,
    DropLibrary,
    ForceInclude,
    LinkArchive,
    MakeStatic,
    PrivateRuntime,
)

_MENTION = re.compile(r"Extension\s*\(|\bset_source\s*\(|\bcythonize\s*\(")

_COMPUTED_NAME = "the name of this extension is computed; write it out to have it changed"
_FILE_NAMES = "cythonize is given file names; give it Extension objects to have them changed"

# A step is done after one edit, or after one for each time that a library is listed. An edit that does not take
# must not be repeated for ever.
_MOST_EDITS = 40

# Looks at a declaration and tells what to splice so that something holds: nothing where it does already.
Step: TypeAlias = Callable[[Source, Call], tuple[Splice, ...]]


def recognises(path: str, text: str) -> bool:
    """Say whether `text` can declare extensions here: Python of today that calls Extension or set_source."""
    return path.endswith(".py") and _MENTION.search(text) is not None and pysource.parses(text)


def declarations(path: str, text: str) -> tuple[Declaration, ...]:
    """Tell the extensions that `text` declares under a name that can be told, in file order.

    Raises: RewriteError when the text cannot be parsed, or places in it cannot be told.
    """
    source = pysource.read(path, text)
    return tuple(declaration(source, call) for call in calls(source))


def unseen(path: str, text: str) -> tuple[str, ...]:
    """Tell, with line and advice, where extensions are declared that `declarations` cannot name.

    Raises: RewriteError as `declarations`.
    """
    source = pysource.read(path, text)
    named = [node for node in source.parents if isinstance(node, libcst.Call) and _is_cython_of_files(source, node)]
    rows = [(node, _COMPUTED_NAME) for node in nameless(source)] + [(node, _FILE_NAMES) for node in named]
    return tuple(str(source.refusal(*row)) for row in sorted(rows, key=lambda row: source.start(row[0])))


def rewrite(path: str, text: str, changes: Sequence[Change]) -> str:
    """Carry out the changes to extensions that `text` declares; others are another file's.

    Raises: RewriteError when one of them cannot be done safely; then none is done.
    """
    steps = [(change.extension, step) for change in changes for step in _steps(change)]
    if not steps:
        return text
    source = pysource.read(path, text)
    _refuse_for_one_of_a_loop(source, changes)
    for extension, step in steps:
        _splices(source, extension, step)
    for extension, step in steps:
        source = _carry_out(source, extension, step)
    return source.text


def _is_cython_of_files(source: Source, call: libcst.Call) -> bool:
    if callee(call) != "cythonize" or not call.args or call.args[0].star:
        return False
    value = call.args[0].value
    parts = value.elements if isinstance(value, libcst.List | libcst.Tuple) else [call.args[0]]
    return any(constant(source, part.value) is not None for part in parts)


def _refuse_for_one_of_a_loop(source: Source, changes: Sequence[Change]) -> None:
    for change in changes:
        for call in calls(source):
            if call.name == change.extension and not all(
                change._replace(extension=name) in changes for name in call.siblings
            ):
                made = ", ".join(call.siblings)
                message = f"this call makes {made}; write a call for {call.name} alone, so that it can be changed"
                raise source.refusal(call.node, message)


def _steps(change: Change) -> Iterator[Step]:
    match change:
        case AddSources():
            yield partial(edits.add, parameter="sources", new=change.sources)
        case AddIncludeDirs():
            yield partial(edits.add, parameter="include_dirs", new=change.directories)
        case AddCompileFlags():
            yield partial(edits.add_in_a_row, parameter="extra_compile_args", new=change.flags)
        case AddLinkFlags():
            yield partial(edits.add_in_a_row, parameter="extra_link_args", new=change.flags)
        case ForceInclude():
            yield partial(edits.add_in_a_row, parameter="extra_compile_args", new=("-include", change.header))
            yield partial(edits.add, parameter="depends", new=(change.header,))
        case DropLibrary():
            yield partial(edits.drop, parameter="libraries", item=change.library)
        case DropExtension():
            yield edits.drop_call
        case PrivateRuntime():
            yield _archive_for_the_named_runtime
            yield partial(edits.drop, parameter="libraries", item=stdcxx.NAME)
            yield _static_runtime
        case MakeStatic() | LinkArchive():
            raise RewriteError("setup.py", None, f"{change.extension} is an extension, which is never an archive")
        case _:
            assert_never(change)


def _splices(source: Source, extension: str, step: Step) -> tuple[Splice, ...]:
    declared = [call for call in calls(source) if call.name == extension]
    for other in declared[1:]:
        if not pyscopes.exclude_each_other(source, declared[0].node, other.node):
            message = f"{extension} is declared more than once; only you can tell which one to change"
            raise source.refusal(other.node, message)
    found = [step(source, call) for call in declared]
    # One after the other: two calls may share what is spliced.
    return next((splices for splices in found if splices), ())


def _carry_out(source: Source, extension: str, step: Step) -> Source:
    for _ in range(_MOST_EDITS):
        splices = _splices(source, extension, step)
        if not splices:
            return source
        source = pysource.read(source.path, splice.apply(source.text, splices))
    raise RewriteError(source.path, None, f"the edits to {extension} have no effect; make them by hand")


def _archive_for_the_named_runtime(source: Source, call: Call) -> tuple[Splice, ...]:
    """Name the archive where stdc++ is linked by name (see `stdcxx`)."""
    named = edits.spelled(source, call, "extra_link_args", stdcxx.NAMED)
    if named is not None:
        return (Splice(source.start(named), source.end(named), pysource.spell(stdcxx.ARCHIVE, call.quote)),)
    if stdcxx.ARCHIVE in edits.known(source, call, "extra_link_args"):
        return edits.add_in_a_row(source, call, "extra_link_args", (stdcxx.PRIVATE,))
    if stdcxx.NAME not in edits.known(source, call, "libraries"):
        return ()
    return edits.add_in_a_row(source, call, "extra_link_args", (stdcxx.ARCHIVE, stdcxx.PRIVATE))


def _static_runtime(source: Source, call: Call) -> tuple[Splice, ...]:
    if stdcxx.ARCHIVE in edits.known(source, call, "extra_link_args"):
        return ()
    return edits.add_in_a_row(source, call, "extra_link_args", (stdcxx.STATIC, stdcxx.PRIVATE))
