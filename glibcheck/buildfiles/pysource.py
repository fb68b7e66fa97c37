"""A Python text, read so that every part of it knows its place.

libcst keeps comments and white space, and tells the line and column of each node; here they become offsets
into the text, which is what a splice needs. Nothing is ever printed from the tree.

Traps: a parenthesised expression, a tuple too, is told without its parentheses, and a bracket with the white
space inside of it. And libcst drops a form feed or a byte order mark without a word, so the text is compared
with what the tree would print: when they differ, places would be wrong, and the file is refused.
"""

from __future__ import annotations

import ast
import re
import warnings

import libcst
from libcst.metadata import MetadataWrapper, ParentNodeProvider, PositionProvider

from glibcheck.buildfiles.brackets import Brackets, Item
from glibcheck.errors import RewriteError
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from libcst.metadata import CodePosition, CodeRange

_BYTE_ORDER_MARK = "\ufeff"

# ValueError: null bytes, before Python 3.11.4. MemoryError: more nesting than the parser has a stack for.
_UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError, libcst.ParserSyntaxError)


class Source(Record):
    """A text, its tree, and for each node of the tree its place and its parent.

    `line_starts` are the offsets of the first character of each line; `names` holds where each name occurs, in file
    order, without attributes and keywords, which are other names.
    """

    path: str
    text: str
    module: libcst.Module
    places: Mapping[libcst.CSTNode, CodeRange]
    parents: Mapping[libcst.CSTNode, libcst.CSTNode]
    line_starts: tuple[int, ...]
    names: Mapping[str, tuple[libcst.Name, ...]]

    def start(self, node: libcst.CSTNode) -> int:
        """Tell the offset of the first character of `node`."""
        return self._offset(self.places[node].start)

    def end(self, node: libcst.CSTNode) -> int:
        """Tell the offset behind the last character of `node`."""
        return self._offset(self.places[node].end)

    def line(self, node: libcst.CSTNode) -> int:
        """Tell the line on which `node` starts, counted from 1."""
        return self.places[node].start.line

    def refusal(self, node: libcst.CSTNode, message: str) -> RewriteError:
        """Make the error that says why nothing can be edited at `node`."""
        return RewriteError(self.path, self.line(node), message)

    def _offset(self, position: CodePosition) -> int:
        return self.line_starts[position.line - 1] + position.column


def read(path: str, text: str) -> Source:
    """Parse `text`.

    Raises: RewriteError when it is not Python of today, or when places in it cannot be told.
    """
    module = _parse(path, text)
    try:
        return _locate(path, text, module)
    except RecursionError as error:
        message = "an expression is nested too deeply to be read, such as a sum of many parts; edit it by hand"
        raise RewriteError(path, None, message) from error


def parses(text: str) -> bool:
    """Say whether `text` is Python of today; much cheaper than `read`."""
    try:
        _check(text)
    except _UNREADABLE:
        return False
    return True


def is_bracketed(value: libcst.List | libcst.Tuple) -> bool:
    """Say whether a list or tuple has brackets: `LIBS = "m", "z"` has none."""
    return isinstance(value, libcst.List) or bool(value.lpar)


def elements(source: Source, literal: libcst.List | libcst.Tuple) -> Brackets:
    """Tell where the brackets and the elements of a list or a parenthesised tuple are."""
    if isinstance(literal, libcst.List):
        start, end = source.start(literal.lbracket), source.end(literal.rbracket)
    else:
        start, end = source.start(literal.lpar[-1]), source.end(literal.rpar[0])
    return Brackets(start + 1, end - 1, _items(source, literal.elements), isinstance(literal, libcst.Tuple))


def arguments(source: Source, call: libcst.Call) -> Brackets:
    """Tell where the parentheses and the arguments of a call are."""
    # libcst has no node for the parenthesis of a call; only white space and closing parentheses come before it.
    start = source.text.index("(", source.end(call.func)) + 1
    return Brackets(start, source.end(call) - 1, _items(source, call.args))


