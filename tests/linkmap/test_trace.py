"""What linkers say for --trace-symbol, against nm; and other lines of a build's log, which are no mentions."""

from __future__ import annotations

from pathlib import Path

import pytest

from glibcheck.linkmap.inclusions import read_why_extract
from glibcheck.linkmap.pieces import Inclusion
from glibcheck.linkmap.tracesymbol import Mention, read_trace
from glibcheck.model.names import SymbolName
from tests.linkmap.linked import LINKERS, OTHER, compile_sources, link_all_parts
from tests.tools import output


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("traced")
    compile_sources(path)
    return path


ARCHIVE = "lib (x)/libparts.a"
LINKED = [("entry.o", None), (OTHER, None), (ARCHIVE, "helper.o"), (ARCHIVE, "deep.o")]


def referring(folder: Path, symbol: str) -> set[tuple[str, str | None]]:
    """Ask nm which of the objects that are linked refer to a symbol."""
    found = set()
    for path, member in LINKED:
        name = str(folder / (member or path))
        if symbol in [line.split()[-1] for line in output("nm", "-u", name).splitlines()]:
            found.add((path, member))
    return found


@pytest.mark.parametrize("linker", LINKERS)
def test_the_objects_that_refer_are_those_of_nm(linker: str, folder: Path) -> None:
    symbols = ("puts", "printf", "pow", "deep", "_Znwm", "shared_count")
    said = read_trace(link_all_parts(linker, folder, *(f"-Wl,-y,{symbol}" for symbol in symbols)))
    for symbol in symbols:
        shown = "operator new(unsigned long)" if (linker, symbol) == ("mold", "_Znwm") else symbol
        mentions = {
            (mention.object, mention.member)
            for mention in said
            if mention.symbol == shown and not mention.defines and ".so" not in mention.object
        }
        assert mentions == referring(folder, symbol) != set()
    defining = {(row.object, row.member) for row in said if row.defines and row.symbol in ("deep", "shared_count")}
    assert defining == {(ARCHIVE, "deep.o"), (ARCHIVE, "helper.o")}
    assert any(row.defines and "libm.so" in row.object for row in said if row.symbol == "pow")


def test_why_extract_of_lld_agrees(folder: Path) -> None:
    link_all_parts("lld", folder, "-Wl,--why-extract=why.txt")
    assert read_why_extract((folder / "why.txt").read_text()) == (
        Inclusion(ARCHIVE, "helper.o", "entry.o", "helper"),
        Inclusion(ARCHIVE, "deep.o", "entry.o", "deep"),
    )


LOG = """\
make[1]: Entering directory '/src'
gcc -shared a.o -o a.so -Wl,-y,pow
/usr/bin/x86_64-linux-gnu-ld.bfd: dir (x)/a.o: reference to pow
/usr/bin/ld: libm.a(e (1).o): definition of pow
/usr/bin/ld: libm.a(e (1).o): definition of pow
trace-symbol: a.o: reference to operator new(unsigned long)
trace-symbol: a.o keeps libm.a(e.o) for pow
trace-symbol: a.o: unresolved symbol pow
b.o: lazy definition of pow\r
t/c.o (symbol from plugin): reference to pow@GLIBC_2.2.5
/usr/bin/ld: a.o: in function `f':
a.c:(.text+0x5): undefined reference to `pow'
a.o: warning: definition of `x' overriding common from b.o
a.cc:3:5: error: reference to 'operator()' is ambiguous
note: this is a reference to something (or other)
x: reference to the manual
: reference to pow
a.o: reference to \n"""


def test_mentions_are_found_between_other_lines() -> None:
    pow_ = SymbolName("pow")
    assert read_trace(LOG) == (
        Mention("dir (x)/a.o", None, pow_, False),
        Mention("libm.a", "e (1).o", pow_, True),
        Mention("a.o", None, SymbolName("operator new(unsigned long)"), False),
        Mention("b.o", None, pow_, True),
        Mention("t/c.o", None, SymbolName("pow@GLIBC_2.2.5"), False),
    )
    assert read_trace("") == ()
