"""The journal: what links have left behind comes back, whoever wrote it in whatever order."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from glibcheck.errors import InputError
from glibcheck.linkwatch import journal
from glibcheck.linkwatch.journal import Entry, Journal
from glibcheck.model.names import SymbolName
from glibcheck.model.site import Site
from glibcheck.provenance import recorded_sites, render
from glibcheck.sites import Found

SITE = Site(SymbolName("pow"), ("code",), function=SymbolName("power"))
RECORDED = recorded_sites("x.so", "ab12", Found((SITE,), ()))


def test_what_was_written_comes_back(tmp_path: Path) -> None:
    journal.write(str(tmp_path), Entry("/b/x.so", "ab12", render([RECORDED]), ("it is so",), again=True))
    journal.write(str(tmp_path), Entry("/b/y.so", "y.so", notes=("it is so", "and so")))
    found = journal.read(str(tmp_path))
    assert sorted(found.outputs) == ["/b/x.so", "/b/y.so"]
    assert sorted(found.notes) == ["and so", "it is so"]
    assert found.known.keys() == {"ab12"}
    assert found.known["ab12"].sites.keys() == {"pow"}
    assert found.known["ab12"].sites["pow"][0].function == "power"
    assert (found.linked, found.again) == (frozenset({"ab12", "y.so"}), 1)


def test_the_last_link_of_a_file_counts(tmp_path: Path) -> None:
    journal.write(str(tmp_path), Entry("x.so", "old", notes=("before",)))
    journal.write(str(tmp_path), Entry(os.path.abspath("x.so"), "new"))
    assert journal.read(str(tmp_path)) == Journal(outputs=(os.path.abspath("x.so"),), linked=frozenset({"new"}))


def test_an_empty_folder_is_an_empty_journal(tmp_path: Path) -> None:
    assert journal.read(str(tmp_path)) == journal.EMPTY


@pytest.mark.parametrize("text", ["", "{", "[]", '{"output": "x", "no": 1}', '{"output": "x", "provenance": "{}"}'])
def test_a_damaged_entry_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(InputError):
        journal.read(str(tmp_path))
