"""What is told of a site, and with which evidence: each clue adds what it proves, and no more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from glibcheck.elf.dwarf.callsites import CallSite
from glibcheck.elf.functions import Function
from glibcheck.elf.memory import Memory
from glibcheck.elf.references import CodeReference
from glibcheck.linkmap.pieces import Inclusion, LinkMap, Output, Piece
from glibcheck.linkmap.tracesymbol import Mention
from glibcheck.model.names import SymbolName
from glibcheck.model.site import Pull, Site, Source
from glibcheck.sites import Clues, Found, cut, find_sites

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from glibcheck.elf.references import Kind

DLSYM, JOIN = SymbolName("dlsym"), SymbolName("pthread_join")
NOTHING = Memory(b"", None, None)
PIECE = Piece(".text.run", ".text", 0x1000, 0x100, "lib/libfoo.a", "bar.o")
MAP = LinkMap("bfd", (PIECE,), (Output(".text", 0x1000, 0x100),), ())


def reference(symbol: SymbolName, address: int, kind: Kind = "call") -> CodeReference:
    return CodeReference(symbol, address, ".got" if kind == "slot" else ".text", address - 0x1000, kind)


def find(*references: CodeReference, lines: Mapping[int, Source] = {}, **clues: Any) -> Found:
    def look_up(addresses: Iterable[int]) -> Mapping[int, tuple[Source, ...]]:
        return {address: (lines[address],) for address in addresses if address in lines}

    base = Clues(references, NOTHING, lambda _: None, look_up, lambda _: {})
    wanted = {row.symbol for row in references} or {DLSYM}
    return find_sites(wanted, base._replace(**clues))


def sites(*references: CodeReference, lines: Mapping[int, Source] = {}, **clues: Any) -> list[Site]:
    return [*find(*references, lines=lines, **clues).sites]


def test_a_reference_in_the_code_is_a_site_of_the_linked_file() -> None:
    assert sites(reference(DLSYM, 0x1010)) == [Site(DLSYM, ("code",), None, None, ".text", 0x10, 0x1010)]


def test_lines_and_functions_are_added_with_their_evidence() -> None:
    (site,) = sites(
        reference(DLSYM, 0x1010),
        lines={0x1010: Source("a.c", 7)},
        functions=lambda _: Function(SymbolName("start"), 0x1000, 64),
    )
    assert (site.source, site.function, site.evidence) == (
        Source("a.c", 7), "start", ("debug information", "code"),
    )  # fmt: skip


def test_a_map_names_the_member_and_the_offset_in_its_section() -> None:
    (site,) = sites(reference(DLSYM, 0x1010), link_map=MAP)
    assert (site.place, site.evidence) == ("lib/libfoo.a(bar.o):(.text.run+0x10)", ("link map", "code"))
    (outside,) = sites(reference(DLSYM, 0x2010), link_map=MAP)
    assert (outside.object, outside.evidence) == (None, ("code",))


def test_the_reasons_for_a_member_are_followed_outwards_and_end_in_a_circle() -> None:
    reasons = {
        "lib/libfoo.a(bar.o)": Inclusion("lib/libfoo.a", "bar.o", "lib/libfoo.a(baz.o)", "bar()"),
        "lib/libfoo.a(baz.o)": Inclusion("lib/libfoo.a", "baz.o", "main.o", "baz"),
    }
    (site,) = sites(reference(DLSYM, 0x1010), link_map=MAP, reasons=reasons)
    assert site.pulls == (Pull("lib/libfoo.a(baz.o)", SymbolName("bar()")), Pull("main.o", SymbolName("baz")))
    circle = {"lib/libfoo.a(bar.o)": Inclusion("lib/libfoo.a", "bar.o", "lib/libfoo.a(bar.o)", "bar")}
    (site,) = sites(reference(DLSYM, 0x1010), link_map=MAP, reasons=circle)
    assert site.pulls == (Pull("lib/libfoo.a(bar.o)", SymbolName("bar")),)


def test_what_the_linker_said_is_a_site_of_its_own_without_an_address() -> None:
    mentions = (
        Mention("a.o", None, DLSYM, False),
        Mention("libdl.so", None, DLSYM, True),
        Mention("b.o", None, JOIN, False),
    )
    found = sites(reference(DLSYM, 0x1010), mentions=mentions)
    assert found == [
        Site(DLSYM, ("code",), None, None, ".text", 0x10, 0x1010),
        Site(DLSYM, ("linker trace",), "a.o"),
    ]


def test_an_object_that_a_site_names_is_not_repeated_for_the_linkers_word() -> None:
    mentions = (Mention("/elsewhere/libfoo.a", "bar.o", DLSYM, False),)
    assert len(sites(reference(DLSYM, 0x1010), link_map=MAP, mentions=mentions)) == 1


def test_a_slot_alone_says_no_more_than_the_dynamic_symbols() -> None:
    (site,) = sites(reference(DLSYM, 0x3008, "slot"))
    assert (site.evidence, site.place, site.source) == (("dynamic symbols",), "(.got+0x2008)", None)


def test_a_call_site_of_the_debug_information_is_better_than_a_slot_and_worse_than_code() -> None:
    calls = (CallSite(0x1014, 0x1015, DLSYM, SymbolName("start")), CallSite(0x1024, 0x1025, JOIN, None))
    references = (reference(DLSYM, 0x3008, "slot"), reference(JOIN, 0x1021))
    found = sites(*references, calls=calls, lines={0x1014: Source("a.c", 7)})
    assert [(site.symbol, site.address, site.evidence, site.source, site.function) for site in found] == [
        (DLSYM, 0x1014, ("debug information",), Source("a.c", 7), "start"),
        (JOIN, 0x1021, ("code",), None, None),
    ]


def test_a_symbol_of_which_nothing_is_known_is_still_there() -> None:
    assert sites() == [Site(DLSYM, ("dynamic symbols",))]


def test_of_many_sites_one_of_each_line_is_kept_before_a_second_of_any() -> None:
    lines = {0x1000 + at: Source("a.c", 1 + at // 10) for at in range(40)}
    found = find(*(reference(DLSYM, address) for address in lines), lines=lines)
    kept = cut(found, 6)
    assert [site.address for site in kept.sites] == [0x1000, 0x1001, 0x1002, 0x100A, 0x1014, 0x101E]
    assert kept.left_out == {DLSYM: 34}
    assert cut(found, 40) == found
