"""How the lists of a `Makefile.am` grow and shrink, in the layout that their author chose."""

from __future__ import annotations

import re

from glibcheck.buildfiles import splice
from glibcheck.buildfiles.automake import makefile as files
from glibcheck.buildfiles.splice import Splice, insertion, removal
from glibcheck.errors import RewriteError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from glibcheck.buildfiles.automake.declared import Target
    from glibcheck.buildfiles.automake.makefile import Assignment, Makefile, Word


def edited(makefile: Makefile, *splices: Splice) -> Makefile:
    """Carry out splices and read the file again."""
    return files.read(makefile.path, splice.apply(makefile.text, splices)) if splices else makefile


def grow(makefile: Makefile, target: Target, ending: str, new: Sequence[str], common: str = "") -> Makefile:
    """Put words, which belong together, at the end of a variable of a target, unless they stand there in a row.

    A variable that the target does not have yet is made; it begins with the variable `common`, which automake would
    have taken in its place, where the file has that.

    Raises: RewriteError when it is set in conditionals only that the target does not stand in, or cannot grow.
    """
    name = target.variable(ending)
    rows = makefile.of(name)
    if any(_has_row([word.text for word in row.words], new) for row in rows):
        return makefile
    here = [row for row in rows if holds(row, target.listing)]
    if here:
        return grown(makefile, here[-1], new)
    if rows:
        message = f"{name} is set in a conditional only; add {' '.join(new)} by hand"
        raise RewriteError(makefile.path, rows[0].line, message)
    # An included file may set it, too.
    before = [f"$({common})"] if makefile.of(common) or (common and makefile.includes) else []
    return set_variable(makefile, target, ending, " ".join([*before, *new]))


def set_variable(makefile: Makefile, target: Target, ending: str, value: str, comment: str = "") -> Makefile:
    """Give a target a variable that it does not have, in a line behind its other ones, a comment above it."""
    line = f"{target.variable(ending)} = {value}"
    lines = f"{comment}\n{line}" if comment else line
    return with_line(makefile, _anchor(makefile, target), lines)


def grown(makefile: Makefile, row: Assignment, new: Sequence[str]) -> Makefile:
    """Put words at the end of a value.

    Raises: RewriteError when they would stand inside of a quote or bracket that nothing ends.
    """
    changed = edited(makefile, append(makefile, row, new))
    if not any(_has_row([word.text for word in found.words], new) for found in changed.of(row.name)):
        message = f"a quote or bracket does not end in {row.name}; add {' '.join(new)} by hand"
        raise RewriteError(makefile.path, row.line, message)
    return changed


def with_line(makefile: Makefile, behind: Assignment, line: str) -> Makefile:
    """Put a line, or several, behind an assignment.

    Raises: RewriteError when that one ends in a backslash, with nothing behind it that it joins.
    """
    changed = edited(makefile, new_line(makefile, behind, line))
    if len(changed.assignments) == len(makefile.assignments):
        message = f"the line ends in a backslash and the file with it; put {line.partition(' ')[0]} there by hand"
        raise RewriteError(makefile.path, behind.line, message)
    return changed


def append(makefile: Makefile, row: Assignment, new: Sequence[str]) -> Splice:
    """Put words behind the last one: on its line, or on lines of their own where each word has one."""
    if not row.words:
        gap = "" if makefile.text[row.value_end - 1] in " \t" else " "
        return insertion(row.value_end, gap + " ".join(new))
    start = makefile.text.rfind("\n", 0, row.words[-1].start) + 1
    indent = re.match(r"[ \t]*", makefile.text[start:])
    joined = makefile.text[row.name_start : row.value_end].count("\n")
    if not joined or indent is None or start <= row.name_start:
        return insertion(row.value_end, "".join(f" {word}" for word in new))
    return insertion(row.value_end, f" \\{newline(makefile)}{indent[0]}{' '.join(new)}")


def without(makefile: Makefile, row: Assignment, word: Word) -> Splice:
    """Take one word out of a list; the sign stays when nothing is left."""
    index = row.words.index(word)
    if index > 0:
        return removal(row.words[index - 1].end, word.end)
    if len(row.words) > 1:
        return removal(word.start, row.words[1].start)
    return removal(row.value_end - (word.end - _sign_end(makefile, row)), word.end)


def new_line(makefile: Makefile, behind: Assignment, line: str) -> Splice:
    """Put a line, or several, behind an assignment, as far to the right as that one."""
    indent = makefile.text[behind.start : behind.name_start]
    put = (indent + line.replace("\n", f"\n{indent}")).replace("\n", newline(makefile))
    ended = makefile.text[behind.start : behind.end].endswith(("\n", "\r"))
    return insertion(behind.end, f"{put}{newline(makefile)}" if ended else f"{newline(makefile)}{put}")


def find(makefile: Makefile, name: str, text: str, last: bool = False) -> tuple[Assignment, Word]:
    """Find a word, the first or last of those that are the same, among the values of a variable."""
    found = [(row, word) for row in makefile.of(name) for word in row.words if word.text == text]
    return found[-1 if last else 0]


def holds(row: Assignment, other: Assignment) -> bool:
    """Say whether an assignment holds wherever another one does: its conditionals are around that one, too."""
    return row.conditions == other.conditions[: len(row.conditions)]


def excludes(row: Assignment, other: Assignment) -> bool:
    """Say whether no configuration has both assignments: one stands in the `else` of the other."""
    return any(f"!{one}" == two or one == f"!{two}" for one in row.conditions for two in other.conditions)


def newline(makefile: Makefile) -> str:
    """Tell how lines end in a file."""
    return "\r\n" if "\r\n" in makefile.text else "\n"


def _sign_end(makefile: Makefile, row: Assignment) -> int:
    place = makefile.text.index("=", row.name_start)
    return place + 1


def _anchor(makefile: Makefile, target: Target) -> Assignment:
    """Find the assignment behind which a new variable of the target is expected."""
    own = [
        row
        for row in makefile.assignments
        if row.name.startswith(f"{target.canonical}_") and holds(row, target.listing)
    ]
    return own[-1] if own else target.listing


def _has_row(words: Sequence[str], new: Sequence[str]) -> bool:
    return any(list(words[start : start + len(new)]) == list(new) for start in range(len(words)))
