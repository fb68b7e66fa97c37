"""The journal: what links have left behind comes back, whoever wrote it in whatever order."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
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


def test_whole_values_come_back(tmp_path: Path) -> None:
    journal.write(str(tmp_path), Entry("/b/x.so", "ab12", render([RECORDED]), ("it is so",), again=True))
    expected = Journal({"ab12": RECORDED}, ("it is so",), ("/b/x.so",), frozenset({"ab12"}), 1)
    assert journal.read(str(tmp_path)) == expected


@pytest.mark.parametrize("name", ["a b.so", "it's.so", "größe.so", "x\ny.so", os.fsdecode(b"x\xff.so"), "x" * 250])
def test_any_name_of_an_output_comes_back(tmp_path: Path, name: str) -> None:
    journal.write(str(tmp_path), Entry(f"/b/{name}", name))
    assert journal.read(str(tmp_path)) == Journal(outputs=(f"/b/{name}",), linked=frozenset({name}))


def test_the_order_of_the_links_makes_no_difference(tmp_path: Path) -> None:
    entries = [Entry(f"/b/{name}.so", name, notes=(f"of {name}", "of all")) for name in "abc"]
    found = set()
    for number, order in enumerate(permutations(entries)):
        folder = tmp_path / str(number)
        folder.mkdir()
        for entry in order:
            journal.write(str(folder), entry)
        read = journal.read(str(folder))
        found.add((read.outputs, read.notes))
        assert read.linked == {"a", "b", "c"}
    assert len(found) == 1
    ((outputs, notes),) = found
    assert (sorted(outputs), sorted(notes)) == (["/b/a.so", "/b/b.so", "/b/c.so"], ["of a", "of all", "of b", "of c"])


def test_links_that_write_at_the_same_time_do_not_meet(tmp_path: Path) -> None:
    entries = [Entry(f"/b/{number}.so", str(number), again=True) for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda entry: journal.write(str(tmp_path), entry), entries * 2))
    found = journal.read(str(tmp_path))
    assert found.linked == {str(number) for number in range(40)}
    assert found.again == 40
    assert len(os.listdir(tmp_path)) == 40


def test_an_entry_that_is_being_written_is_none_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build may judge one file while another one is linked."""
    journal.write(str(tmp_path), Entry("/b/x.so", "x"))
    found = []
    monkeypatch.setattr(os, "fsync", lambda _descriptor: found.append(journal.read(str(tmp_path))))
    journal.write(str(tmp_path), Entry("/b/y.so", "y"))
    assert found == [Journal(outputs=("/b/x.so",), linked=frozenset({"x"}))]


def test_what_a_link_has_left_that_was_killed_is_no_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal.write(str(tmp_path), Entry("/b/x.so", "x"))
    before = set(os.listdir(tmp_path))
    left: set[str] = set()

    rename = os.replace

    def look(source: str, target: str) -> None:
        left.update(set(os.listdir(tmp_path)) - before)
        rename(source, target)

    monkeypatch.setattr(os, "replace", look)
    journal.write(str(tmp_path), Entry("/b/y.so", "y"))
    (name,) = left
    (tmp_path / name).write_bytes(b"")
    assert journal.read(str(tmp_path)).linked == {"x", "y"}


DAMAGED = {
    "no-output": "{}",
    "an-output-that-is-none": '{"output": 3}',
    "notes-that-are-none": '{"output": "x", "notes": 3}',
    "a-note-that-is-none": '{"output": "x", "notes": [3]}',
    "an-identity-that-is-none": '{"output": "x", "identity": []}',
    "a-word-for-again": '{"output": "x", "again": "yes"}',
    "provenance-that-is-none": '{"output": "x", "provenance": 3}',
    "another-form": '{"output": "x", "provenance": "{\\"schema\\": \\"glibcheck.provenance/9\\"}"}',
    "too-deep": "[" * 100_000,
    "a-text": '"output"',
}


@pytest.mark.parametrize("text", DAMAGED.values(), ids=DAMAGED)
def test_an_entry_whose_values_are_none_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(InputError, match=r"x\.json: "):
        journal.read(str(tmp_path))


def test_an_entry_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(b'{"output": "\xff"}')
    with pytest.raises(InputError, match=r"x\.json: at offset 0xc: is not UTF-8 text"):
        journal.read(str(tmp_path))
