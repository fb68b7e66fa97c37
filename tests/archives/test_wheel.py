"""Real wheels: every ELF member reads through our reader as its bytes do through `zipfile`."""

from __future__ import annotations

import os
import sys
import zipfile
from subprocess import run

import pytest

import glibcheck
from glibcheck.archives.inflate import Engine
from glibcheck.archives.ranged import FileBuffer
from glibcheck.archives.zip import check_crc, open_member, starts_with_elf
from glibcheck.elf.image import read, read_linkage
from tests.archives.samples import good
from tests.downloads import WHEELS, wheel
from tests.oracles.rows import downloaded

NUMPY = WHEELS[0]


@pytest.mark.download
def test_every_elf_member_of_a_wheel_reads_as_its_bytes(engine: Engine) -> None:
    path = downloaded(wheel, NUMPY)
    count = 0
    with zipfile.ZipFile(path) as archive, open(path, "rb", buffering=0) as stream:
        buffer = FileBuffer(stream)
        for member, info in zip(good(buffer), archive.infolist(), strict=True):
            content = archive.read(info)
            assert (member.name, member.size, member.crc) == (info.filename, len(content), info.CRC)
            assert starts_with_elf(buffer, member) == content.startswith(b"\x7fELF")
            if starts_with_elf(buffer, member):
                count += 1
                check_crc(buffer, member)
                assert read(open_member(buffer, member)) == read(content)
                assert read_linkage(open_member(buffer, member)) == read_linkage(content)
    print(f"{engine.name}: {count} ELF members")
    assert count >= 20


def test_a_wheel_is_read_without_slow_imports() -> None:
    # Without `site`: what a .pth file brings in at start-up, as that of an editable install does, is not our doing.
    folder = os.path.dirname(os.path.dirname(glibcheck.__file__))
    script = (
        f"import sys; sys.path.insert(0, {folder!r}); import glibcheck.archives.zip; import glibcheck.elf.image;"
        "print(*{'zipfile', 'tarfile', 'pathlib', 'typing', 're', 'dataclasses', 'lzma', 'bz2'} & set(sys.modules))"
    )
    done = run((sys.executable, "-I", "-S", "-c", script), capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
