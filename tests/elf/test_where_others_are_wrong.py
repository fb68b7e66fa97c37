"""Files that run, and that tools for versions have answered wrongly for; each is made from source here.

The loader is the judge: it reads program headers and PT_DYNAMIC, so section headers, their names and the places of the
tables do not matter, and neither do counts that it does not read.
"""

from __future__ import annotations

import itertools
import os
import shutil
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from glibcheck.elf.image import read, read_linkage
from glibcheck.errors import NotDynamicError
from glibcheck.model.image import ElfImage, Traits
from glibcheck.model.names import Soname, SymbolName
from tests.elf.build import build
from tests.elf.compiled import GLIBC, caller, compiled, image, library, made_up, patchelf, without_section_headers
from tests.elf.test_image import LIBC, LINKED, NO_EXPORTS, NOTHING, PLAIN, required
from tests.tools import need, output

WANTED = NOTHING._replace(
    needed=(Soname(LIBC),),
    requirements=(
        required(LIBC, "GLIBC_2.2.5", "puts"),
        required(LIBC, "GLIBC_2.14", "memcpy"),
        required(LIBC, "GLIBC_2.34", "dlopen"),
    ),
    traits=Traits(libc="glibc", executable_stack=False),
)
HASHES = ("sysv", "gnu", "both")


def wanting(folder: Path, *flags: str | Path) -> Path:
    """Compile a library that needs a made-up glibc 2.34."""
    return caller(folder / "libit.so", ["puts", "memcpy", "dlopen"], made_up(folder, LIBC, GLIBC), *flags)


