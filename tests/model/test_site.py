"""How a place is written: as the linker prints it."""

from __future__ import annotations

import pytest

from glibcheck.model.names import SymbolName
from glibcheck.model.site import Site

SITE = Site(SymbolName("pthread_create"), ("relocation",))

PLACES = {
    "nothing-known": (SITE, ""),
    "object": (SITE._replace(object="build/a.o"), "build/a.o"),
    "object-and-offset": (SITE._replace(object="a.o", section=".text.p", offset=0x36), "a.o:(.text.p+0x36)"),
    "member": (SITE._replace(object="libfoo.a", member="bar.o"), "libfoo.a(bar.o)"),
    "member-and-offset": (
        SITE._replace(object="libfoo.a", member="bar.o", section=".text.p", offset=0x36),
        "libfoo.a(bar.o):(.text.p+0x36)",
    ),
    "linked-file-alone": (SITE._replace(section=".text", offset=16), "(.text+0x10)"),
}


@pytest.mark.parametrize(("site", "place"), PLACES.values(), ids=PLACES.keys())
def test_place(site: Site, place: str) -> None:
    assert site.place == place