def imported(source: Source, names: Sequence[libcst.ImportAlias], statement: libcst.ImportFrom) -> Brackets:
    """Tell where the names of a `from ... import` are: between parentheses, or from the first to the last."""
    places = _items(source, names)
    if statement.lpar is None or statement.rpar is None:
        return Brackets(places[0].start, places[-1].end, places)
    return Brackets(source.start(statement.lpar) + 1, source.end(statement.rpar) - 1, places)


def string(node: libcst.BaseExpression) -> str | None:
    """Tell the value of a string literal, joined or not; None for everything else."""
    if isinstance(node, libcst.SimpleString | libcst.ConcatenatedString):
        value = node.evaluated_value
        return value if isinstance(value, str) else None
    return None


def spell(item: str, quote: str) -> str:
    """Write `item` as a string literal between `quote`s, or as Python would when it holds one."""
    return repr(item) if quote in item else f"{quote}{repr(item)[1:-1]}{quote}"


def callee(call: libcst.Call) -> str | None:
    """Tell the last part of the name that is called: `Extension` for `setuptools.Extension(...)`."""
    match call.func:
        case libcst.Name(value=name) | libcst.Attribute(attr=libcst.Name(value=name)):
            return name
        case _:
            return None


def _parse(path: str, text: str) -> libcst.Module:
    try:
        _check(text)
        return libcst.parse_module(text)
    except _UNREADABLE as error:
        line = error.lineno if isinstance(error, SyntaxError) else None
        message = "Python cannot parse it, so it cannot be edited; mend it first"
        raise RewriteError(path, line, message) from error


def _check(text: str) -> None:
    # CPython parses first: it is quick, it knows the line of a mistake, and it has limits for nesting,
    # while libcst's parser ends the process when a text nests too deeply for the stack.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about "\d" and the like, the author's concern
        ast.parse(text.removeprefix(_BYTE_ORDER_MARK))


def _locate(path: str, text: str, module: libcst.Module) -> Source:
    mark = _BYTE_ORDER_MARK if text.startswith(_BYTE_ORDER_MARK) else ""
    if mark + module.code != text:
        message = "a form feed or another rare character hides the places of its parts; edit it by hand"
        raise RewriteError(path, None, message)
    wrapper = MetadataWrapper(module, unsafe_skip_copy=True)  # The tree is ours alone, so it need not be copied.
    places, parents = wrapper.resolve(PositionProvider), wrapper.resolve(ParentNodeProvider)
    line_starts = (len(mark), *(found.end() for found in re.finditer(r"\r\n|\r|\n", text)))
    return Source(path, text, module, places, parents, line_starts, _names(places, parents))


def _names(
    places: Mapping[libcst.CSTNode, CodeRange], parents: Mapping[libcst.CSTNode, libcst.CSTNode]
) -> dict[str, tuple[libcst.Name, ...]]:
    nodes = [node for node in parents if isinstance(node, libcst.Name) and not _is_label(parents[node], node)]
    found: dict[str, tuple[libcst.Name, ...]] = {}
    for node in sorted(nodes, key=lambda node: (places[node].start.line, places[node].start.column)):
        found[node.value] = (*found.get(node.value, ()), node)
    return found


def _is_label(parent: libcst.CSTNode, name: libcst.Name) -> bool:
    return (isinstance(parent, libcst.Attribute) and parent.attr is name) or (
        isinstance(parent, libcst.Arg) and parent.keyword is name
    )


def _items(source: Source, nodes: Sequence[libcst.BaseElement | libcst.Arg | libcst.ImportAlias]) -> tuple[Item, ...]:
    return tuple(Item(source.start(node), source.end(node), _behind_comma(source, node)) for node in nodes)


def _behind_comma(source: Source, node: libcst.BaseElement | libcst.Arg | libcst.ImportAlias) -> int | None:
    return source.end(node.comma) if isinstance(node.comma, libcst.Comma) else None