def auditwheel_says(path: Path) -> str:
    """Put a file into a wheel; gives what `auditwheel show` prints of it, on one line."""
    info, folder = "it-1.dist-info", path.parent / "wheel"
    files = {
        "it/libit.so": path.read_bytes(),
        f"{info}/METADATA": b"Metadata-Version: 2.1\nName: it\nVersion: 1\n",
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: py3-none-linux_x86_64\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{name},,\n" for name in (*files, f"{info}/RECORD")).encode()
    folder.mkdir(exist_ok=True)
    wheel = folder / "it-1-py3-none-linux_x86_64.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return " ".join(output(sys.executable, "-m", "auditwheel", "show", str(wheel)).split())


def without_headers(path: Path) -> None:
    path.write_bytes(without_section_headers(path.read_bytes()))


def with_renamed_sections(path: Path) -> None:
    output("objcopy", "--rename-section=.gnu.version_r=.gnu.version_needs", str(path))


@pytest.mark.parametrize("hide", [without_headers, with_renamed_sections])
def test_a_version_that_sections_do_not_show_is_still_needed(hide: Callable[[Path], None], tmp_path: Path) -> None:
    made = wanting(tmp_path)
    assert read(made.read_bytes()) == WANTED
    assert 'platform tag: "manylinux_2_34_x86_64"' in auditwheel_says(made)
    hide(made)
    assert read(made.read_bytes()) == WANTED
    said = auditwheel_says(made)
    assert 'platform tag: "manylinux_2_5_x86_64"' in said
    assert "references no external versioned symbols" in said


@pytest.mark.parametrize("command", ["strip", "llvm-strip"])
def test_a_stripped_file_needs_what_it_needed(command: str, tmp_path: Path) -> None:
    made = wanting(tmp_path)
    if command == "llvm-strip" and shutil.which(command) is None:
        pytest.skip(f"{command} is missing")  # in CI too: GNU strip is enough
    output(command, *(["--strip-sections"] if command == "llvm-strip" else []), str(made))
    assert read(made.read_bytes()) == WANTED


def test_a_debug_file_is_no_answer(tmp_path: Path) -> None:
    debug = tmp_path / "it.debug"
    output("objcopy", "--only-keep-debug", str(wanting(tmp_path)), str(debug))
    with pytest.raises(NotDynamicError, match="a static executable or debug file"):
        read(debug.read_bytes())


LONG = "/opt/a-folder-with-a-long-name/lib:" * 20 + "/opt/end"
EDITS: dict[str, tuple[list[str], ElfImage]] = {
    "set-rpath": (["--set-rpath", LONG], WANTED._replace(runpath=LONG)),
    "force-rpath": (["--force-rpath", "--set-rpath", LONG], WANTED._replace(rpath=LONG)),
    "add-needed": (["--add-needed", "libm.so.6"], WANTED._replace(needed=(Soname("libm.so.6"), Soname(LIBC)))),
    "set-soname": (["--set-soname", "libit.so.4711"], WANTED._replace(soname=Soname("libit.so.4711"))),
    "replace-needed": (
        ["--replace-needed", LIBC, "libother-with-a-longer-name.so.6"],
        WANTED._replace(
            needed=(Soname("libother-with-a-longer-name.so.6"),),
            requirements=tuple(
                each._replace(library=Soname("libother-with-a-longer-name.so.6")) for each in WANTED.requirements
            ),
            traits=Traits(executable_stack=False),
        ),
    ),
}


def empty(folder: Path, *flags: str) -> Path:
    """Compile a library like that of `wanting` that exports nothing, whose GNU hash table is therefore empty."""
    text = "void puts(void); void memcpy(void); void dlopen(void);\n"
    text += "__attribute__((constructor)) static void f(void) { puts(); memcpy(); dlopen(); }\n"
    return library(folder / "libit.so", text, str(made_up(folder, LIBC, GLIBC)), *flags)


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("make", [wanting, empty])
def test_tables_that_patchelf_moved_say_the_same(make: Callable[..., Path], edit: str, tmp_path: Path) -> None:
    made = make(tmp_path, "-Wl,--hash-style=gnu")
    before = output("readelf", "-lW", str(made)).count(" LOAD ")
    arguments, expected = EDITS[edit]
    output(patchelf(), *arguments, str(made))
    assert output("readelf", "-lW", str(made)).count(" LOAD ") > before
    assert image(made) == expected
    output(patchelf(), "--add-needed", "libagain.so", str(made))
    assert image(made) == expected._replace(needed=(Soname("libagain.so"), *expected.needed))


@pytest.mark.parametrize("style", HASHES)
@pytest.mark.parametrize("make", [wanting, empty])
def test_any_hash_table_tells_the_number_of_symbols(make: Callable[..., Path], style: str, tmp_path: Path) -> None:
    made = make(tmp_path, f"-Wl,--hash-style={style}")
    tags = output("readelf", "-dW", str(made))
    assert (" (HASH) " in tags, " (GNU_HASH) " in tags) == (style != "gnu", style != "sysv")
    assert image(made) == WANTED


@pytest.mark.parametrize("count", range(1, 9))
def test_symbols_that_patchelf_moved_are_counted_without_hash_table_and_section_headers(
    count: int, tmp_path: Path
) -> None:
    names = [f"f{number}" for number in range(count)]
    text = "".join(f"void {name}(void);\n" for name in names)
    text += f"__attribute__((constructor)) static void f(void) {{ {''.join(f'{name}(); ' for name in names)}}}\n"
    used = made_up(tmp_path, "libused.so", {"USED_1": names})
    made = library(tmp_path / "libit.so", text, str(used), "-Wl,--hash-style=gnu")
    for edit in (("--set-rpath", LONG), ("--add-needed", "libmore.so")):
        output(patchelf(), *edit, str(made))
        assert image(made).requirements == (required("libused.so", "USED_1", *names),)


@pytest.mark.parametrize("tail", [False, True], ids=["near-tables", "far-tables"])
@pytest.mark.parametrize(
    "behind",
    [
        pytest.param(b"", id="nothing-behind"),
        pytest.param(bytes(1 << 16), id="zeros-behind"),
        pytest.param(b"Z" * 2400, id="what-patchelf-leaves-behind"),
        pytest.param(b"X" * 2400, id="what-old-patchelf-leaves-behind"),
    ],
)
@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_a_symbol_table_that_is_the_last_of_all_tables_is_counted(count: int, behind: bytes, tail: bool) -> None:
    file = replace(NO_EXPORTS, symbols=NO_EXPORTS.symbols[:count])
    built = build(replace(file, sections=False, tail=tail))
    symbols = built.data[built.places["dynsym"] :][: 24 * (1 + count)]
    assert read_linkage(built.with_table("DT_6", symbols + behind)) == read_linkage(build(file).data)


def test_a_library_that_needs_nothing_needs_nothing(tmp_path: Path) -> None:
    made = library(tmp_path / "libit.so", "int alone(void) { return 1; }\n")
    assert image(made) == NOTHING._replace(traits=Traits(executable_stack=False))


def test_a_library_that_is_linked_to_and_not_used_is_needed_without_versions(tmp_path: Path) -> None:
    made = library(tmp_path / "libit.so", "", "-Wl,--no-as-needed", str(made_up(tmp_path, LIBC, GLIBC)))
    assert image(made) == WANTED._replace(requirements=())


@pytest.mark.parametrize(
    "flags",
    [
        pytest.param(["-Wl,-Ttext-segment=0x10000000"], id="gnu-ld"),
        pytest.param(["-Wl,-Ttext-segment=0x10000000", "-Wl,--hash-style=gnu"], id="gnu-ld-gnu-hash"),
        pytest.param(["-Wl,-Ttext-segment=0x10000000", "-fuse-ld=gold"], id="gold"),
        pytest.param(["-Wl,--image-base=0x10000000", "-fuse-ld=lld"], id="lld"),
    ],
)
@pytest.mark.parametrize("make", [wanting, empty])
def test_addresses_that_do_not_start_at_zero_are_followed(
    make: Callable[..., Path], flags: list[str], tmp_path: Path
) -> None:
    for linker in ("gold", "lld"):
        if f"-fuse-ld={linker}" in flags and shutil.which(f"ld.{linker}") is None:
            pytest.skip(f"ld.{linker} is missing")  # in CI too: GNU ld is enough
    made = make(tmp_path, *flags)
    assert "LOAD           0x000000 0x0000000010000000" in output("readelf", "-lW", str(made))
    assert image(made)._replace(verdef=()) == WANTED  # gold defines a base version when versions are needed


def run(program: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LC_ALL": "C", "LD_LIBRARY_PATH": str(folder)}
    return subprocess.run([program], check=False, capture_output=True, text=True, env=environment)


def program_that_needs(folder: Path, versions: dict[str, list[str]]) -> Path:
    """Compile a program that calls functions of libwho.so, a made-up library."""
    names = [name for names in versions.values() for name in names]
    text = "".join(f"void {name}(void);\n" for name in names)
    text += f"int main(void) {{ {''.join(f'{name}(); ' for name in names)}return 7; }}\n"
    return compiled(folder / "it", text, str(made_up(folder, "libwho.so", versions)))


def test_a_verneed_that_counts_less_than_it_lists_is_read_as_the_loader_reads_it(tmp_path: Path) -> None:
    program = program_that_needs(tmp_path, {"WHO_1": ["one"], "WHO_2": ["two"]})
    assert run(program, tmp_path).returncode == 7
    expected = read(program.read_bytes())
    data = bytearray(program.read_bytes())
    place = data.index(struct.pack("<HH", 1, 2), section_place(program, ".gnu.version_r"))
    struct.pack_into("<H", data, place + 2, 1)
    program.write_bytes(data)
    made_up(tmp_path, "libwho.so", {"WHO_1": ["one", "two"]})
    assert "version `WHO_2' not found" in run(program, tmp_path).stderr
    made_up(tmp_path, "libwho.so", {"WHO_2": ["one", "two"]})
    assert "version `WHO_1' not found" in run(program, tmp_path).stderr
    assert read(bytes(data)) == expected
    assert [each.version for each in expected.requirements if each.library == "libwho.so"] == ["WHO_1", "WHO_2"]


def section_place(path: Path, name: str) -> int:
    """Give the offset of a section."""
    need("readelf")
    [row] = [line for line in output("readelf", "-SW", str(path)).splitlines() if f" {name} " in line]
    return int(row.split("] ")[-1].split()[3], 16)


def test_of_two_entries_with_one_tag_the_loader_takes_the_last(tmp_path: Path) -> None:
    first, last = tmp_path / "first", tmp_path / "last"
    for folder, answer in ((first, 1), (last, 2)):
        folder.mkdir()
        text = f"int who(void) {{ return {answer}; }}\n"
        made = library(folder / "libwho.so", text, "-Wl,-soname,libwho.so")
    text = "int who(void); int main(void) { return who(); }\n"
    path = f"{first}:{last}"
    program = compiled(tmp_path / "it", text, str(made), f"-Wl,-rpath,{path}", "-Wl,--enable-new-dtags")
    assert (run(program, tmp_path).returncode, read(program.read_bytes()).runpath) == (1, path)

    data = bytearray(program.read_bytes())
    dynamic = section_place(program, ".dynamic")
    entries = list(itertools.takewhile(any, struct.iter_unpack("<QQ", data[dynamic : dynamic + 16 * 40])))
    [index] = [value for tag, value in entries if tag == 29]
    end = dynamic + 16 * len(entries)
    # GNU ld leaves some empty entries at the end for this. The path without its first folder is the end of its text.
    struct.pack_into("<QQ", data, end, 29, index + len(f"{first}:"))
    program.write_bytes(data)
    assert (run(program, tmp_path).returncode, read(bytes(data)).runpath) == (2, str(last))


@pytest.mark.parametrize("name", ["puts", "dlopen"])
def test_a_symbol_whose_version_was_cleared_has_none_and_the_entry_stays(name: str, tmp_path: Path) -> None:
    made = wanting(tmp_path)
    output(patchelf(), "--clear-symbol-version", name, str(made))
    assert image(made) == WANTED._replace(
        requirements=tuple(
            each._replace(symbols=() if name in each.symbols else each.symbols) for each in WANTED.requirements
        ),
        unversioned=(SymbolName(name),),
    )


@pytest.mark.parametrize("kind", ["sysv", "gnu"])
@pytest.mark.parametrize("sections", [True, False], ids=["sections", "no-sections"])
@pytest.mark.parametrize("tail", [True, False], ids=["far-tables", "near-tables"])
@pytest.mark.parametrize(
    ("machine", "elf_class", "name"), [(20, 32, "ppc"), (21, 64, "ppc64"), (22, 32, "s390"), (22, 64, "s390x")]
)
def test_the_other_byte_order_is_read_as_well(
    machine: int, elf_class: int, name: str, tail: bool, sections: bool, kind: str
) -> None:
    for file in (PLAIN, LINKED, NO_EXPORTS):
        theirs = replace(file, order=">", machine=machine, elf_class=elf_class, tail=tail, sections=sections, hash=kind)
        ours = read_linkage(build(replace(file, hash=kind)).data)
        expected = ours._replace(image=ours.image._replace(machine=name, elf_class=elf_class))
        assert read_linkage(build(theirs).data) == expected
