"""Several compat functions as one C text, for a project that takes them among its own sources.

In the archive of `glibcheck build` each member is an object of its own. In one file they share a scope, so a header is
written out once, and what two of them call by the same name gets a name of its own. A template is a header that is
read in another way by each who asks (`_real.h` for FLOAT or DOUBLE): it stands before each group of members that says
the same of it, and what it defines as macros ends with the group.

Which members need which others, and what of the C library, is read from the words of the text, without its comments.
"""

from __future__ import annotations

import re

from glibcheck.catalogue.glibc import glibc
from glibcheck.model.names import SymbolName
from glibcheck.model.record import Record
from glibcheck.sysroot.compat import COMPAT, EH_GLOBALS, START, headers, runs_on, source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from glibcheck.catalogue.glibc import Numbers

# Headers that ask what the member before them has defined; those that include one of them are templates as well.
_TEMPLATES = frozenset({"_isoc23_number.h", "_real.h", "_text.h"})
_MEMBERS = frozenset(row.symbol for row in COMPAT)
_OWN = frozenset({START, EH_GLOBALS})  # members that no release of glibc lacks

_INCLUDE = re.compile(r'^#include "(_\w+\.h)"\n', re.MULTILINE)
_SYSTEM = re.compile(r"^#include <[\w/.]+>\n", re.MULTILINE)
_GUARD = re.compile(r"^#ifndef (GLIBCHECK_\w+_H)\n#define \1\n(.*)^#endif\n\Z", re.MULTILINE | re.DOTALL)
_NO_CODE = re.compile(r"^#include .*|/\*[\s\S]*?\*/|\bstruct \w+", re.MULTILINE)
_MACRO = re.compile(r"^\s*#define (\w+)", re.MULTILINE)
# What a text defines at file scope, besides the members: types, and static functions and data.
_SCOPE = re.compile(
    r"^typedef [^;{]*?\b(\w+);|^\} (\w+)(?:;|\[)|^(?:union|struct) (\w+) \{|^static [^;=(\[]*?\b(\w+)(?:\(|\[| = |;)",
    re.MULTILINE,
)


class _Group(Record):
    """Members that say the same before they read the same template; `says` are their #define lines."""

    says: str
    template: str
    members: tuple[SymbolName, ...]


def closure(symbols: Iterable[SymbolName], machine: str, target: Numbers) -> tuple[SymbolName, ...]:
    """Give members and all others that they call and that a glibc of release `target` lacks, sorted."""
    known = glibc(machine)
    found = list(dict.fromkeys(symbols))
    for symbol in found:  # grows on the way
        for word in sorted(words((symbol,)) & _MEMBERS - set(found)):
            first = known.first(SymbolName(word)) if known else None
            if first is not None and first > target:
                found.append(SymbolName(word))
    return tuple(sorted(found))


def is_member(symbol: SymbolName, machine: str) -> bool:
    """Say whether there is a function for a symbol that is right on the machine."""
    return symbol in _OWN or runs_on(symbol, machine)


def words(symbols: Iterable[SymbolName]) -> frozenset[str]:
    """Give the identifiers in the code of members and of the headers that they read, but for names of structures."""
    texts = headers()
    found: set[str] = set()
    for symbol in symbols:
        text = source(symbol)
        for part in (text, *(texts[name] for name in _chain(text))):
            found.update(re.findall(r"\w+", _NO_CODE.sub("", part)))
    return frozenset(found)


def one_text(symbols: Iterable[SymbolName]) -> str:
    """Write the members, and what they read, as one text that includes no header of ours."""
    chosen = sorted(symbols)
    texts = headers()
    chains = {symbol: _chain(source(symbol)) for symbol in chosen}
    plain = [name for name in texts if any(name in chain for chain in chains.values()) and not _is_template(name)]
    groups = _groups(chosen, chains)
    alone = [symbol for symbol in chosen if not any(symbol in group.members for group in groups)]
    used = {texts[name] for chain in chains.values() for name in chain}.union(map(source, chosen))
    system = sorted({line for text in used for line in _SYSTEM.findall(text)})
    taken: set[str] = set()
    parts = [_apart(_bare(texts[name]), taken, "") for name in _in_order(plain)]
    parts += [part for group in groups for part in _of_group(group, chains, taken)]
    parts += [_ended(_apart(_bare(source(symbol)), taken, symbol)) for symbol in alone]
    return "".join(system) + "\n" + "\n".join(parts)


def _chain(text: str) -> tuple[str, ...]:
    """Name the headers that a text reads, each behind those that it needs itself."""
    texts = headers()
    found: list[str] = []
    for name in _INCLUDE.findall(text):
        found += [one for one in (*_chain(texts[name]), name) if one not in found]
    return tuple(found)


def _in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Order headers so that each stands behind those that it needs."""
    return _chain("".join(f'#include "{name}"\n' for name in names))


def _is_template(name: str) -> bool:
    return not _TEMPLATES.isdisjoint((*_chain(headers()[name]), name))


def _groups(symbols: Iterable[SymbolName], chains: dict[SymbolName, tuple[str, ...]]) -> list[_Group]:
    found: dict[tuple[str, str], list[SymbolName]] = {}
    for symbol in symbols:
        template = next((name for name in chains[symbol] if name in _TEMPLATES), None)
        if template is not None:
            says = "".join(re.findall(r"^#define .*\n", source(symbol).partition("#include")[0], re.MULTILINE))
            found.setdefault((template, says), []).append(symbol)
    return [_Group(says, template, tuple(members)) for (template, says), members in sorted(found.items())]


def _of_group(group: _Group, chains: dict[SymbolName, tuple[str, ...]], taken: set[str]) -> Iterator[str]:
    """Write a group: what it says, the templates, its members, and the end of all macros."""
    texts = headers()
    names = _in_order(name for symbol in group.members for name in chains[symbol] if _is_template(name))
    parts = [_bare(texts[name]) for name in names if _is_template(name)]
    parts += [_bare(source(symbol)).replace(group.says, "", 1) for symbol in group.members]
    text = group.says + ("\n" if group.says else "") + "\n".join(parts)
    yield _ended(_apart(text, taken, _suffix(group)))


def _suffix(group: _Group) -> str:
    """Name a group for what it says: 'float', 'wide', or the member that stands alone."""
    if "NAME" in group.says:
        return str(group.members[0])
    return "_".join(_MACRO.findall(group.says)).lower() or group.template.strip("_").removesuffix(".h")


def _bare(text: str) -> str:
    """Take out of a text what it includes, and its guard."""
    inner = _GUARD.sub(r"\2", text).replace("#pragma once\n", "")
    return re.sub(r"\n{3,}", "\n\n", _SYSTEM.sub("", _INCLUDE.sub("", inner))).strip("\n") + "\n"


def _apart(text: str, taken: set[str], suffix: str) -> str:
    """Rename what a text defines and another has defined before."""
    names = {name for match in _SCOPE.findall(text) for name in match if name}
    clashing = sorted(names & taken)
    for name in clashing:
        text = re.sub(rf"(?<![.\w>]){name}\b", f"{name}_{suffix.strip('_')}", text)
    taken |= names
    return text


def _ended(text: str) -> str:
    """End the macros of a text."""
    return text + "".join(f"#undef {name}\n" for name in dict.fromkeys(_MACRO.findall(text)))
