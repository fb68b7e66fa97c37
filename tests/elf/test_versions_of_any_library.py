"""The versions that a linker writes down for made-up libraries: for which symbol, in which order, the newest by family.

Scripts that sort version names as text, or that know only GLIBC_, get these wrong.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

from glibcheck.elf.image import read_linkage
from glibcheck.model.image import Requirement
from glibcheck.model.names import VersionName
from glibcheck.model.versions import newest
from tests.elf.compiled import GLIBC, caller, compiled, image, library, made_up, scripted
from tests.elf.test_image import LIBC, defined, export, reference, required
from tests.tools import output


def test_a_copy_relocation_needs_the_version_of_the_object_that_it_copies(tmp_path: Path) -> None:
    text = "int old = 1, new = 2, unused = 3;\n"
    script = "V_1 { global: old; };\nV_2 { global: new; } V_1;\nV_3 { global: unused; };\n"
    data = scripted(tmp_path, "libdata.so", script, text)
    program = compiled(
        tmp_path / "it",
        "extern int old, new; int main(void) { return old + new; }\n",
        *("-no-pie", "-fno-pie", str(data), "-Wl,-rpath,$ORIGIN"),
    )
    assert "R_X86_64_COPY" in output("readelf", "-rW", str(program))
    copies = [export("old", "V_1"), export("new", "V_2")]
    linkage = read_linkage(program.read_bytes())
    assert sorted(each for each in linkage.exports if each.name in {"old", "new"}) == sorted(copies)
    assert [each for each in image(program).requirements if each.library == "libdata.so"] == [
        required("libdata.so", "V_1", "old"),
        required("libdata.so", "V_2", "new"),
    ]
    assert subprocess.run([program], check=False).returncode == 3


def test_hidden_and_default_versions_of_one_symbol_are_told_apart(tmp_path: Path) -> None:
    text = """
        __asm__(".symver foo_old, foo@V1"); __asm__(".symver foo_new, foo@@V2");
        int foo_old(void) { return 1; } int foo_new(void) { return 2; }
    """
    foo = scripted(tmp_path, "libfoo.so", "V1 { global: foo; local: *; };\nV2 { global: foo; } V1;\n", text)
    linkage = read_linkage(foo.read_bytes())
    assert linkage.image.verdef == (defined("libfoo.so", 1, base=True), defined("V1", 2), defined("V2", 3))
    # GNU ld also exports absolute symbols that are named as the versions.
    assert {each for each in linkage.exports if each.name == "foo"} == {
        export("foo", "V1", hidden=True),
        export("foo", "V2"),
    }
    assert linkage.image.requirements == ()

    call = "int foo(void); int entry(void) { return foo(); }\n"
    old = library(tmp_path / "old.so", f'__asm__(".symver foo, foo@V1");\n{call}', str(foo))
    new = library(tmp_path / "new.so", call, str(foo))
    for made, version in ((old, "V1"), (new, "V2")):
        assert image(made).requirements == (required("libfoo.so", version, "foo"),)
        assert read_linkage(made.read_bytes()).references == (reference("foo", version, "libfoo.so"),)


FAMILIES = {
    "libcrypto.so.3": ["OPENSSL_3.0.0", "OPENSSL_3.0.9", "OPENSSL_3.2.0"],
    "libssl.so.1.1": ["OPENSSL_1_1_0", "OPENSSL_1_1_1d"],
    "libgfortran.so.5": ["GFORTRAN_8", "GFORTRAN_10", "GFORTRAN_9.2"],
    "libgomp.so.1": ["GOMP_4.0", "GOMP_4.0.1", "GOMP_1.0", "OMP_3.1"],
    "libatomic.so.1": ["LIBATOMIC_1.0", "LIBATOMIC_1.2"],
    "libQt5Core.so.5": ["Qt_5.9", "Qt_5.15", "Qt_5", "Qt_5_PRIVATE_API"],
    "libstdc++.so.6": ["GLIBCXX_3.4", "GLIBCXX_3.4.9", "GLIBCXX_3.4.29", "CXXABI_1.3.9", "CXXABI_1.3.13"],
}
NEWEST = {
    "CXXABI": "1.3.13",
    "GFORTRAN": "10",
    "GLIBCXX": "3.4.29",
    "GOMP": "4.0.1",
    "LIBATOMIC": "1.2",
    "OMP": "3.1",
    "OPENSSL": "3.2.0",
    "Qt": "5.15",
}


def symbols_of(versions: list[str]) -> dict[str, list[str]]:
    return {version: [f"in_{version.replace('.', '_')}"] for version in versions}


def test_the_newest_version_of_each_family_is_by_number_whatever_the_library(tmp_path: Path) -> None:
    libraries = [made_up(tmp_path, soname, symbols_of(versions)) for soname, versions in FAMILIES.items()]
    names = [name for versions in FAMILIES.values() for [name] in symbols_of(versions).values()]
    found = image(caller(tmp_path / "libit.so", names, *libraries))
    assert set(found.requirements) == set(expected_needs())
    assert {family: top.number for family, top in newest(each.version for each in found.requirements).items()} == NEWEST


def expected_needs() -> Iterator[Requirement]:
    for soname, versions in FAMILIES.items():
        for version, names in symbols_of(versions).items():
            yield required(soname, version, *names)


def test_names_without_numbers_do_not_take_part_in_the_order(tmp_path: Path) -> None:
    names = [name for names in GLIBC.values() for name in names]
    found = image(caller(tmp_path / "libit.so", names, made_up(tmp_path, LIBC, GLIBC)))
    assert found.requirements == tuple(
        required(LIBC, version, *names) for version, names in sorted_by_hand(GLIBC).items()
    )
    assert max(GLIBC) == "GLIBC_PRIVATE"  # what sorting the names as text takes for the newest
    assert max(VersionName("GLIBC_2.4"), VersionName("GLIBC_2.14")) == "GLIBC_2.4"
    assert newest(each.version for each in found.requirements)["GLIBC"].number == "2.35"


def sorted_by_hand(versions: dict[str, list[str]]) -> dict[str, list[str]]:
    numbers = ("2.2.5", "2.4", "2.14", "2.34", "2.35", "ABI_DT_RELR", "PRIVATE")
    return {f"GLIBC_{number}": versions[f"GLIBC_{number}"] for number in numbers}
