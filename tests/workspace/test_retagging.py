"""A wheel gets other tags: `wheel tags` does the same to its name and WHEEL; nothing else of it changes."""

from __future__ import annotations

import base64
import csv
import hashlib
import os
import stat
import subprocess
import sys
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


def packed(folder: Path, members: dict[str, bytes], name: str = NAME, kind: int = zipfile.ZIP_DEFLATED) -> Path:
    """Write a wheel of these members, one kind of compression for all, with a true RECORD."""
    path, record = folder / name, f"{INFO}/RECORD"
    rows = [f'"{member}",{hashed(data)},{len(data)}' for member, data in members.items()]
    with zipfile.ZipFile(path, "w", kind) as archive:
        for member, data in {**members, record: "\n".join([*rows, f"{record},,", ""]).encode()}.items():
            archive.writestr(zipfile.ZipInfo(member, (2020, 1, 2, 3, 4, 6)), data, kind)
    return path


MEMBERS = {"it/__init__.py": b"a = 1\n" * 100, f"{INFO}/WHEEL": WHEEL.encode(), f"{INFO}/METADATA": b""}


def test_pip_installs_it(tmp_path: Path) -> None:
    """pip holds the tags of the name against this system, and takes the rest from WHEEL and RECORD."""
    name = f"it-1.0-py3-none-linux_{os.uname().machine}.whl"
    members = {
        "it.py": b"a = 1\n",
        f"{INFO}/METADATA": b"Metadata-Version: 2.1\nName: it\nVersion: 1.0\n",
        f"{INFO}/WHEEL": WHEEL.replace("cp311-abi3", "py3-none").encode(),
    }
    path = retagged(str(packed(tmp_path, members, name)), [f"manylinux_2_17_{os.uname().machine}"])
    command = [sys.executable, "-m", "pip", "--isolated", "install", "--no-index", "--no-deps", "--no-compile"]
    done = subprocess.run(
        [*command, "--target", str(tmp_path / "there"), path], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "there" / "it.py").read_bytes() == b"a = 1\n"
    installed = (tmp_path / "there" / INFO / "WHEEL").read_bytes()
    assert installed == content(path)[f"{INFO}/WHEEL"]
    assert hashed(installed) in (tmp_path / "there" / INFO / "RECORD").read_text()


KINDS = {
    "stored": zipfile.ZIP_STORED,
    "deflated": zipfile.ZIP_DEFLATED,
    "bzip2": zipfile.ZIP_BZIP2,
    "lzma": zipfile.ZIP_LZMA,
}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_of_compression_is_kept(tmp_path: Path, kind: int) -> None:
    old = packed(tmp_path, MEMBERS, kind=kind)
    before = infos(old)
    assert {row[3] for row in before} == {kind}
    path = retagged(str(old), PLATFORMS)
    assert infos(path) == before
    assert content(path)["it/__init__.py"] == MEMBERS["it/__init__.py"]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_the_permissions_of_the_wheel_are_kept(tmp_path: Path, mode: int) -> None:
    old = made(tmp_path)
    old.chmod(mode)
    assert stat.S_IMODE(os.stat(retagged(str(old), PLATFORMS)).st_mode) == mode


def test_the_comment_of_the_archive_is_kept(tmp_path: Path) -> None:
    old = made(tmp_path)
    with zipfile.ZipFile(old, "a") as archive:
        archive.comment = b"of somebody"
    with zipfile.ZipFile(retagged(str(old), PLATFORMS)) as archive:
        assert archive.comment == b"of somebody"


def test_the_same_members_at_another_time_and_place_give_the_same_bytes(tmp_path: Path) -> None:
    found: list[bytes] = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        old = packed(tmp_path / name, MEMBERS)
        os.utime(old, (len(found) * 1e8, len(found) * 1e8))
        found.append(Path(retagged(str(old), PLATFORMS)).read_bytes())
    assert found[0] == found[1]


