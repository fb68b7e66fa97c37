"""The targets that `meson.build` files declare, each with its call, and what links what.

A target is named as Meson's introspection names it: the folder of the file in which it is defined, and its name
(manual, "IDE integration": `defined_in`, `name`), but for the suffix that an extension gets there, which only the
running Python knows: `calls.cpython-311-x86_64-linux-gnu` is `calls` here.

The name must be a plain string, or come from a loop over plain strings; such a target is known, but cannot be changed
alone.
"""

from __future__ import annotations

import posixpath

from glibcheck.buildfiles.meson.project import Place, Project, Value, first_string
from glibcheck.buildfiles.meson.tree import Array, Call, Dict, Index, Name, Node, String
from glibcheck.buildfiles.meson.values import Unknown, keyword, leaves, named
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from glibcheck.buildfiles.meson.project import File
    from glibcheck.buildfiles.meson.tree import Foreach
    from glibcheck.errors import RewriteError
    from glibcheck.model.plan import Form

_FORMS: dict[str, Form] = {
    "shared_module": "extension",
    "shared_library": "library",
    "library": "library",
    "both_libraries": "library",
    "static_library": "archive",
    "executable": "program",
}
_LINKING = ("link_with", "link_whole", "objects", "dependencies")
# Methods of a target or a dependency that give that, or a part of it.
_PARTS = frozenset({
    "extract_objects", "extract_all_objects", "get_shared_lib", "get_static_lib", "as_link_whole", "as_static",
    "as_shared", "partial_dependency", "as_system",
})  # fmt: skip
_DEEPEST = 20  # dependencies of dependencies


class Target(Record):
    """One target; `loop` is the loop that makes it, with others of its kind."""

    name: str
    form: Form
    file: File
    call: Call
    loop: Foreach | None

    def value(self, keyword_name: str) -> Value | None:
        """Give the value of a keyword argument; None when it is not given by name."""
        return keyword(self.file, self.call, keyword_name)

    def refusal(self, message: str) -> RewriteError:
        """Make an error that names the line of the target."""
        return self.file.refusal(self.call, message)


class Links(Record):
    """The targets that another one links; `all` is False where some cannot be told."""

    names: tuple[str, ...]
    all: bool


def targets(project: Project) -> tuple[Target, ...]:
    """Give all targets whose names can be told, in the order of their files and lines."""
    places = [place for scope in project.scopes.values() for place in scope.places]
    found = (target for place in places for target in _targets(project, place))
    return tuple(sorted(found, key=lambda target: (target.file.path, target.call.start)))


def nameless(project: Project) -> tuple[Place, ...]:
    """Give the calls that make targets whose names cannot be told."""
    places = (place for scope in project.scopes.values() for place in scope.places)
    return tuple(place for place in places if _form(place.call) is not None and not _names(project, place))


def links(project: Project, target: Target) -> Links:
    """Tell which targets of the project another one links, directly or by `declare_dependency`, each once."""
    found = tuple(_linked(project, target.file, target.call, 0))
    return Links(tuple(dict.fromkeys(name for name in found if name is not None)), None not in found)


def linked_by(project: Project, target: Target, argument: str) -> tuple[str, ...]:
    """Tell which targets one keyword argument of a target names."""
    return tuple(name for name in _linked(project, target.file, target.call, 0, (argument,)) if name is not None)


def names_target(project: Project, value: Value, name: str) -> bool:
    """Say whether a value is the target `name`, or a list of that alone."""
    found = [made for leaf in leaves(project, value) for made in _of_leaf(project, leaf, 0)]
    return bool(found) and set(found) == {name}


def _targets(project: Project, place: Place) -> Iterator[Target]:
    form = _form(place.call)
    if form is not None:
        for name in _names(project, place):
            full = posixpath.join(place.file.folder, name)
            yield Target(full, form, place.file, place.call, place.loops[-1] if place.loops else None)


def _form(call: Call) -> Form | None:
    if call.target is not None:
        return "extension" if call.function == "extension_module" else None
    if call.function == "build_target":
        kind = call.argument("target_type")
        plain = kind.value.value if kind is not None and isinstance(kind.value, String) else None
        return _FORMS.get(plain or "")
    return _FORMS.get(call.function)


def _names(project: Project, place: Place) -> tuple[str, ...]:
    positional = place.call.positional()
    if not positional:
        return ()
    return tuple(dict.fromkeys(_strings(project, place, positional[0].value)))


