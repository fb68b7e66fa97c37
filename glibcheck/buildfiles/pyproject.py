"""`pyproject.toml`: the extensions under `tool.setuptools.ext-modules`, which setuptools reads from 74.1 on.

They are an array of tables, in either of TOML's spellings, `[[tool.setuptools.ext-modules]]` or `ext-modules = [{...}]`
("Configuring setuptools using pyproject.toml files", "ext-modules"). The keys are the arguments of setuptools'
Extension with hyphens; all that matter here are lists of strings, and none is ever computed.

A new key goes on a line of its own under the last one of its table; in `{...}` it continues the line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tomlkit.items import Array

from glibcheck.buildfiles import brackets, extensiontables, lines, splice, tomlarrays
from glibcheck.buildfiles.splice import Splice, insertion, removal
from glibcheck.buildfiles.tomlplaces import Entry, Value, entries, span
from glibcheck.errors import RewriteError
from glibcheck.model.plan import Change, Declaration

_KEYS = ("tool", "setuptools", "ext-modules")


def recognises(path: str, text: str) -> bool:
    """Say whether `text` can declare extensions here: a pyproject.toml that speaks of ext-modules."""
    return path.rpartition("/")[2] == "pyproject.toml" and "ext-modules" in text


def declarations(path: str, text: str) -> tuple[Declaration, ...]:
    """Tell the extensions that `text` declares, in file order.

    Raises: RewriteError when it is not TOML.
    """
    found = [(entry, _name(entry)) for entry in entries(path, text, _KEYS)]
    return tuple(
        Declaration(
            name=name,
            path=path,
            line=lines.number(text, entry.values[0].start),
            sources=_told(entry, "sources"),
            include_dirs=_told(entry, "include_dirs"),
            libraries=_told(entry, "libraries"),
            extra_compile_args=_told(entry, "extra_compile_args"),
        )
        for entry, name in found
        if name is not None
    )


def unseen(path: str, text: str) -> tuple[str, ...]:
    """Tell where extensions are declared that `declarations` cannot name: nowhere, as nothing is computed."""
    return ()


def rewrite(path: str, text: str, changes: Sequence[Change]) -> str:
    """Carry out the changes to extensions that `text` declares; others are another file's.

    Raises: RewriteError when one of them cannot be done safely; then none is done.
    """
    names = {row.name for row in declarations(path, text)} if changes else set()
    return extensiontables.rewrite(_Tables(path), text, [change for change in changes if change.extension in names])


class _Tables:
    """The tables of one pyproject.toml, as `extensiontables` wants them."""

    def __init__(self, path: str) -> None:
        self.path = path

    def known(self, text: str, extension: str, parameter: str) -> tuple[str, ...]:
        entry = self._entry(text, extension)
        value = None if entry is None else entry.value(_key(parameter))
        return () if value is None else self._strings(text, extension, value)

    def grow(self, text: str, extension: str, parameter: str, new: Sequence[str]) -> str:
        entry = self._entry(text, extension)
        if entry is None:
            return text
        value = entry.value(_key(parameter))
        if value is None:
            spelled = ", ".join(tomlarrays.spell(item, _quote(text, entry)) for item in new)
            return splice.apply(text, [_new_key(text, entry, _key(parameter), f"[{spelled}]")])
        places = tomlarrays.brackets_at(text, value.start)
        like = text[places.items[-1].start] if places.items else _quote(text, entry)
        return splice.apply(text, brackets.grow(text, places, [tomlarrays.spell(item, like) for item in new]))

    def replace(self, text: str, extension: str, parameter: str, index: int, new: str) -> str:
        value = self._value(text, extension, parameter)
        item = tomlarrays.brackets_at(text, value.start).items[index]
        spelled = tomlarrays.spell(new, text[item.start])
        return splice.apply(text, [Splice(item.start, item.end, spelled)])

    def shrink(self, text: str, extension: str, parameter: str, index: int) -> str:
        entry, value = self._entry(text, extension), self._value(text, extension, parameter)
        places = tomlarrays.brackets_at(text, value.start)
        if len(places.items) == 1 and entry is not None:
            return splice.apply(text, [_without_key(text, entry, value)])
        return splice.apply(text, brackets.shrink(text, places, index))

    def remove(self, text: str, extension: str) -> str:
        names = [_name(entry) for entry in entries(self.path, text, _KEYS)]
        entry = self._entry(text, extension)
        if entry is None:
            return text
        if not entry.inline:
            return splice.apply(text, [_without_table(text, entry)])
        places = tomlarrays.brackets_at(text, span(self.path, text, _KEYS)[0])
        return splice.apply(text, brackets.shrink(text, places, names.index(extension), with_comments=True))

    def _entry(self, text: str, extension: str) -> Entry | None:
        found = [entry for entry in entries(self.path, text, _KEYS) if _name(entry) == extension]
        if len(found) > 1:
            line = lines.number(text, found[1].values[0].start)
            message = f"{extension} is declared more than once; only you can tell which one to change"
            raise RewriteError(self.path, line, message)
        return found[0] if found else None

    def _value(self, text: str, extension: str, parameter: str) -> Value:
        entry = self._entry(text, extension)
        value = None if entry is None else entry.value(_key(parameter))
        if value is None:
            raise RewriteError(self.path, None, f"{extension} has no {_key(parameter)} any more; edit it by hand")
        return value

    def _strings(self, text: str, extension: str, value: Value) -> tuple[str, ...]:
        found = _list(value)
        if found is None:
            message = f"{value.key} of {extension} is no list of strings, which setuptools refuses; mend it first"
            raise RewriteError(self.path, lines.number(text, value.start), message)
        return found


def _key(parameter: str) -> str:
    return parameter.replace("_", "-")


def _name(entry: Entry) -> str | None:
    value = entry.value("name")
    return str(value.item.unwrap()) if value is not None and isinstance(value.item, str) else None


def _told(entry: Entry, parameter: str) -> tuple[str, ...] | None:
    value = entry.value(_key(parameter))
    return () if value is None else _list(value)


def _list(value: Value) -> tuple[str, ...] | None:
    if not isinstance(value.item, Array):
        return None
    found = value.item.unwrap()
    return tuple(found) if all(isinstance(item, str) for item in found) else None


def _quote(text: str, entry: Entry) -> str | None:
    name = entry.value("name")
    return None if name is None else text[name.start]


def _new_key(text: str, entry: Entry, key: str, spelled: str) -> Splice:
    last = entry.values[-1]
    head = text[lines.start(text, last.start) : last.start]
    found = re.search(r"[\w\"'-](\s*=\s*)$", head)
    equals = " = " if found is None else found.group(1)
    if entry.inline:
        return insertion(last.end, f", {key}{equals}{spelled}")
    line = f"{lines.ending(text, last.end)}{lines.indentation(text, last.start)}{key}{equals}{spelled}"
    return insertion(lines.end(text, last.end), line)


def _without_key(text: str, entry: Entry, value: Value) -> Splice:
    """Take a key and its value away, with their lines or, in `{...}`, with their comma."""
    if not entry.inline:
        return removal(lines.start(text, value.start), lines.below(text, value.end))
    index = entry.values.index(value)
    if index:
        return removal(entry.values[index - 1].end, value.end)
    start = _key_start(text, value)
    return removal(start, _key_start(text, entry.values[1]) if len(entry.values) > 1 else value.end)


def _key_start(text: str, value: Value) -> int:
    found = re.search(r"[\w\"'-]+\s*=\s*$", text[: value.start])
    return value.start if found is None else found.start()


def _without_table(text: str, entry: Entry) -> Splice:
    """Take a table away: its header with the comment lines directly above it, up to the line of its last value.

    The blank lines below go with it; at the end of the file those above.
    """
    start = lines.start(text, entry.values[0].start)
    while start and not _line(text, start).startswith("[["):
        start = lines.above(text, start)
    while start and _line(text, lines.above(text, start)).startswith("#"):
        start = lines.above(text, start)
    end = lines.below(text, entry.values[-1].end)
    while end < len(text) and not _line(text, end):
        end = lines.below(text, end)
    if end == len(text):
        while start and not _line(text, lines.above(text, start)):
            start = lines.above(text, start)
    return removal(start, end)


def _line(text: str, offset: int) -> str:
    return text[offset : lines.end(text, offset)].strip()