def test_to_do_it_again_changes_nothing(tmp_path: Path) -> None:
    path = retagged(str(made(tmp_path)), PLATFORMS)
    before = Path(path).read_bytes()
    assert retagged(path, PLATFORMS) == path
    assert Path(path).read_bytes() == before
    assert os.listdir(tmp_path) == [os.path.basename(path)]


def test_there_and_back_gives_the_same_bytes(tmp_path: Path) -> None:
    once = retagged(str(packed(tmp_path, MEMBERS)), ["linux_x86_64"])  # as we write it
    before = Path(once).read_bytes()
    assert retagged(retagged(once, ["manylinux_2_28_x86_64"]), ["linux_x86_64"]) == once
    assert Path(once).read_bytes() == before


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("it-1.0-2-cp311-abi3-linux_x86_64.whl", "it-1.0-2-cp311-abi3-manylinux_2_28_x86_64.whl"),
        ("it-1.0-cp311.cp312-abi3-linux_x86_64.whl", "it-1.0-cp311.cp312-abi3-manylinux_2_28_x86_64.whl"),
        ("it-1.0+a.b-cp311-abi3-linux_x86_64.whl", "it-1.0+a.b-cp311-abi3-manylinux_2_28_x86_64.whl"),
        ("it-1.0-cp311-abi3-a_1_x86_64.b_2_x86_64.whl", "it-1.0-cp311-abi3-manylinux_2_28_x86_64.whl"),
    ],
    ids=["a-build-number", "two-pythons", "a-local-version", "two-platforms"],
)
def test_only_the_last_part_of_the_name_changes(tmp_path: Path, name: str, expected: str) -> None:
    assert retagged(str(packed(tmp_path, MEMBERS, name)), ["manylinux_2_28_x86_64"]) == str(tmp_path / expected)
    assert os.listdir(tmp_path) == [expected]


def test_a_wheel_in_the_current_folder_may_be_named_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert retagged(NAME, ["manylinux_2_28_x86_64"]) == "it-1.0-cp311-abi3-manylinux_2_28_x86_64.whl"
    assert os.listdir(tmp_path) == ["it-1.0-cp311-abi3-manylinux_2_28_x86_64.whl"]


TAGS = {
    "two-platforms-become-one-tag": (
        "Tag: cp311-abi3-a_1\nTag: cp311-abi3-b_2\n", ["m"], "Tag: cp311-abi3-m\n",
    ),
    "line-ends-of-windows": ("Tag: cp311-abi3-a\r\n", ["m"], "Tag: cp311-abi3-m\n"),
    "no-line-end": ("Tag: cp311-abi3-a", ["m"], "Tag: cp311-abi3-m\n"),
    "another-case": ("tag:cp311-abi3-a\n", ["m"], "Tag: cp311-abi3-m\n"),
    "what-is-behind-stays": ("Tag: cp311-abi3-a\nBuild: 3\n", ["m"], "Tag: cp311-abi3-m\nBuild: 3\n"),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "platforms", "expected"), TAGS.values(), ids=TAGS)
def test_the_tags_of_wheel(tmp_path: Path, lines: str, platforms: list[str], expected: str) -> None:
    start = "Wheel-Version: 1.0\nRoot-Is-Purelib: false\n"
    old = packed(tmp_path, {f"{INFO}/WHEEL": (start + lines).encode()})
    assert content(retagged(str(old), platforms))[f"{INFO}/WHEEL"].decode() == start + expected


def test_what_is_bundled_stays_with_its_own_descriptions(tmp_path: Path) -> None:
    """Nothing of another distribution inside is ours to change, its signature neither."""
    inner = "it/_vendor/other-2.0.dist-info"
    others = {f"{inner}/{name}": b"Tag: py3-none-any\n" for name in ("WHEEL", "RECORD", "RECORD.jws", "RECORD.p7s")}
    found = content(retagged(str(packed(tmp_path, {**MEMBERS, **others})), PLATFORMS))
    assert {name: data for name, data in found.items() if name.startswith(inner)} == others
    assert all(f"{name}".encode() in found[f"{INFO}/RECORD"] for name in others)