def _strings(project: Project, place: Place, node: Node) -> Iterator[str]:
    """Tell what a name can be: a string, a variable that is one, a loop's variable or the first item of that."""
    match node:
        case String(value=str() as plain):
            yield plain
        case Index(target=Name(name=name)):
            yield from _looped(project, place, name, node)
        case Name(name=name) if any(name in loop.names for loop in place.loops):
            yield from _looped(project, place, name, None)
        case Name():
            for leaf in leaves(project, Value(place.file, node)):
                if isinstance(leaf, Value) and isinstance(leaf.node, String) and leaf.node.value is not None:
                    yield leaf.node.value


def _looped(project: Project, place: Place, name: str, index: Index | None) -> Iterator[str]:
    loop = next((loop for loop in reversed(place.loops) if loop.names[0] == name), None)
    if loop is None:
        return
    for row in _rows(project, Value(place.file, loop.items)):
        match row:
            case String(value=str() as plain) if index is None:
                yield plain
            case Array(arguments=arguments) if index is not None:
                at = place.file.text[index.key.start : index.key.end]
                cells = [each.value for each in arguments]
                cell = cells[int(at)] if at.isdecimal() and int(at) < len(cells) else None
                if isinstance(cell, String) and cell.value is not None:
                    yield cell.value


def _rows(project: Project, items: Value) -> Iterator[Node]:
    """Give what a loop goes through: the items of an array, or the keys of a dict."""
    match items.node:
        case Array():
            yield from (each.value for each in items.node.arguments)
        case Dict():
            yield from (each.keyword for each in items.node.arguments if each.keyword is not None)
        case Name(name=name):
            bindings = project.scope(items.file).bound(name)
            if bindings is not None and len(bindings) == 1 and not isinstance(bindings[0].value.node, Name):
                yield from _rows(project, bindings[0].value)


def _linked(
    project: Project, file: File, call: Call, depth: int, keywords: tuple[str, ...] = _LINKING
) -> Iterator[str | None]:
    """Name what a call links; None stands for what cannot be told."""
    for name in keywords:
        value = keyword(file, call, name)
        if value is not None:
            for leaf in leaves(project, value):
                yield from _of_leaf(project, leaf, depth + 1)


def _of_leaf(project: Project, leaf: Value | Unknown, depth: int) -> Iterator[str | None]:
    if isinstance(leaf, Unknown) or depth > _DEEPEST or not isinstance(leaf.node, Call):
        yield None
        return
    call = leaf.node
    if _form(call) is not None:
        name = first_string(call)
        yield None if name is None else posixpath.join(leaf.file.folder, name)
    elif call.target is not None and call.function in _PARTS:
        yield from _of_value(project, Value(leaf.file, call.target), depth)
    elif call.target is None and call.function == "declare_dependency":
        yield from _linked(project, leaf.file, call, depth)
    elif call.target is not None and call.function == "get_variable":
        yield from _of_subproject(project, leaf, call.target, depth)
    elif call.target is None and call.function == "dependency":
        yield from _of_dependency(project, call, depth)


def _of_value(project: Project, value: Value, depth: int) -> Iterator[str | None]:
    for leaf in leaves(project, value):
        yield from _of_leaf(project, leaf, depth + 1)


def _of_subproject(project: Project, leaf: Value, holder: Node, depth: int) -> Iterator[str | None]:
    """Follow `subproject('x').get_variable('dep')`."""
    variable = first_string(leaf.node) if isinstance(leaf.node, Call) else None
    for each in leaves(project, Value(leaf.file, holder)):
        name = None
        if isinstance(each, Value) and isinstance(each.node, Call) and each.node.function == "subproject":
            name = first_string(each.node)
        yield from _of_variable(project, name, variable, depth)


def _of_variable(project: Project, subproject: str | None, variable: str | None, depth: int) -> Iterator[str | None]:
    scope = None if subproject is None else project.subproject(subproject)
    if scope is None or variable is None:
        yield None
        return
    yield from _of_value(project, named(scope.files[0], variable), depth)


def _of_dependency(project: Project, call: Call, depth: int) -> Iterator[str | None]:
    """Follow `dependency('x')` to what a subproject gives for it, if any; what the system has is no target."""
    name = first_string(call)
    for scope in project.scopes.values():
        for place in scope.calls("override_dependency"):
            positional = place.call.positional()
            if first_string(place.call) == name and name is not None and len(positional) > 1:
                yield from _of_value(project, Value(place.file, positional[1].value), depth)
                return
    fallback = call.argument("fallback")
    if fallback is not None and isinstance(fallback.value, Array):
        words = [each.value.value for each in fallback.value.arguments if isinstance(each.value, String)]
        if len(words) == 2 and project.subproject(words[0] or "") is not None:
            yield from _of_variable(project, words[0], words[1], depth)
