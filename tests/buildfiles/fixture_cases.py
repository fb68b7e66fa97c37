"""Whole build files before and after: fixtures/rewrites/<system>/<case>/ with before.*, after.* and changes.json."""

import json
import os
from collections.abc import Sequence

from glibcheck.model import plan
from glibcheck.model.plan import Change

FIXTURES = os.path.join(os.path.dirname(__file__), "..", "..", "fixtures", "rewrites")

Case = tuple[str, Sequence[Change], str]


def fixture_cases(system: str, ending: str) -> dict[str, Case]:
    """Read all cases of a system; `ending` is that of its build files."""
    return {case: _case(os.path.join(FIXTURES, system, case), ending) for case in cases(system)}


def cases(system: str) -> list[str]:
    return sorted(os.listdir(os.path.join(FIXTURES, system)))


def read_change(kind: str, fields: dict[str, str | list[str]]) -> Change:
    """Make a change as changes.json says it: the class and its fields, lists for tuples."""
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}
    change: Change = getattr(plan, kind)(**values)
    return change


def _case(folder: str, ending: str) -> Case:
    changes = [read_change(kind, fields) for kind, fields in json.loads(_read(folder, "changes.json"))]
    return _read(folder, f"before{ending}"), changes, _read(folder, f"after{ending}")


def _read(folder: str, name: str) -> str:
    """Read a text as a fix does: what is not UTF-8 is taken for Latin-1, byte for byte."""
    with open(os.path.join(folder, name), "rb") as stream:
        content = stream.read()
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")
