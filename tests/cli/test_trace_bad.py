"""`glibcheck trace` with clues that are damaged, of another build or gone: what is known is told, and no more."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.run import ENVIRONMENT, refusal, run
from tests.cli.test_trace_buildtree import LINE, SYMBOL, WORKER, assert_named, compiled, make, traced, whole
from tests.tools import need, not_as_root, output

BELONGS_NOT = "does not stand in this file: of another build, changed by the linker, or left out by it"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a stripped file with nothing beside it, and what it was made of in a folder of another name."""
    objects = compiled(tmp_path, "parts", "-g")
    make(tmp_path, "gcc", "-shared", "-Wl,-Map=parts/x.map", "-Wl,--build-id", "-o", "parts/whole.so", *objects, "-lm")
    make(tmp_path, "strip", "-o", "x.so", "parts/whole.so")
    return tmp_path


def text(folder: Path, *words: str, code: int = 0, symbol: str = SYMBOL) -> str:
    """Give what people read, in one line."""
    done = run(folder, "trace", "x.so", symbol, *words)
    assert (done.returncode, done.stderr) == (code, "")
    return " ".join(done.stdout.split())


def test_a_stripped_file_without_anything_is_told_by_its_code(folder: Path) -> None:
    (site,), notes = traced(folder, "x.so")
    assert (site["evidence"], site["object"], site["source"]) == (["code"], None, None)
    assert site["section"] == ".text"
    assert notes == [
        "no line of source is known: x.so has no debug information (compiled without -g, or stripped); "
        "--build-dir names the objects, --debug-dir the separate debug files"
    ]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(("-DNOTHING", "* 7", "* 9"), id="other-source"),
        pytest.param(("-O0", "", ""), id="other-options"),
    ],
)
def test_an_object_of_another_build_is_not_named(change: tuple[str, str, str], folder: Path) -> None:
    option, old, new = change
    (folder / "worker.c").write_text(WORKER.replace(old, new) if old else WORKER)
    make(folder, "gcc", "-fPIC", "-O2", "-g", option, "-c", "-o", "parts/worker.o", "worker.c")
    (site,), notes = traced(folder, "x.so", "--build-dir", "parts")
    assert (site["object"], site["source"], site["evidence"]) == (None, None, ["code"])
    assert [note for note in notes if note.startswith("parts/worker.o refers to pthread_create, but that code")]
    assert BELONGS_NOT in text(folder, "--build-dir", "parts")


def test_a_map_of_another_link_is_told_and_not_used(folder: Path) -> None:
    (folder / "more.c").write_text("int more(int a) { return a * 3; }\n")
    make(folder, "gcc", "-shared", "-fPIC", "-Wl,-Map=stale.map", "-o", "y.so", "parts/worker.o", "more.c")
    (site,), notes = traced(folder, "x.so", "--map", "stale.map")
    assert (site["object"], site["evidence"]) == (None, ["code"])
    assert notes[0].startswith("stale.map is not the map of x.so: ")
    (site,), _ = traced(folder, "x.so", "--map", "parts/x.map")
    assert site["evidence"] == ["link map", "code"]


@pytest.mark.parametrize("words", [("gcc", "-flto"), ("clang", "-flto"), ("clang", "-flto=thin")], ids=" ".join)
def test_objects_for_link_time_optimisation_are_said_to_be_such(words: tuple[str, ...], tmp_path: Path) -> None:
    compiler, option = words
    need(compiler)
    linker = ["-fuse-ld=lld"] if compiler == "clang" else []
    objects = compiled(tmp_path, ".", "-g", option, compiler=compiler)
    make(tmp_path, compiler, "-shared", "-O2", "-g", option, *linker, "-o", "x.so", *objects)
    sites, notes = traced(tmp_path, "x.so")  # clang makes two calls of the one in the loop
    for site in sites:
        assert (site["object"], site["source"]["line"], site["function"]) == (None, LINE, "start_workers")
    assert [note for note in notes if "hold code for -flto, which the linker compiled anew" in note]
    make(tmp_path, "strip", "x.so")
    sites, notes = traced(tmp_path, "x.so")
    assert {(site["object"], site["source"], *site["evidence"]) for site in sites} == {(None, None, "code")}
    assert [note for note in notes if "hold code for -flto" in note]


