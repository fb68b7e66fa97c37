"""What a build records, and a later check of the stripped file: lines of this very build, wherever it has gone."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from glibcheck.model.names import SymbolName
from glibcheck.sites import Found
from glibcheck.trace import traces
from glibcheck.workspace import siting
from glibcheck.workspace.closures import closures_of
from glibcheck.workspace.clues import sites_in
from glibcheck.workspace.hints import Hints
from tests.cli.run import refusal, run
from tests.test_provenance import schema
from tests.tools import need, output

SOURCE = """\
#include <stddef.h>
#include <stdlib.h>
extern long getrandom(void *, unsigned long, unsigned);
int fill(void *place, size_t size) {
    return (int)getrandom(place, size, 0);
}
"""
LINE = "src/fill.c:5"
TARGET = ("--isolated", "--target", "glibc-2.17")


def compiled(folder: Path, source: str, target: str, *words: str) -> Path:
    output("gcc", "-g", "-O2", "-fPIC", "-shared", "-Wl,--build-id", "-o", str(folder / target), source, *words)
    return folder / target


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Build fill.so of a project, record it, and strip it."""
    need("gcc", "strip")
    folder = tmp_path / "project"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "fill.c").write_text(SOURCE)
    compiled(folder, str(folder / "src" / "fill.c"), "fill.so")
    record(folder, "fill.so")
    output("strip", str(folder / "fill.so"))
    return folder


def record(folder: Path, file: str, name: str = "p.json") -> Any:
    done = run(folder, "trace", file, "--record", name)
    assert (done.returncode, done.stderr) == (0, "")
    document = json.loads((folder / name).read_text())
    jsonschema.validate(document, schema(), jsonschema.Draft202012Validator)
    return document


def checked(folder: Path, *files: str, records: tuple[str, ...] = ("p.json",)) -> str:
    """Check files against records; give the report as one line."""
    words = [word for name in records for word in ("--provenance", name)]
    done = run(folder, "check", *TARGET, *words, *files)
    assert (done.returncode, done.stderr) == (1, "")
    return " ".join(done.stdout.split())


def wheel_of(path: Path, files: dict[str, Path]) -> None:
    """Pack files as a wheel for a platform of glibc 2.34."""
    info = f"{path.name.split('-')[0]}-1.0.dist-info"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in files.items():
            archive.write(file, name)
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-manylinux_2_34_x86_64\n")
        archive.writestr(f"{info}/RECORD", "")


WHEEL = "demo-1.0-py3-none-manylinux_2_34_x86_64.whl"


def test_the_stripped_file_is_reported_with_its_line(project: Path) -> None:
    assert LINE in checked(project, "fill.so")
    assert LINE not in run(project, "check", *TARGET, "fill.so").stdout


