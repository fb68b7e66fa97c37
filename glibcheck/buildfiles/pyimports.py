"""The import of a name whose last use goes: left behind, a linter would refuse it.

Only the plain case is mended: one `from ... import ...` at the top level binds the name, as a statement with lines of
its own, and no other place has the name. What a `try` imports, or two statements bind, is for a person to look at.
"""

from __future__ import annotations

import libcst

from glibcheck.buildfiles import brackets, lines, pysource
from glibcheck.buildfiles.pysource import Source
from glibcheck.buildfiles.splice import Splice, removal


def without(source: Source, use: libcst.BaseExpression) -> tuple[Splice, ...]:
    """Take a name out of the import that binds it, when `use` is its only use; () when that is not plain."""
    name = use.value if isinstance(use, libcst.Name) else ""
    others = [place for place in source.names.get(name, ()) if place is not use]
    alias = source.parents[others[0]] if len(others) == 1 else None
    statement = None if alias is None else source.parents[alias]
    if not isinstance(statement, libcst.ImportFrom) or isinstance(statement.names, libcst.ImportStar):
        return ()
    names = [each.evaluated_alias or each.evaluated_name for each in statement.names]
    if name not in names or not _stands_alone(source, statement):
        return ()
    if len(names) == 1:
        return (removal(source.start(statement), lines.below(source.text, source.end(statement))),)
    return brackets.shrink(source.text, pysource.imported(source, statement.names, statement), names.index(name))


def _stands_alone(source: Source, statement: libcst.ImportFrom) -> bool:
    line = source.parents[statement]
    at_the_top = isinstance(source.parents[line], libcst.Module)
    return at_the_top and isinstance(line, libcst.SimpleStatementLine) and len(line.body) == 1
