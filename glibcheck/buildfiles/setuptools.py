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
    DropExtension     the call            taken out of the list in which it stands
    PrivateRuntime    extra_link_args     -static-libstdc++, or the archive by name where `libraries` names stdc++

Each change is split into steps. A step looks at the file and says what to splice so that it holds, which is
nothing where it does already; so the file is read again after each one, and running twice changes nothing
more. All steps are tried on the file as it came first: a refusal then names the line its author sees.

The trap: a build file is a program. We never guess what it computes. What cannot be told from the text is
None in a Declaration and a RewriteError in a rewrite.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeAlias, assert_never

import libcst

from glibcheck.buildfiles import brackets, pylists, pysource, splice
from glibcheck.buildfiles.extensioncalls import Call, calls, declaration
from glibcheck.buildfiles.pysource import Source
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

_MENTION = re.compile(r"\b(Extension|set_source)\s*\(")

# A step is done after one edit, or after one for each time that a library is listed. An edit that does not take
# must not be repeated for ever.
_MOST_EDITS = 40

_ARCHIVE = "-l:libstdc++.a"
_PRIVATE = "-Wl,--exclude-libs,libstdc++.a"

# Looks at a declaration and tells what to splice so that something holds: nothing where it does already.
Step: TypeAlias = Callable[[Source, Call], tuple[Splice, ...]]


def recognises(path: str, text: str) -> bool:
    """Say whether `text` can declare extensions here: Python of today that calls Extension or set_source."""
    return path.endswith(".py") and _MENTION.search(text) is not None and pysource.parses(text)


def declarations(path: str, text: str) -> tuple[Declaration, ...]:
    """Tell the extensions that `text` declares under a literal name, in file order.

    Raises: RewriteError when the text cannot be parsed, or places in it cannot be told.
    """
    source = pysource.read(path, text)
    return tuple(declaration(source, call) for call in calls(source))


def rewrite(path: str, text: str, changes: Sequence[Change]) -> str:
    """Carry out the changes to extensions that `text` declares; others are another file's.

    Raises: RewriteError when one of them cannot be done safely; then none is done.
    """
    steps = [(change.extension, step) for change in changes for step in _steps(change)]
    if not steps:
        return text
    source = pysource.read(path, text)
    for extension, step in steps:
        _splices(source, extension, step)
    for extension, step in steps:
        source = _carry_out(source, extension, step)
    return source.text


def _steps(change: Change) -> Iterator[Step]:
    match change:
        case AddSources():
            yield partial(_add, parameter="sources", new=change.sources)
        case AddIncludeDirs():
            yield partial(_add, parameter="include_dirs", new=change.directories)
        case AddCompileFlags():
            yield partial(_add_in_a_row, parameter="extra_compile_args", new=change.flags)
        case AddLinkFlags():
            yield partial(_add_in_a_row, parameter="extra_link_args", new=change.flags)
        case ForceInclude():
            yield partial(_add_in_a_row, parameter="extra_compile_args", new=("-include", change.header))
            yield partial(_add, parameter="depends", new=(change.header,))
        case DropLibrary():
            yield partial(_drop, parameter="libraries", item=change.library)
        case DropExtension():
            yield _drop_call
        case PrivateRuntime():
            yield _archive_for_the_named_runtime
            yield partial(_drop, parameter="libraries", item="stdc++")
            yield _static_runtime
        case MakeStatic() | LinkArchive():
            raise RewriteError("setup.py", None, f"{change.extension} is an extension, which is never an archive")
        case _:
            assert_never(change)


def _splices(source: Source, extension: str, step: Step) -> tuple[Splice, ...]:
    declared = [call for call in calls(source) if call.name == extension]
    if len(declared) > 1:
        message = f"{extension} is declared more than once; only you can tell which one to change"
        raise source.refusal(declared[1].node, message)
    return step(source, declared[0]) if declared else ()


def _carry_out(source: Source, extension: str, step: Step) -> Source:
    for _ in range(_MOST_EDITS):
        splices = _splices(source, extension, step)
        if not splices:
            return source
        source = pysource.read(source.path, splice.apply(source.text, splices))
    raise RewriteError(source.path, None, f"the edits to {extension} have no effect; make them by hand")