def test_a_copy_elsewhere_and_by_another_name_is_known_again(project: Path, tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir()
    shutil.copy(project / "fill.so", there / "libother-0123abcd.so.1")
    shutil.copy(project / "p.json", there / "q.json")
    shutil.rmtree(project)
    assert LINE in checked(there, "libother-0123abcd.so.1", records=("q.json",))


def test_a_member_of_a_wheel_is_known_again(project: Path) -> None:
    wheel_of(project / WHEEL, {"demo/fill.so": project / "fill.so"})
    assert LINE in checked(project, WHEEL)


def test_a_file_with_a_changed_rpath_and_soname_is_known_again(project: Path) -> None:
    need("patchelf")
    output("patchelf", "--set-rpath", "$ORIGIN/../demo.libs:" + "x" * 300, str(project / "fill.so"))
    output("patchelf", "--set-soname", "libfill-89abcdef.so", str(project / "fill.so"))
    assert LINE in checked(project, "fill.so")


def test_another_build_is_not_matched_and_that_is_noted(project: Path) -> None:
    source = project / "src" / "fill.c"
    source.write_text(SOURCE.replace("int fill", "int more(void) { return 7; }\nint fill"))
    compiled(project, str(source), "fill.so")
    said = checked(project, "fill.so")
    assert LINE not in said
    assert "fill.so: no provenance on record for this very build" in said


def test_paths_inside_the_folder_of_the_record_are_relative(project: Path) -> None:
    text = (project / "p.json").read_text()
    assert str(project) not in text
    ((site, *others),) = [json.loads(text)["files"][0]["symbols"]["getrandom"]["sites"]]
    assert (site[1:4], others) == (["fill", "src/fill.c", 5], [])


def test_paths_outside_of_the_folder_stay_as_they_are(project: Path, tmp_path: Path) -> None:
    compiled(project, str(project / "src" / "fill.c"), "fill.so")
    (tmp_path / "elsewhere").mkdir()
    document = record(tmp_path / "elsewhere", str(project / "fill.so"))
    assert document["files"][0]["symbols"]["getrandom"]["sites"][0][2] == str(project / "src" / "fill.c")


def test_two_records_are_read_together(project: Path) -> None:
    (project / "src" / "two.c").write_text(SOURCE.replace("fill", "two").replace("\nint", "\n\n\nint"))
    compiled(project, str(project / "src" / "two.c"), "two.so")
    record(project, "two.so", "two.json")
    said = checked(project, "fill.so", "two.so", records=("p.json", "two.json"))
    assert LINE in said
    assert "src/two.c:7" in said
    assert "no provenance" not in said


@pytest.mark.parametrize("text", ["", "{}", "[1", '{"schema": "glibcheck.provenance/9", "files": []}'])
def test_a_damaged_record_is_one_line(text: str, project: Path) -> None:
    (project / "bad.json").write_text(text)
    said = refusal(run(project, "check", *TARGET, "--provenance", "p.json", "--provenance", "bad.json", "fill.so"))
    assert said.startswith("bad.json: ")
    assert "glibcheck trace --record" in said


def test_a_record_that_is_not_there_is_one_line(project: Path) -> None:
    assert "none.json: " in refusal(run(project, "check", *TARGET, "--provenance", "none.json", "fill.so"))


def bundle(project: Path) -> None:
    """Pack two extensions, both of which load a library that the wheel bundles."""
    library = compiled(
        project, str(project / "src" / "fill.c"), "libfill-12345678.so", "-Wl,-soname,libfill-12345678.so"
    )
    parts = {}
    for name in ("one", "two"):
        text = "extern int fill(void *, unsigned long);\nextern void *dlsym(void *, const char *);\n"
        text += f'int {name}(void) {{\n    return fill(0, 0) + (dlsym(0, "{name}") != 0);\n}}\n'
        (project / "src" / f"{name}.c").write_text(text)
        words = (f"-L{project}", "-l:libfill-12345678.so", "-Wl,-rpath,$ORIGIN/../demo.libs")
        parts[f"demo/{name}.so"] = compiled(project, str(project / "src" / f"{name}.c"), f"{name}.so", *words)
    wheel_of(project / WHEEL, {"demo.libs/libfill-12345678.so": library, **parts})


def test_a_wheel_puts_each_extension_and_bundled_library_on_record(project: Path) -> None:
    bundle(project)
    document = record(project, WHEEL)
    found = {file["name"]: file["symbols"] for file in document["files"]}
    assert sorted(found) == ["libfill-12345678.so", "one.so", "two.so"]
    assert found["libfill-12345678.so"]["getrandom"]["sites"][0][2:4] == ["src/fill.c", 5]
    assert found["one.so"]["dlsym"]["sites"][0][2:4] == ["src/one.c", 4]
    assert found["two.so"]["dlsym"]["sites"][0][2:4] == ["src/two.c", 4]
    assert LINE in checked(project, WHEEL)


def test_sites_of_a_wheel_are_named_for_extension_and_bundled_library(project: Path) -> None:
    bundle(project)
    for symbol, lines in {"dlsym": ("src/one.c:4", "src/two.c:4"), "getrandom": ("src/fill.c:5",)}.items():
        done = run(project, "trace", WHEEL, symbol)
        assert (done.returncode, done.stderr) == (0, "")
        for line in lines:
            assert line in done.stdout


def test_a_library_of_several_extensions_has_its_sites_once_in_the_document(project: Path) -> None:
    bundle(project)
    done = run(project, "trace", WHEEL, "getrandom", "--format", "json")
    first, second = (row["traces"][0] for row in json.loads(done.stdout)["files"])
    assert [site["source"]["line"] for site in first["sites"]] == [5]
    assert (second["sites_in"], "sites" in second) == (f"{WHEEL}:demo/one.so", False)


def test_a_library_of_several_extensions_is_looked_into_once(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle(project)
    looked: list[str] = []

    def counted(path: str, wanted: Iterable[SymbolName], hints: Hints) -> Found:
        looked.append(path)
        return sites_in(path, wanted, hints)

    monkeypatch.setattr(siting, "sites_in", counted)
    finder = siting.Siting(Hints())
    for closure in closures_of(str(project / WHEEL), ""):
        every = traces(closure)
        sited = finder.sited(closure, every, every)
        assert {row.holder for row in sited if row.sites} == {library.name for library in closure.libraries[:2]}
    members = ("demo.libs/libfill-12345678.so", "demo/one.so", "demo/two.so")
    assert sorted(looked) == [f"{project / WHEEL}:{name}" for name in members]


def test_files_without_a_build_id_are_told_and_the_others_are_on_record(project: Path) -> None:
    bundle(project)
    compiled(
        project,
        str(project / "src" / "one.c"),
        "bare.so",
        f"-L{project}",
        "-l:libfill-12345678.so",
        "-Wl,--build-id=none",
    )
    done = run(project, "trace", "bare.so", "--record", "bare.json", LD_LIBRARY_PATH=str(project))
    assert done.returncode == 0
    assert done.stderr.endswith(
        "bare.so: no build id, by which a check would know it again, so it is not in bare.json\n"
    )
    assert [row["name"] for row in json.loads((project / "bare.json").read_text())["files"]] == ["libfill-12345678.so"]


def test_a_lone_file_without_a_build_id_cannot_go_on_record(project: Path) -> None:
    compiled(project, str(project / "src" / "fill.c"), "bare.so", "-Wl,--build-id=none")
    assert "has no build id" in refusal(run(project, "trace", "bare.so", "--record", "bare.json", "-o", "out.txt"))
    assert not (project / "bare.json").exists()


def test_a_member_that_is_not_what_the_wheel_says_is_told_and_the_rest_is_traced(project: Path) -> None:
    bundle(project)
    data = bytearray((project / WHEEL).read_bytes())
    with zipfile.ZipFile(project / WHEEL) as archive:
        info = archive.getinfo("demo.libs/libfill-12345678.so")
    for place in (info.header_offset + 14, data.index(b"PK\x01\x02") + 16):  # its CRC, before it and in the directory
        data[place] ^= 0xFF
    (project / WHEEL).write_bytes(bytes(data))
    done = run(project, "trace", WHEEL)
    assert done.returncode == 0
    assert "src/one.c:4" in done.stdout
    assert "the directory says" in done.stdout


def test_a_large_member_is_traced(project: Path) -> None:
    source = project / "src" / "large.c"
    source.write_text(SOURCE + f"__attribute__((used)) const char filler[{40 << 20}] = {{1}};\n")
    large = compiled(project, str(source), "large.so")
    wheel_of(project / WHEEL, {"demo/large.so": large})
    done = run(project, "trace", WHEEL, "getrandom")
    assert (done.returncode, done.stderr) == (0, "")
    assert "src/large.c:5 in fill" in done.stdout
