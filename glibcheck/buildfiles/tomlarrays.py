"""Where the items of a TOML array are (TOML 1.0, "Array"), so that it can grow and shrink in its author's layout.

The text has been parsed before, so it is TOML; here only places are looked for. What can stand between the brackets
is comments, commas, strings of four kinds, other values, and arrays and inline tables with all of that in them.
"""

from __future__ import annotations

import re

import tomlkit

from glibcheck.buildfiles.brackets import Brackets, Item

_TOKEN = re.compile(
    r"""(?P<comment>\#[^\r\n]*)
    |(?P<string>\"{3}(?:[^\\]|\\[\s\S])*?\"{3,5}|'{3}[\s\S]*?'{3,5}|"(?:[^"\\\r\n]|\\.)*"|'[^'\r\n]*')
    |(?P<open>[\[{])|(?P<close>[\]}])|(?P<comma>,)|(?P<space>\s+)|(?P<word>[^\s\[\]{},#"']+)""",
    re.VERBOSE,
)


def brackets_at(text: str, start: int) -> Brackets:
    """Tell the places of the array whose bracket opens at `start`."""
    items: list[Item] = []
    first: int | None = None  # where the item at hand starts, None between items
    last = depth = 0
    for token in _TOKEN.finditer(text, start + 1):
        kind = token.lastgroup
        if kind == "close" and depth == 0:
            rest = [] if first is None else [Item(first, last, None)]
            return Brackets(start + 1, token.start(), (*items, *rest))
        if kind == "comma" and depth == 0:
            if first is not None:
                items.append(Item(first, last, token.end()))
                first = None
        elif kind not in ("comment", "space"):
            first, last = (token.start() if first is None else first), token.end()
            depth += {"open": 1, "close": -1}.get(kind or "", 0)
    raise ValueError("no array starts there, which is a mistake of the caller")


def spell(item: str, like: str | None) -> str:
    """Write `item` as a string; `like` is the text of a neighbour, whose quotes are taken where they can be."""
    if like is not None and like.startswith("'") and not re.search(r"['\x00-\x1f\x7f]", item):
        return f"'{item}'"
    return tomlkit.string(item).as_string()