def _add(source: Source, call: Call, parameter: str, new: Sequence[str]) -> tuple[Splice, ...]:
    known = _known(source, call, parameter)
    return _append(source, call, parameter, tuple(item for item in dict.fromkeys(new) if item not in known))


def _add_in_a_row(source: Source, call: Call, parameter: str, new: tuple[str, ...]) -> tuple[Splice, ...]:
    known = _known(source, call, parameter)
    rows = (known[start : start + len(new)] for start in range(len(known)))
    return () if new in rows else _append(source, call, parameter, new)


def _archive_for_the_named_runtime(source: Source, call: Call) -> tuple[Splice, ...]:
    """Name the archive where libraries names stdc++: -static-libstdc++ concerns the one that g++ adds by itself."""
    if "stdc++" not in _known(source, call, "libraries"):
        return ()
    return _add_in_a_row(source, call, "extra_link_args", (_ARCHIVE, _PRIVATE))


def _static_runtime(source: Source, call: Call) -> tuple[Splice, ...]:
    if _ARCHIVE in _known(source, call, "extra_link_args"):
        return ()
    return _add_in_a_row(source, call, "extra_link_args", ("-static-libstdc++", _PRIVATE))


def _known(source: Source, call: Call, parameter: str) -> tuple[str | None, ...]:
    arg = call.argument(parameter)
    return () if arg is None else tuple(pylists.items(source, arg.value))


def _append(source: Source, call: Call, parameter: str, new: tuple[str, ...]) -> tuple[Splice, ...]:
    if not new:
        return ()
    arg = call.argument(parameter)
    if arg is None:
        return _add_argument(source, call, parameter, new)
    splices = pylists.grow_list(source, arg.value, new, call.quote)
    if splices is None:
        raise _computed(source, call, parameter, arg, f"add {_listed(new)} by hand")
    return splices


def _add_argument(source: Source, call: Call, parameter: str, new: tuple[str, ...]) -> tuple[Splice, ...]:
    _refuse_hidden(source, call, parameter, f"add {_listed(new)} by hand")
    spelled = ", ".join(pysource.spell(item, call.quote) for item in new)
    new_argument = f"{parameter}{call.equals}[{spelled}]"
    return brackets.grow(source.text, pysource.arguments(source, call.node), [new_argument])


def _drop(source: Source, call: Call, parameter: str, item: str) -> tuple[Splice, ...]:
    advice = f"take {_listed([item])} out by hand"
    arg = call.argument(parameter)
    if arg is None:
        _refuse_hidden(source, call, parameter, advice)
        return ()
    known = tuple(pylists.items(source, arg.value))
    if item not in known:
        # In a list whose other items are computed it may hide still; what can be seen of it has been dropped.
        if None in known and pylists.literal(source, arg.value) is None:
            raise _computed(source, call, parameter, arg, advice)
        return ()
    if arg.keyword is not None and known == (item,) and isinstance(arg.value, libcst.List | libcst.Tuple):
        return brackets.shrink(source.text, pysource.arguments(source, call.node), call.node.args.index(arg))
    splices = pylists.drop_from_list(source, arg.value, item)
    if splices is None:
        raise _computed(source, call, parameter, arg, advice)
    return splices


def _drop_call(source: Source, call: Call) -> tuple[Splice, ...]:
    element = source.parents[call.node]
    holder = source.parents[element]
    if not isinstance(holder, libcst.List | libcst.Tuple) or not pysource.is_bracketed(holder):
        message = f"{call.name} does not stand in a list of extensions; take it out of the build by hand"
        raise source.refusal(call.node, message)
    index = [each is element for each in holder.elements].index(True)
    return brackets.shrink(source.text, pysource.elements(source, holder), index, with_comments=True)


def _refuse_hidden(source: Source, call: Call, parameter: str, advice: str) -> None:
    """Raise RewriteError when an argument that is not given by name may come in with `*x` or `**x`."""
    hiding = call.hiding()
    if hiding is not None:
        what = f"`{hiding.star}` in the call of {call.name} may hold `{parameter}`"
        raise source.refusal(hiding, f"{what}; {advice}")


def _computed(source: Source, call: Call, parameter: str, arg: libcst.Arg, advice: str) -> RewriteError:
    what = f"`{parameter}` of {call.name} is computed, or shared with something else"
    return source.refusal(arg, f"{what}; {advice}")


def _listed(items: Sequence[str]) -> str:
    return ", ".join(repr(item) for item in items)
