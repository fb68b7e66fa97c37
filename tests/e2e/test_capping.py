"""Capping, on made-up libraries: what is renamed and hidden, and what stays."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.e2e.capping import Capped
from tests.elf.compiled import library, made_up, scripted
from tests.tools import need, output

VERSIONS = {"GLIBC_2.2.5": ["puts"], "GLIBC_2.25": ["getrandom"], "GLIBC_2.29": ["newest"], "GLIBC_PRIVATE": ["inner"]}
TWO_VERSIONS = """
__asm__(".symver first,pow@GLIBC_2.2.5"); __asm__(".symver second,pow@GLIBC_2.25"); __asm__(".symver third,pow@@GLIBC_2.29");
void first(void) {} void second(void) {} void third(void) {}
"""  # noqa: E501


def beyond(version: str) -> bool:
    return version in {"GLIBC_2.25", "GLIBC_2.29"}


def capped(path: Path) -> Path:
    file = Capped(path.read_bytes())
    assert file.cap(beyond)
    made = path.with_name("capped.so")
    made.write_bytes(file.content)
    return made


def symbols(path: Path) -> set[str]:
    """Give what nm says of each defined function: name@@VERSION for a default, name@VERSION for a hidden one."""
    return {line.split()[-1] for line in output("nm", "-D", "--defined-only", str(path)).splitlines() if " T " in line}


def test_versions_beyond_the_cap_get_another_name_and_are_hidden(tmp_path: Path) -> None:
    made = capped(made_up(tmp_path, "libc.so.6", VERSIONS))
    assert symbols(made) == {
        "puts@@GLIBC_2.2.5", "getrandom@XLIBC_2.25", "newest@XLIBC_2.29", "inner@@GLIBC_PRIVATE",
    }  # fmt: skip


def test_the_hash_is_that_of_the_new_name(tmp_path: Path) -> None:
    made = capped(made_up(tmp_path, "libc.so.6", VERSIONS))
    other = tmp_path / "other"
    other.mkdir()
    expected = made_up(other, "libc.so.6", {"GLIBC_2.2.5": ["puts"], "XLIBC_2.25": ["getrandom"]})
    assert hashes(made)["XLIBC_2.25"] == hashes(expected)["XLIBC_2.25"]
    assert hashes(made)["GLIBC_2.2.5"] == hashes(expected)["GLIBC_2.2.5"]


def hashes(path: Path) -> dict[str, str]:
    """Read the hashes of version definitions as an independent program prints them."""
    rows = re.findall(r"^\d+ 0x\S+ (0x\S+) (\S+)", output("objdump", "-p", str(path)), re.MULTILINE)
    return {name: number for number, name in rows}


def test_the_newest_version_under_the_cap_becomes_the_default(tmp_path: Path) -> None:
    script = "GLIBC_2.2.5 { global: pow; local: *; }; GLIBC_2.25 { } GLIBC_2.2.5; GLIBC_2.29 { } GLIBC_2.25;"
    made = scripted(tmp_path, "libm.so.6", script, TWO_VERSIONS)
    assert symbols(made) == {"pow@GLIBC_2.2.5", "pow@GLIBC_2.25", "pow@@GLIBC_2.29"}
    assert symbols(capped(made)) == {"pow@@GLIBC_2.2.5", "pow@XLIBC_2.25", "pow@XLIBC_2.29"}


def test_the_needs_of_the_same_root_are_renamed_alike(tmp_path: Path) -> None:
    libc = made_up(tmp_path, "libc.so.6", VERSIONS)
    user = library(tmp_path / "user.so", "void puts(); void newest(); void f() { puts(); newest(); }", str(libc))
    needed = re.findall(r"0x\S+ 0x00 \d+ (\S+)", output("objdump", "-p", str(capped(user))))
    assert sorted(needed) == ["GLIBC_2.2.5", "XLIBC_2.29"]


def test_a_file_without_newer_versions_is_left_as_it_is(tmp_path: Path) -> None:
    libc = made_up(tmp_path, "libc.so.6", {"GLIBC_2.2.5": ["puts"], "GLIBC_PRIVATE": ["inner"]})
    file = Capped(libc.read_bytes())
    assert not file.cap(beyond)
    assert file.content == libc.read_bytes()


@pytest.mark.parametrize("name", ["/bin/true", "/bin/sh"])
def test_programs_of_this_system_stay_well_formed(name: str, tmp_path: Path) -> None:
    file = Capped(Path(name).read_bytes())
    file.cap(lambda version: version.startswith("GLIBC_2.3"))
    (tmp_path / "program").write_bytes(file.content)
    need("readelf")
    done = subprocess.run(["readelf", "-VW", tmp_path / "program"], capture_output=True, text=True, check=True)
    assert "XLIBC_2.3" in done.stdout
    assert done.stderr == ""
