"""`glibcheck trace`: who brought each version, from the chain of libraries down to the line of source."""

from __future__ import annotations

import os
import sys

from glibcheck.cli.exits import FINDINGS, OK
from glibcheck.cli.progress import watched
from glibcheck.cli.screen import can_show, complain, ink, show, stderr_is_terminal
from glibcheck.model.names import SymbolName
from glibcheck.report.trace_view import Root, View
from glibcheck.trace import about, newest_of_each_family, too_new_unversioned, traces, unversioned
from glibcheck.workspace.closures import closures_of
from glibcheck.workspace.hints import Hints, require_places
from glibcheck.workspace.settings import find_settings
from glibcheck.workspace.siting import Siting
from glibcheck.workspace.targets import target_for
from glibcheck.workspace.texts import write_whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from glibcheck.cli.options import TraceOptions
    from glibcheck.model.closure import Closure, Trace
    from glibcheck.model.names import Soname, VersionName
    from glibcheck.model.target import Target


_MOST, _MOST_OF_ALL = 200, 20  # sites of one symbol in one file


def run(path: str, what: str | None, options: TraceOptions) -> int:
    """Trace one file or wheel; exit code 0, or 1 when a library is missing or damaged, or nothing needs `what`."""
    siting = Siting(_hints(options), everything=options["record"] is not None)
    closures = closures_of(path, os.environ.get("LD_LIBRARY_PATH", ""))
    target = _target(closures, options["target"], what)
    complete = options["form"] == "json" and options["target"] is None
    # A question is answered in full; an overview of everything would be hundreds of megabytes for the largest wheels.
    most = None if what is not None else _MOST_OF_ALL if complete else _MOST
    siting = Siting(_hints(options), everything=options["record"] is not None, most=most)
    roots = tuple(_root(closure, what, target, siting, complete) for closure in _watched(closures))
    view = View(path, roots, what, target and target.name, _too_new(roots, target), os.getcwd())
    incomplete = _complain(path, closures)
    unanswered = what is not None and not any(root.shown for root in roots)
    if unanswered:
        complain(f"{path}: neither it nor its libraries need {what}")
    _write(view, options)
    if options["record"] is not None:
        _record(options["record"], siting)
    return FINDINGS if incomplete or unanswered else OK


def _record(path: str, siting: Siting) -> None:
    """Write the provenance down, and tell of which files there is none."""
    write_whole(path, siting.record(os.getcwd()))
    if siting.nameless:
        first, *others = siting.nameless
        more = f" and {len(others)} more" if others else ""
        complain(f"{first}{more}: no build id, by which a check would know it again, so it is not in {path}")


def _watched(closures: Sequence[Closure]) -> Iterable[Closure]:
    return watched(closures, "files") if stderr_is_terminal() else closures


def _hints(options: TraceOptions) -> Hints:
    """Take the places that were named; raises InputError when one is not there."""
    named = options["build_dir"], options["map"], options["linker_output"], options["debug_dir"]
    hints = Hints(*named, options["debuginfod"])
    require_places(hints)
    return hints


def _target(closures: Sequence[Closure], asked: str | None, what: str | None) -> Target | None:
    """Find the target to explain what is above; the one of the settings when nothing else is asked."""
    settings = find_settings(None) if asked or what is None else None
    name = asked or (settings.target if settings else None)
    linkage = closures[0].libraries[0].linkage if closures else None
    if name is None or settings is None or linkage is None:
        return None
    return target_for(name, linkage.image.machine, settings.targets)


def _root(closure: Closure, what: str | None, target: Target | None, siting: Siting, complete: bool) -> Root:
    """Choose what to show of one file and find its sites; `complete` shows all, when nothing is asked."""
    found = traces(closure)
    if what is not None:
        shown = (*about(found, what), *unversioned(closure, {SymbolName(what)}))
    elif complete:
        shown = found
    elif target is not None:
        shown = (*_above(closure, found, target), *too_new_unversioned(closure, target))
    else:
        shown = newest_of_each_family(found)
    sited = siting.sited(closure, shown, found)
    known = {(row.holder, row.requirement): row for row in sited}
    every = {**{(row.holder, row.requirement): row for row in found}, **known}
    return Root(closure.libraries[0].path or "", closure, sited, tuple(every.values()))


def _above(closure: Closure, found: Iterable[Trace], target: Target) -> Iterator[Trace]:
    """Keep what the target does not allow; its own libraries are other copies, so those of this system do not count."""
    own = {library.name for library in closure.libraries if not library.of_system}
    return (row for row in found if row.holder in own and not target.allows(row.requirement.version))


def _too_new(roots: Iterable[Root], target: Target | None) -> frozenset[tuple[Soname, VersionName]]:
    if target is None:
        return frozenset()
    rows = [row for root in roots for row in _above(root.closure, root.found, target)]
    rows += [row for root in roots for row in root.shown if not row.requirement.version]
    return frozenset((row.holder, row.requirement.version) for row in rows)


def _complain(path: str, closures: Iterable[Closure]) -> bool:
    """Tell which libraries are not in the answer, each once; False when all are."""
    problems = dict.fromkeys(line for closure in closures for line in _problems(closure))
    for line in problems:
        complain(f"{path}: {line}")
    return bool(problems)


def _problems(closure: Closure) -> Iterator[str]:
    for library in closure.libraries:
        if library.path is None:
            why = f" ({library.problem})" if library.problem else ""
            looked = "found" if library.found_by == "not found" else "looked for"
            yield f"{library.name} was not {looked}{why}; what it needs is not in this answer"
        elif library.problem:
            yield f"{library.path} {library.problem}; what it needs is not in this answer"


def _write(view: View, options: TraceOptions) -> None:
    text = _rendered(view, options)
    if options["output"] is None:
        show(text)
    else:
        write_whole(options["output"], text)


def _rendered(view: View, options: TraceOptions) -> str:
    form, demangle = options["form"], options["demangle"]
    if form is None:
        form = "tree" if options["output"] is None and sys.stdout is not None and sys.stdout.isatty() else "text"
    # Each form is a module of its own, and only one of them is needed.
    if form == "json":
        from glibcheck.report.trace_json import render_view

        return render_view(view)
    if form == "html":
        from glibcheck.report import trace_html

        return trace_html.render(view, demangle is not False)
    if form == "dot":
        from glibcheck.report import trace_dot

        return trace_dot.render(view, bool(demangle))
    if form == "mermaid":
        from glibcheck.report import trace_mermaid

        return trace_mermaid.render(view, bool(demangle))
    chosen = ink(demangle=demangle)
    if form == "tree":
        from glibcheck.report import trace_tree

        return trace_tree.render(view, chosen, can_show(trace_tree.STROKES))
    from glibcheck.report import trace_text

    return trace_text.render_view(view, chosen)