@pytest.mark.parametrize("name", ["RECORD.jws", "RECORD.p7s"])
def test_both_kinds_of_signature_go(tmp_path: Path, name: str) -> None:
    found = content(retagged(str(packed(tmp_path, {**MEMBERS, f"{INFO}/{name}": b"{}"})), PLATFORMS))
    assert set(found) == {*MEMBERS, f"{INFO}/RECORD"}
    assert name.encode() not in found[f"{INFO}/RECORD"]


def broken(path: Path, kind: str) -> None:
    """Damage one member so that reading it fails in the way of its kind."""
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("it/__init__.py")
        start = info.header_offset + 30 + len(info.filename)
    entry = data.rindex(b"PK\x01\x02", 0, data.index(b"it/__init__.py", archive.start_dir))
    match kind:
        case "no-deflate-stream":
            data[start] = 0b111  # the last block, of a type that there is not (RFC 1951, 3.2.3)
        case "encrypted":
            data[info.header_offset + 6] |= 1
            data[entry + 8] |= 1
        case "an-unknown-compression":
            data[info.header_offset + 8 : info.header_offset + 10] = data[entry + 10 : entry + 12] = b"\x63\x00"
        case "a-wrong-checksum":
            data[info.header_offset + 14] ^= 1
            data[entry + 16] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("kind", ["no-deflate-stream", "encrypted", "an-unknown-compression", "a-wrong-checksum"])
def test_a_member_that_cannot_be_read_leaves_the_wheel_as_it_was(tmp_path: Path, kind: str) -> None:
    path = packed(tmp_path, MEMBERS)
    broken(path, kind)
    before = path.read_bytes()
    with pytest.raises(InputError, match="cannot be given another tag"):
        retagged(str(path), PLATFORMS)
    assert (os.listdir(tmp_path), path.read_bytes()) == ([NAME], before)


WITHOUT = {
    "no-record": {"it.py": b"", f"{INFO}/WHEEL": WHEEL.encode()},
    "a-tag-that-is-none": {f"{INFO}/WHEEL": b"Tag: any\n", f"{INFO}/RECORD": b""},
    "wheel-is-no-text": {f"{INFO}/WHEEL": b"Tag: \xff\n", f"{INFO}/RECORD": b""},
    "record-is-no-text": {f"{INFO}/WHEEL": WHEEL.encode(), f"{INFO}/RECORD": b"\xff"},
}


@pytest.mark.parametrize("members", WITHOUT.values(), ids=WITHOUT)
def test_what_lacks_something_of_a_wheel_stays_as_it_was(tmp_path: Path, members: dict[str, bytes]) -> None:
    path = tmp_path / NAME
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    before = path.read_bytes()
    with pytest.raises(InputError, match="cannot be given another tag"):
        retagged(str(path), PLATFORMS)
    assert (os.listdir(tmp_path), path.read_bytes()) == ([NAME], before)


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), KeyboardInterrupt()], ids=["full", "stopped"]
)
@pytest.mark.parametrize("where", ["fsync", "replace"])
def test_an_end_in_the_middle_leaves_the_wheel_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, error: BaseException
) -> None:
    path = made(tmp_path)
    before = path.read_bytes()

    def end(*_words: object) -> None:
        raise error

    monkeypatch.setattr(os, where, end)
    with pytest.raises(InputError if isinstance(error, OSError) else KeyboardInterrupt):
        retagged(str(path), PLATFORMS)
    assert (os.listdir(tmp_path), path.read_bytes()) == ([NAME], before)


def test_a_wheel_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be given another tag"):
        retagged(str(tmp_path / NAME), PLATFORMS)
    assert os.listdir(tmp_path) == []


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be given another tag"):
        retagged(str(tmp_path / "absent" / NAME), PLATFORMS)