def test_code_beside_that_for_link_time_optimisation_is_compared(tmp_path: Path) -> None:
    objects = compiled(tmp_path, ".", "-g", "-flto", "-ffat-lto-objects")
    make(tmp_path, "gcc", "-shared", "-fno-lto", "-o", "x.so", *objects)
    (site,), _ = traced(tmp_path, "x.so")
    assert_named(site, tmp_path / "worker.o")
    # Compiled anew, the code may be the same or not; what is named must be true.
    make(tmp_path, "gcc", "-shared", "-flto", "-O3", "-g", "-o", "x.so", *objects)
    sites, notes = traced(tmp_path, "x.so")
    for site in sites:
        assert site["source"]["line"] == LINE
        assert site["object"] is None or Path(site["object"]).name == "worker.o"
    assert not [note for note in notes if "hold" in note]
    (tmp_path / "worker.c").write_text(WORKER.replace("* 7", "* 9"))
    make(tmp_path, "gcc", "-fPIC", "-O2", "-g", "-flto", "-ffat-lto-objects", "-c", "worker.c")
    _, (note,) = traced(tmp_path, "x.so")
    assert note.endswith("of another build, compiled anew for -flto by the linker, or left out by it")


def test_debug_information_that_is_cut_off_costs_the_lines_and_is_told(folder: Path) -> None:
    content = folder / "line.bin"
    make(folder, "objcopy", "--dump-section", f".debug_line={content}", "parts/whole.so", "out.so")
    size = content.stat().st_size
    for left in (size // 2, 40, 7, 1):
        content.write_bytes(content.read_bytes()[:left])
        make(folder, "objcopy", "--update-section", f".debug_line={content}", "parts/whole.so", "x.so")
        (site,), notes = traced(folder, "x.so")
        assert (site["source"], site["function"]) == (None, "start_workers")
        assert notes, left
        assert all(note.isprintable() for note in notes)


def test_a_debug_file_is_used_when_it_is_whole_and_of_this_build(folder: Path) -> None:
    build_id = re.findall(r"Build ID: (\w+)", output("readelf", "-n", str(folder / "x.so")))[0]
    place = folder / "debug" / ".build-id" / build_id[:2] / f"{build_id[2:]}.debug"
    place.parent.mkdir(parents=True)
    make(folder, "objcopy", "--only-keep-debug", "parts/whole.so", str(place))
    (site,), notes = traced(folder, "x.so", "--debug-dir", "debug")
    assert (site["source"]["line"], site["function"], notes) == (LINE, "start_workers", [])
    whole_file = place.read_bytes()
    make(folder, "gcc", "-g", "-shared", "-fPIC", "-Wl,--build-id", "-o", "other.so", "other.c")
    other = (folder / "other.so").read_bytes()
    for content, reason in ((whole_file[:-500], "cannot be read"), (other, "of another build"), (b"", "")):
        place.write_bytes(content)
        (site,), notes = traced(folder, "x.so", "--debug-dir", "debug")
        assert site["source"] is None
        assert notes[0].startswith(f"debug/.build-id/{build_id[:2]}/")
        assert reason in notes[0]


def section_row(data: bytes, name: bytes) -> int:
    """Give the offset of a section's header in a file of 64 bits."""
    start = int.from_bytes(data[40:48], "little")
    count, names = (int.from_bytes(data[place : place + 2], "little") for place in (60, 62))
    at = start + names * 64
    table = int.from_bytes(data[at + 24 : at + 32], "little")
    for row in range(start, start + count * 64, 64):
        place = table + int.from_bytes(data[row : row + 4], "little")
        if data[place : place + len(name) + 1] == name + b"\0":
            return row
    raise AssertionError(name)


@pytest.mark.parametrize("name", [".debug_line", ".debug_info", ".debug_abbrev", ".debug_str", ".text", ".rela.text"])
@pytest.mark.parametrize("size", [1 << 40, 3], ids=["endless", "short"])
def test_a_section_of_an_object_that_is_cut_off_does_not_cost_the_answer(name: str, size: int, folder: Path) -> None:
    path = folder / "parts" / "worker.o"
    data = bytearray(path.read_bytes())
    row = section_row(bytes(data), name.encode())
    data[row + 32 : row + 40] = size.to_bytes(8, "little")
    path.write_bytes(data)
    for file in ("x.so", "parts/whole.so"):
        sites, _ = traced(folder, file, "--build-dir", "parts")
        assert len(sites) == 1, sites
        assert sites[0]["object"] is None or Path(sites[0]["object"]).name == "worker.o"
        assert sites[0]["source"] is None or sites[0]["source"]["line"] == LINE
    if name == ".debug_line":
        sites, notes = traced(folder, "x.so", "--build-dir", "parts")
        assert sites[0]["source"] is None
        assert notes[0].startswith("parts/worker.o: ")


@pytest.mark.parametrize(
    "name", [".debug_line", ".debug_info", ".debug_abbrev", ".symtab", ".eh_frame", ".eh_frame_hdr"]
)
@pytest.mark.parametrize("size", [1 << 40, 3], ids=["endless", "short"])
def test_a_section_of_the_file_that_is_cut_off_does_not_cost_the_answer(name: str, size: int, folder: Path) -> None:
    path = folder / "parts" / "whole.so"
    data = bytearray(path.read_bytes())
    row = section_row(bytes(data), name.encode())
    data[row + 32 : row + 40] = size.to_bytes(8, "little")
    (folder / "x.so").write_bytes(data)
    (site,), notes = traced(folder, "x.so", "--build-dir", "parts")
    assert_named(site, folder / "parts" / "worker.o")
    (site,), notes = traced(folder, "x.so")
    assert site["source"] is None or site["source"]["line"] == LINE
    assert site["source"] is not None or notes


def test_section_headers_that_are_damaged_are_told_though_nothing_is_placed(folder: Path) -> None:
    data = bytearray((folder / "x.so").read_bytes())
    data[40:48] = (1 << 40).to_bytes(8, "little")
    (folder / "x.so").write_bytes(data)
    (site,), notes = traced(folder, "x.so")
    assert (site["evidence"], site["section"]) == (["code"], None)
    assert notes[0].startswith("the section headers are damaged")
    assert "the section headers are damaged" in text(folder)


def test_what_is_not_known_of_a_file_is_said_once(folder: Path) -> None:
    for form in ("text", "tree"):
        done = run(folder, "trace", "x.so", "--target", "manylinux_2_17", "--format", form)
        shown = " ".join(done.stdout.replace("\N{BOX DRAWINGS LIGHT VERTICAL}", " ").split())
        assert (done.returncode, done.stderr) == (0, "")
        assert "hypot" in shown
        assert SYMBOL in shown
        assert shown.count("no line of source is known") == 1


def test_code_of_a_machine_that_is_not_searched_is_said_to_be_so(folder: Path) -> None:
    compiled(folder, "parts", compiler="s390x-linux-gnu-gcc")
    make(folder, "s390x-linux-gnu-gcc", "-shared", "-s", "-o", "x.so", "parts/worker.o")
    done = run(folder, "trace", "x.so", SYMBOL)
    assert done.returncode == 1
    assert "(.got" in done.stdout
    assert (
        "code for s390x is not searched: where no object or debug information tells, the slot is given" in done.stdout
    )


def test_members_of_the_same_name_have_their_own_lines(folder: Path) -> None:
    for name, more in (("a", 0), ("b", 5)):
        (folder / name).mkdir()
        (folder / name / "same.c").write_text("\n" * more + WORKER.replace("start_workers", f"start_{name}"))
        make(folder, "gcc", "-fPIC", "-O2", "-g", "-c", "-o", f"{name}/same.o", f"{name}/same.c")
    make(folder, "ar", "qc", "twice.a", "a/same.o", "b/same.o")
    make(folder, "gcc", "-shared", "-o", "parts/whole.so", "a/same.o", "b/same.o")
    make(folder, "strip", "-o", "x.so", "parts/whole.so")
    sites, _ = traced(folder, "x.so", "--build-dir", "twice.a")
    for site in sites:
        line = {"start_a": LINE, "start_b": LINE + 5}[site["function"]]
        assert (site["member"], site["source"]["line"]) == ("same.o", line)


def test_the_line_is_that_of_the_object_that_is_named(folder: Path) -> None:
    unlike = "int unlike(int a) { for (int i = 1; i < a; i++) a = a * 77 / i ^ (a << 5) ^ a % 13; return a - 12345; }\n"
    for name, text in (("a", WORKER), ("b", "\n" * 5 + WORKER + unlike)):
        (folder / f"{name}.c").write_text(text)
        make(folder, "gcc", "-fPIC", "-O2", "-g", "-ffunction-sections", "-c", "-o", f"parts/{name}.o", f"{name}.c")
    make(folder, "gcc", "-shared", "-s", "-o", "x.so", "parts/b.o")
    (folder / "parts" / "worker.o").unlink()
    (site,), _ = traced(folder, "x.so", "--build-dir", "parts")
    assert (Path(site["object"]).name, site["twins"]) == ("b.o", ["parts/a.o"])
    assert (Path(site["source"]["path"]).name, site["source"]["line"]) == ("b.c", LINE + 5)


def test_members_of_a_thin_archive_that_are_gone_are_told(folder: Path) -> None:
    make(folder, "ar", "rcsT", "thin.a", "parts/other.o", "parts/worker.o")
    (folder / "parts" / "worker.o").unlink()
    (site,), notes = traced(folder, "x.so", "--build-dir", "thin.a")
    assert site["evidence"] == ["code"]
    assert notes[0].startswith("thin.a is a thin archive, and its member parts/worker.o ")
    assert notes[0].endswith(" is not there")


@pytest.mark.parametrize("left", [-40, 900, 200, 70, 20, 9])
def test_a_damaged_archive_is_told_and_its_whole_members_count(left: int, folder: Path) -> None:
    make(folder, "ar", "rcs", "some.a", "parts/worker.o", "parts/other.o")
    data = (folder / "some.a").read_bytes()
    (folder / "some.a").write_bytes(data[:left])
    (site,), notes = traced(folder, "x.so", "--build-dir", "some.a")
    assert site["member"] == ("worker.o" if left == -40 else None)
    assert [note for note in notes if note.startswith("some.a cannot be read: damaged archive")]


def test_objects_for_another_machine_are_not_taken(folder: Path) -> None:
    compiled(folder, "parts", "-g", compiler="aarch64-linux-gnu-gcc")
    (site,), notes = traced(folder, "x.so", "--build-dir", "parts")
    assert site["evidence"] == ["code"]
    assert BELONGS_NOT in " ".join(notes)


def test_files_that_are_no_objects_are_passed_over_or_told(folder: Path) -> None:
    parts = folder / "parts"
    os.mkfifo(parts / "pipe.o")
    (parts / "text.o").write_text("no object\n")
    (parts / "empty.o").touch()
    (parts / "cut.o").write_bytes((parts / "worker.o").read_bytes()[:-100])
    (parts / "gone.o").symlink_to("nowhere.o")
    (parts / "loop.o").symlink_to("loop.o")
    (parts / "round").symlink_to(".")
    (site,), notes = traced(folder, "x.so", "--build-dir", "parts")
    assert_named(site, parts / "worker.o")
    told = {note.partition(" ")[0] for note in notes}
    assert told == {"parts/pipe.o", "parts/cut.o", "parts/gone.o", "parts/loop.o"}
    assert all(re.search("not a regular file|No such file|Too many levels|cannot be read", note) for note in notes)


def test_a_folder_that_may_not_be_listed_is_told(folder: Path) -> None:
    not_as_root()
    (folder / "parts" / "closed").mkdir(mode=0)
    _, notes = traced(folder, "x.so", "--build-dir", "parts")
    assert "parts/closed cannot be read: Permission denied" in notes


def test_names_have_no_power_over_the_terminal(folder: Path) -> None:
    for name in ("\x1b[31mbad\n.o", "bad\udcff.o"):
        (folder / "parts" / name).write_bytes((folder / "parts" / "worker.o").read_bytes()[:700])
        shutil.copy(folder / "parts" / "worker.o", folder / "parts" / f"a{name}")
    for form in ("text", "tree", "json", "dot", "mermaid", "html"):
        done = run(folder, "trace", "x.so", SYMBOL, "--format", form, "--build-dir", "parts")
        assert (done.returncode, done.stderr) == (0, "")
        assert "\x1b" not in done.stdout


def huge(path: Path) -> None:
    """Make a file that says it has 600 MB and has nothing."""
    with path.open("wb") as stream:
        stream.truncate(600_000_000)


NAMED = {
    "build-dir-missing": ("--build-dir", None, "there: cannot be opened: No such file or directory"),
    "build-dir-pipe": ("--build-dir", os.mkfifo, "there: is neither a folder, nor an archive or object"),
    "build-dir-loop": ("--build-dir", lambda path: path.symlink_to(path), "there: .*Too many levels of symbolic links"),
    "map-missing": ("--map", None, "there: cannot be opened: No such file or directory"),
    "map-folder": ("--map", Path.mkdir, "there: is not a regular file"),
    "map-pipe": ("--map", os.mkfifo, "there: is not a regular file"),
    "map-binary": ("--map", lambda path: path.write_bytes(bytes(range(256))), "there: .*is not UTF-8 text"),
    "map-empty": ("--map", Path.touch, "there: a map of GNU ld, gold, lld or mold is expected.*"),
    "map-huge": ("--map", huge, "there: is larger than the .* bytes that are read of such a file"),
    "output-missing": ("--linker-output", None, "there: cannot be opened: No such file or directory"),
    "output-binary": ("--linker-output", lambda path: path.write_bytes(b"\x7fELF\xff"), "there: .*is not UTF-8 text"),
    "output-huge": ("--linker-output", huge, "there: is larger than the .* bytes .*"),
    "output-pipe": ("--linker-output", os.mkfifo, "there: is not a regular file"),
    "debug-dir-missing": ("--debug-dir", None, "there: cannot be opened: No such file or directory"),
    "debug-dir-file": ("--debug-dir", Path.touch, "there: is not a folder"),
}


@pytest.mark.parametrize("case", NAMED)
def test_a_place_that_was_named_and_is_not_as_it_should_be_is_an_error(case: str, folder: Path) -> None:
    option, build, message = NAMED[case]
    if build is not None:
        build(folder / "there")
    assert re.fullmatch(message, refusal(run(folder, "trace", "x.so", SYMBOL, option, "there", "-o", "report")))
    assert not (folder / "report").exists()


@pytest.mark.parametrize("option", ["--build-dir", "--map", "--linker-output", "--debug-dir"])
def test_a_place_that_was_named_is_looked_for_though_nothing_is_asked_of_it(option: str, folder: Path) -> None:
    assert refusal(run(folder, "trace", "x.so", "nobody_needs_it", option, "gone")).startswith("gone: ")


def test_linker_output_without_a_word_on_symbols_is_told(folder: Path) -> None:
    (folder / "log").write_text("gcc -c worker.c\nall is well\n")
    _, notes = traced(folder, "x.so", "--linker-output", "log")
    assert notes[0].startswith("log has no line of --trace-symbol")


BAD_RECORDS = {
    "folder-gone": ("gone/record.json", "gone/record.json: cannot be written: No such file or directory"),
    "a-folder": ("parts", "parts: cannot be written: it is not a regular file"),
    "device": ("/dev/full", "/dev/full: cannot be written: it is not a regular file"),
}


@pytest.mark.parametrize("case", BAD_RECORDS)
def test_a_record_that_cannot_be_written_is_told_behind_the_answer(case: str, folder: Path) -> None:
    place, message = BAD_RECORDS[case]
    done = run(folder, "trace", "x.so", SYMBOL, "--record", place)
    assert (done.returncode, done.stderr) == (2, f"glibcheck: {message}\n")
    assert SYMBOL in done.stdout
    assert not [*folder.glob(".glibcheck*"), *(folder / "parts").glob(".glibcheck*")]


def test_a_record_of_a_file_without_build_id_is_refused_and_what_was_there_stays(folder: Path) -> None:
    make(folder, "gcc", "-shared", "-Wl,--build-id=none", "-o", "x.so", "parts/worker.o", "parts/other.o")
    (folder / "record.json").write_text("old")
    done = run(folder, "trace", "x.so", SYMBOL, "--record", "record.json", "--build-dir", "parts")
    assert done.returncode == 2
    assert re.fullmatch("glibcheck: .*x.so: has no build id, .*; link it with -Wl,--build-id\n", done.stderr)
    assert "worker.c:8 in start_workers" in done.stdout
    assert (folder / "record.json").read_text() == "old"


def test_a_record_with_unreadable_clues_has_what_is_known(folder: Path) -> None:
    (folder / "parts" / "worker.o").write_bytes(b"\x7fELF")
    done = run(folder, "trace", "x.so", SYMBOL, "--build-dir", "parts", "--record", "record.json")
    assert done.returncode == 0
    (file,) = json.loads((folder / "record.json").read_text())["files"]
    assert file["symbols"][SYMBOL]["count"] == 1


def test_a_library_that_is_not_here_does_not_cost_the_sites(folder: Path) -> None:
    (folder / "gone.c").write_text("int gone(void) { return 1; }\n")
    make(folder, "gcc", "-shared", "-fPIC", "-o", "libgone.so", "gone.c")
    objects = ("parts/worker.o", "parts/other.o")
    make(folder, "gcc", "-shared", "-Wl,--no-as-needed", "-o", "x.so", *objects, "-L.", "-lgone")
    (folder / "libgone.so").unlink()
    done = run(folder, "trace", "x.so", SYMBOL, "--build-dir", "parts")
    assert done.returncode == 1
    assert done.stderr == "glibcheck: x.so: libgone.so was not found; what it needs is not in this answer\n"
    assert "worker.c:8 in start_workers  parts/worker.o:(.text+0x" in done.stdout


def test_a_tree_of_very_many_files_is_gone_through(folder: Path) -> None:
    small = (folder / "parts" / "other.o").read_bytes()
    for number in range(50):
        some = folder / "parts" / f"some{number}"
        some.mkdir()
        (some / "0.o").write_bytes(small)
        for name in range(1, 100):
            os.link(some / "0.o", some / f"{name}.o")
    (site,), notes = traced(folder, "x.so", "--build-dir", "parts")
    assert_named(site, folder / "parts" / "worker.o")
    assert notes == []


def test_large_objects_of_a_large_tree_are_not_all_kept_in_memory(folder: Path) -> None:
    """Give the program 1.5 GB of address space for 4 GB of objects that refer to the symbol."""
    data = (folder / "parts" / "worker.o").read_bytes()
    for number in range(80):
        path = folder / "parts" / f"big{number:02}.o"
        path.write_bytes(data)
        os.truncate(path, 50_000_000)
    limit: Callable[[], None] = lambda: resource.setrlimit(resource.RLIMIT_AS, (1_500_000_000, 1_500_000_000))  # noqa: E731
    done = subprocess.run(
        (sys.executable, "-m", "glibcheck", "trace", "x.so", SYMBOL, "--build-dir", "parts", "--format", "json"),
        cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False, preexec_fn=limit,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (site,) = json.loads(done.stdout)["traces"][0]["sites"]
    assert len(site["twins"]) == 80
    shown = text(folder, "--build-dir", "parts")
    assert shown.count("which has the same code") == 3
    assert "or 77 more with the same code" in shown


def test_a_thin_archive_of_archives_in_a_ring_ends(folder: Path) -> None:
    make(folder, "ar", "rcs", "inner.a", "parts/worker.o")
    make(folder, "ar", "rcsT", "outer.a", "inner.a")
    make(folder, "gcc", "-shared", "-s", "-o", "x.so", *whole("inner.a"))
    (site,), _ = traced(folder, "x.so", "--build-dir", "outer.a")
    assert site["function"] is not None
    shutil.copy(folder / "outer.a", folder / "inner.a")
    (site,), notes = traced(folder, "x.so", "--build-dir", "outer.a")
    assert site["object"] is None
    assert notes
