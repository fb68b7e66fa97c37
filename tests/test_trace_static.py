"""The C++ sample with libstdc++.a inside: which archive member brings each symbol, and the linker agrees."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from glibcheck.linkmap.tracesymbol import Mention, read_trace
from tests.cli.run import ENVIRONMENT, run
from tests.tools import need, output

SYMBOLS = ("arc4random", "__libc_single_threaded", "pthread_create")
SOURCES = Path(__file__).parent.parent / "fixtures" / "projects" / "cffi-spartan" / "src"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Link the sample against libstdc++.a, with the linker's map and its word on the symbols."""
    need("g++", "nm")
    place = tmp_path_factory.mktemp("static")
    output(
        "g++",
        "-g",
        "-O2",
        "-fPIC",
        "-I",
        str(SOURCES),
        "-c",
        "-o",
        str(place / "spartan.o"),
        str(SOURCES / "spartan.cpp"),
    )
    asked = [f"-Wl,--trace-symbol={symbol}" for symbol in SYMBOLS]
    words = ("-shared", "-static-libstdc++", "-static-libgcc", "-Wl,-Map=it.map", "-Wl,--build-id", *asked)
    done = subprocess.run(
        ["g++", *words, "-o", "it.so", "spartan.o"],
        cwd=place,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    )
    (place / "linker.txt").write_text(done.stderr + done.stdout)
    output("strip", "-o", str(place / "stripped.so"), str(place / "it.so"))
    (place / "bare").mkdir()
    for name in ("it.so", "stripped.so"):
        (place / "bare" / name).write_bytes((place / name).read_bytes())
    return place


def sites(folder: Path, *words: str) -> list[dict[str, Any]]:
    done = run(folder, "trace", *words, "--format", "json")
    assert done.returncode == 0, done.stderr
    return [site for trace in json.loads(done.stdout)["traces"] for site in trace["sites"]]


def named(rows: list[dict[str, Any]]) -> set[tuple[str, str | None]]:
    return {(Path(row["object"]).name, row["member"]) for row in rows if row["object"] is not None}


def mentions(folder: Path, symbol: str) -> set[tuple[str, str | None]]:
    rows: tuple[Mention, ...] = read_trace((folder / "linker.txt").read_text())
    return {(Path(row.object).name, row.member) for row in rows if row.symbol == symbol and not row.defines}


@pytest.mark.parametrize("file", ["it.so", "stripped.so", "bare/it.so", "bare/stripped.so"])
def test_the_member_that_brings_a_symbol_is_the_one_that_the_linker_names(file: str, folder: Path) -> None:
    rows = sites(folder, file, "arc4random")
    assert named(rows) == mentions(folder, "arc4random") == {("libstdc++.a", "random.o")}
    # Without a map beside the file, the archive of this system's compiler was looked through.
    assert {row["evidence"][0] for row in rows} == {"link map" if file == "it.so" else "relocation"}


@pytest.mark.parametrize("file", ["it.so", "stripped.so"])
def test_every_object_that_is_named_is_one_that_the_linker_names(file: str, folder: Path) -> None:
    for symbol in SYMBOLS:
        rows = sites(folder, file, symbol)
        assert named(rows) <= mentions(folder, symbol)
        assert len(rows) > 0
        assert not [row for row in rows if row["object"] is None], symbol


def test_without_a_map_the_code_leads_to_the_object_that_the_map_names(folder: Path) -> None:
    for symbol in SYMBOLS:
        mapped = {row["address"]: row for row in sites(folder, "it.so", symbol, "--map", "it.map")}
        alone = sites(folder, "bare/stripped.so", symbol, "--build-dir", str(folder / "spartan.o"))
        alone += sites(folder, "stripped.so", symbol)
        for row in alone:
            if row["object"] is not None:
                truth = mapped[row["address"]]
                name = f"{truth['object']}({truth['member']})" if truth["member"] else truth["object"]
                found = [row["place"].partition(":(")[0], *row["twins"]]
                assert Path(name).name in {Path(place).name for place in found}, (row, truth)


def test_every_object_that_the_linker_names_is_named_with_its_word(folder: Path) -> None:
    rows = sites(folder, "it.so", "__libc_single_threaded", "--linker-output", "linker.txt")
    assert named(rows) == mentions(folder, "__libc_single_threaded")


def test_the_map_says_why_the_member_is_in_the_file(folder: Path) -> None:
    (row,) = sites(folder, "bare/it.so", "arc4random", "--map", "it.map")
    assert row["evidence"] == ["link map", "code"]
    assert [pull["by"] for pull in row["pulls"]] == ["spartan.o"]
    assert row["pulls"][0]["symbol"].startswith("std::random_device::_M_init(")


def test_nm_finds_the_symbol_in_every_member_that_is_named(folder: Path) -> None:
    archive = output("g++", "-print-file-name=libstdc++.a").strip()
    undefined: dict[str, set[str]] = {}
    for line in output("nm", "-A", "-u", archive).splitlines():
        place, symbol = line.split()[0], line.split()[-1]
        undefined.setdefault(place.split(":")[1], set()).add(symbol)
    for symbol in SYMBOLS:
        members = {member for name, member in named(sites(folder, "it.so", symbol)) if name == "libstdc++.a"}
        assert all(symbol in undefined[member] for member in members if member is not None)


def test_lines_of_the_project_are_those_that_mention_it(folder: Path) -> None:
    rows = [row for row in sites(folder, "it.so", "hypot") if row["source"] is not None]
    assert rows
    for row in rows:
        line = Path(row["source"]["path"]).read_text().splitlines()[row["source"]["line"] - 1]
        assert "hypot" in line


def test_a_line_of_a_header_is_told_with_the_lines_that_brought_it(folder: Path) -> None:
    rows = [row for row in sites(folder, "it.so", "pthread_cond_clockwait") if row["callers"]]
    assert rows
    for row in rows:
        assert "/include/" in row["source"]["path"]
        (own, *_) = [caller for caller in row["callers"] if caller["path"].endswith("spartan.cpp")]
        line = Path(own["path"]).read_text().splitlines()[own["line"] - 1]
        assert "changed_.wait_" in line
    text = run(folder, "trace", "it.so", "pthread_cond_clockwait").stdout
    assert re.search(r"/include/\S+:\d+, inlined at \S*spartan\.cpp:\d+, in ", text)


def test_a_map_of_another_link_is_refused_and_told(folder: Path) -> None:
    output(
        "g++",
        "-shared",
        "-Wl,-Map=" + str(folder / "other.map"),
        "-o",
        str(folder / "other.so"),
        str(folder / "spartan.o"),
    )
    done = run(folder, "trace", "bare/it.so", "arc4random", "--map", "other.map")
    assert done.returncode == 0
    assert "other.map is not the map of bare/it.so" in " ".join(done.stdout.split())
    assert "link map" not in done.stdout


def test_a_damaged_map_that_was_asked_for_is_an_error(folder: Path) -> None:
    (folder / "bad.map").write_text("hello\n")
    done = run(folder, "trace", "it.so", "--map", "bad.map")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("glibcheck: bad.map: ")
