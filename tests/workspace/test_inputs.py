"""What a name on the command line leads to: files, directories, links, archives."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from glibcheck.model.finding import Failure, Passed, ScannedFile
from glibcheck.workspace.inputs import Options, scan_paths
from tests.elf.build import File, Symbol, build

GOOD = build(File()).data


def found(*paths: Path | str, options: Options | None = None) -> list[tuple[str, str]]:
    """Scan, and give each result by its kind and path."""
    kinds = {ScannedFile: "file", Failure: "failure", Passed: "passed"}
    return [(kinds[type(row)], row.path) for row in scan_paths(map(str, paths), options or Options())]


def test_a_directory_is_searched_for_elf_files_whatever_their_names(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "no-suffix").write_bytes(GOOD)
    (tmp_path / "z.so").write_bytes(GOOD)
    (tmp_path / "text.so").write_text("/* GNU ld script */\n")
    (tmp_path / "empty.so").touch()
    assert found(tmp_path) == [("file", f"{tmp_path}/z.so"), ("file", f"{tmp_path}/b/no-suffix")]


def test_links_to_what_was_seen_count_once_and_rings_end(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "libz.so.1").write_bytes(GOOD)
    (tmp_path / "a" / "libz.so").symlink_to("libz.so.1")
    (tmp_path / "a" / "up").symlink_to("..")
    (tmp_path / "a" / "nowhere").symlink_to("gone")
    assert found(tmp_path) == [("file", f"{tmp_path}/a/libz.so.1")]


def test_a_link_that_cannot_be_followed_is_a_failure_but_not_one_to_nowhere(tmp_path: Path) -> None:
    (tmp_path / "nowhere").symlink_to("gone")
    (tmp_path / "ring").symlink_to("ring")
    (tmp_path / "unknown").symlink_to("x" * 300)
    assert found(tmp_path) == [("failure", f"{tmp_path}/unknown")]


def test_a_link_that_leads_out_is_followed_once(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "x.so").write_bytes(GOOD)
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "one").symlink_to("../outside")
    (tmp_path / "tree" / "two").symlink_to("../outside/x.so")
    assert found(tmp_path / "tree") == [("file", f"{tmp_path}/tree/one/x.so")]


def test_fifos_and_devices_in_a_directory_are_passed_by(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    assert found(tmp_path) == []


def test_a_damaged_elf_file_in_a_directory_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "cut.so").write_bytes(GOOD[:100])
    assert found(tmp_path) == [("failure", f"{tmp_path}/cut.so")]


def test_objects_are_passed_in_a_directory_and_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.o"
    path.write_bytes(GOOD[:16] + b"\x01\x00" + GOOD[18:54] + bytes(4) + GOOD[58:64])
    assert found(tmp_path) == [("passed", str(path))]
    assert found(path) == [("failure", str(path))]


@pytest.mark.parametrize("name", ["a.whl", "renamed.bin"])
def test_members_of_a_named_zip_are_read_whatever_its_name(name: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("pkg/__init__.py", "")
        archive.writestr("pkg/_x.so", GOOD)
        archive.writestr("pkg/text.so", "not ELF")
    assert found(tmp_path / name) == [("file", f"{tmp_path}/{name}:pkg/_x.so")]


def test_wheels_in_a_directory_are_opened_and_other_zips_are_not(tmp_path: Path) -> None:
    for name in ("a.whl", "b.jar"):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("x.so", GOOD)
    assert found(tmp_path) == [("file", f"{tmp_path}/a.whl:x.so")]


@pytest.mark.parametrize("mode", ["", "gz", "bz2", "xz"])
def test_members_of_a_tar_are_read(mode: str, tmp_path: Path) -> None:
    path = tmp_path / "a.tar"
    with tarfile.open(path, f"w:{mode}") as archive:  # type: ignore[call-overload]  # one of its modes
        member = tarfile.TarInfo("lib/x.so")
        member.size = len(GOOD)
        archive.addfile(member, io.BytesIO(GOOD))
    assert found(path) == [("file", f"{path}:lib/x.so")]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_tars_inside_of_a_conda_package_are_read(method: int, tmp_path: Path) -> None:
    zstd = pytest.importorskip("backports.zstd" if sys.version_info < (3, 14) else "compression.zstd")
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        member = tarfile.TarInfo("lib/x.so")
        member.size = len(GOOD)
        archive.addfile(member, io.BytesIO(GOOD))
    path = tmp_path / "a.conda"
    with zipfile.ZipFile(path, "w", method) as package:
        package.writestr("metadata.json", "{}")
        package.writestr("pkg-a.tar.zst", zstd.compress(data.getvalue()))
    assert found(path) == [("file", f"{path}:pkg-a.tar.zst:lib/x.so")]


def test_a_damaged_archive_is_a_failure(tmp_path: Path) -> None:
    path = tmp_path / "a.whl"
    path.write_bytes(b"PK\x03\x04" + bytes(40))
    assert found(path) == [("failure", str(path))]


def test_a_wrong_checksum_is_seen_by_strict_reading_only(tmp_path: Path) -> None:
    path = tmp_path / "a.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x.so", GOOD + bytes(100))
    data = bytearray(path.read_bytes())
    data[data.index(GOOD) + len(GOOD) + 50] ^= 1
    path.write_bytes(data)
    assert found(path) == [("file", f"{path}:x.so")]
    assert found(path, options=Options(strict=True)) == [("failure", f"{path}:x.so")]


def test_what_an_archive_may_inflate_to_can_be_set(tmp_path: Path) -> None:
    path = tmp_path / "a.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.so", GOOD)
    assert found(path, options=Options(most_inflated=len(GOOD) - 1)) == [("failure", f"{path}:x.so")]


def run(folder: Path, *words: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "glibcheck", "scan", "--quiet", *words]
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    environment = {**os.environ, "PYTHONPATH": root}
    return subprocess.run(command, cwd=folder, input=data, capture_output=True, check=False, env=environment)


@pytest.mark.parametrize("data", [b"a.so\nb c.so\n", b"a.so\0b c.so\0"], ids=["lines", "print0"])
def test_names_are_taken_from_stdin(data: bytes, tmp_path: Path) -> None:
    for name in ("a.so", "b c.so"):
        (tmp_path / name).write_bytes(GOOD)
    done = run(tmp_path, "-", data=data)
    assert [line.partition(b":")[0] for line in done.stdout.splitlines()] == [b"a.so", b"b c.so"]


def test_files_of_an_installed_distribution(tmp_path: Path) -> None:
    done = run(tmp_path, "--installed", "cffi")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"_cffi_backend" in done.stdout


def test_an_unknown_distribution_has_no_answer(tmp_path: Path) -> None:
    done = run(tmp_path, "--installed", "no-such-distribution")
    message = b"glibcheck: no-such-distribution: is not installed for this interpreter\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, b"", message)


def test_files_come_with_what_they_define_when_that_is_asked_for(tmp_path: Path) -> None:
    data = build(File(symbols=(Symbol("given", defined=True), Symbol("wanted")))).data
    (tmp_path / "x.so").write_bytes(data)
    with zipfile.ZipFile(tmp_path / "a.whl", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.so", data)
    with tarfile.open(tmp_path / "a.tar", "w") as archive_of_tar:
        archive_of_tar.add(tmp_path / "x.so", "x.so")
    names = [f"{tmp_path}/{name}" for name in ("x.so", "a.whl", "a.tar")]
    for exports, expected in ((False, None), (True, ("given",))):
        results = list(scan_paths(names, Options(exports=exports)))
        assert [row.exports if isinstance(row, ScannedFile) else row for row in results] == [expected] * 3


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_archive_that_is_cut_short_meanwhile_does_not_stop_the_rest(tmp_path: Path, method: int) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", method) as archive:
        for name in "abc":
            archive.writestr(name, GOOD + os.urandom(50_000))
    (tmp_path / "z.so").write_bytes(GOOD)
    results = scan_paths([f"{tmp_path}/a.zip", f"{tmp_path}/z.so"], Options())
    assert isinstance(next(results), ScannedFile)
    os.truncate(tmp_path / "a.zip", 2000)
    failure, last = results
    assert isinstance(failure, Failure)
    assert "the file was cut short while it was read" in failure.message
    assert (type(last), last.path) == (ScannedFile, f"{tmp_path}/z.so")
