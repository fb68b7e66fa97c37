"""A wheel gets other tags: `wheel tags` does the same to its name and WHEEL; nothing else of it changes."""

from __future__ import annotations

import base64
import csv
import hashlib
import os
import zipfile
from pathlib import Path

import pytest
from packaging.utils import parse_wheel_filename

from glibcheck.errors import InputError
from glibcheck.workspace.retagging import retagged
from tests.tools import not_as_root

NAME = "it-1.0-cp311-abi3-linux_x86_64.whl"
WHEEL = "Wheel-Version: 1.0\nGenerator: somebody\nRoot-Is-Purelib: false\nTag: cp311-abi3-linux_x86_64\nBuild: 1\n"
INFO = "it-1.0.dist-info"
PLATFORMS = ("manylinux2014_x86_64", "manylinux_2_17_x86_64")
CONTENT = {"it/_it.abi3.so": b"\x7fELF" * 5000, "it/a, b.py": b"a = 1\n", f"{INFO}/METADATA": b"Name: it\n"}


def hashed(data: bytes) -> str:
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def made(folder: Path, name: str = NAME, wheel: str = WHEEL, signed: bool = False) -> Path:
    """Write a wheel with members of every kind, stored and deflated, with times and modes of their own."""
    path = folder / name
    members = {**CONTENT, f"{INFO}/WHEEL": wheel.encode()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, open(folder / "record", "w", newline="") as text:
        archive.writestr(zipfile.ZipInfo("it/", (2001, 2, 3, 4, 5, 6)), b"")
        writer = csv.writer(text, lineterminator="\n")
        for number, (member, data) in enumerate(members.items()):
            info = zipfile.ZipInfo(member, (2000 + number, 1, 1, 0, 0, 0))
            info.external_attr = (0o100755 if member.endswith(".so") else 0o100644) << 16
            archive.writestr(info, data, zipfile.ZIP_STORED if number % 2 else zipfile.ZIP_DEFLATED)
            writer.writerow((member, hashed(data), len(data)))
        if signed:
            archive.writestr(f"{INFO}/RECORD.jws", "{}")
            writer.writerow((f"{INFO}/RECORD.jws", "", ""))
        writer.writerow((f"{INFO}/RECORD", "", ""))
        text.flush()
        archive.writestr(f"{INFO}/RECORD", (folder / "record").read_text())
    (folder / "record").unlink()
    return path


def infos(path: str | os.PathLike[str]) -> list[tuple[object, ...]]:
    with zipfile.ZipFile(path) as archive:
        return [(row.filename, row.date_time, row.external_attr, row.compress_type) for row in archive.infolist()]


def content(path: str | os.PathLike[str]) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_name_and_tags_are_those_of_the_platforms(tmp_path: Path) -> None:
    old = made(tmp_path)
    path = retagged(str(old), PLATFORMS)
    assert os.listdir(tmp_path) == [os.path.basename(path)]
    name, version, build, tags = parse_wheel_filename(os.path.basename(path))
    assert (name, str(version), build) == ("it", "1.0", ())
    assert {str(tag) for tag in tags} == {f"cp311-abi3-{platform}" for platform in PLATFORMS}
    lines = content(path)[f"{INFO}/WHEEL"].decode().splitlines()
    assert lines == [
        "Wheel-Version: 1.0", "Generator: somebody", "Root-Is-Purelib: false",
        *(f"Tag: cp311-abi3-{platform}" for platform in PLATFORMS), "Build: 1",
    ]  # fmt: skip


def test_all_else_is_as_it_was(tmp_path: Path) -> None:
    old = made(tmp_path)
    before, order = content(old), infos(old)
    path = retagged(str(old), PLATFORMS)
    after = content(path)
    changed = {f"{INFO}/WHEEL", f"{INFO}/RECORD"}
    assert {name for name in before if before[name] != after[name]} == changed
    assert infos(path) == order
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None


def test_record_is_true(tmp_path: Path) -> None:
    found = content(retagged(str(made(tmp_path)), PLATFORMS))
    rows = list(csv.reader(found[f"{INFO}/RECORD"].decode().splitlines()))
    assert {row[0] for row in rows} == {name for name in found if not name.endswith("/")}
    for name, digest, size in rows:
        if name != f"{INFO}/RECORD":
            assert (digest, size) == (hashed(found[name]), str(len(found[name])))


def test_every_python_and_abi_gets_every_platform(tmp_path: Path) -> None:
    wheel = WHEEL.replace("Build: 1\n", "Tag: cp312-abi3-linux_x86_64\n")
    path = retagged(str(made(tmp_path, "it-1.0-cp311.cp312-abi3-linux_x86_64.whl", wheel)), PLATFORMS)
    _, _, _, tags = parse_wheel_filename(os.path.basename(path))
    lines = content(path)[f"{INFO}/WHEEL"].decode().splitlines()
    assert {line.removeprefix("Tag: ") for line in lines if line.startswith("Tag")} == {str(tag) for tag in tags}
    assert len(tags) == 4


def test_the_same_wheel_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = (Path(retagged(str(made(tmp_path)), PLATFORMS)).read_bytes() for _ in range(2))
    assert one == two


def test_a_signature_that_would_be_wrong_goes(tmp_path: Path) -> None:
    found = content(retagged(str(made(tmp_path, signed=True)), PLATFORMS))
    assert f"{INFO}/RECORD.jws" not in found
    assert b"RECORD.jws" not in found[f"{INFO}/RECORD"]


def test_the_tag_that_it_has_may_be_given_again(tmp_path: Path) -> None:
    path = retagged(str(made(tmp_path)), ("linux_x86_64",))
    assert os.listdir(tmp_path) == [NAME]
    assert content(path)[f"{INFO}/WHEEL"].decode() == WHEEL


def damaged(path: Path, kind: str) -> None:
    if kind == "no zip":
        path.write_bytes(b"no zip")
        return
    if kind == "cut short":
        path.write_bytes(path.read_bytes()[:-30])
        return
    if kind == "a member is wrong":
        data = bytearray(path.read_bytes())
        data[data.index(b"a = 1")] ^= 1
        path.write_bytes(data)
        return
    with zipfile.ZipFile(path, "w" if kind == "no WHEEL" else "a") as archive:
        archive.writestr("x" if kind == "no WHEEL" else "other-1.0.dist-info/WHEEL", "")


@pytest.mark.parametrize("kind", ["no zip", "cut short", "a member is wrong", "no WHEEL", "two WHEELs"])
def test_a_wheel_that_is_none_stays_as_it_was(tmp_path: Path, kind: str) -> None:
    path = made(tmp_path)
    damaged(path, kind)
    before = path.read_bytes()
    with pytest.raises(InputError, match="cannot be given another tag"):
        retagged(str(path), PLATFORMS)
    assert (os.listdir(tmp_path), path.read_bytes()) == ([NAME], before)


def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    not_as_root()
    path = made(tmp_path)
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match="cannot be given another tag"):
        retagged(str(path), PLATFORMS)
    tmp_path.chmod(0o700)
    assert os.listdir(tmp_path) == [NAME]
