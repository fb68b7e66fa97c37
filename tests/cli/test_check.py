"""The gate as a process: exit codes, settings, baselines, outputs; and the passes that other tools give wrongly."""

from __future__ import annotations

import json
import os
import sys
import zipfile
from pathlib import Path

import pytest

from glibcheck.cli import main
from glibcheck.cli.commands import run_command
from glibcheck.cli.options import plain_check
from tests.cli.run import refusal, run, usage_error
from tests.elf.compiled import compiled, without_section_headers
from tests.tools import output

TAG = "manylinux_2_17_x86_64"


def wheel(folder: Path, library: Path, tag: str = "linux_x86_64") -> Path:
    """Put a library into a wheel, as an extension of a package."""
    info = "it-1.dist-info"
    members = {
        "it/_it.so": library.read_bytes(),
        f"{info}/METADATA": b"Metadata-Version: 2.1\nName: it\nVersion: 1\n",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: py3-none-{tag}\n".encode(),
    }
    members[f"{info}/RECORD"] = "".join(f"{name},,\n" for name in (*members, f"{info}/RECORD")).encode()
    path = folder / f"it-1-py3-none-{tag}.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def auditwheel_says(path: Path) -> str:
    return " ".join(output(sys.executable, "-m", "auditwheel", "show", str(path)).split())


def found_codes(folder: Path, *words: str) -> tuple[int, list[str]]:
    done = run(folder, "check", "--isolated", "--format", "json", *words)
    document = json.loads(done.stdout)
    return done.returncode, [row["code"] for file in document["files"] for row in file["findings"]]


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """Compile a library that fits any target: it needs nothing."""
    return compiled(tmp_path / "plain.so", "int plain(void) { return 1; }", "-shared", "-fPIC", "-nostdlib")


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """Compile a library that needs a version of 2.34 of a made-up libc, whatever this system has."""
    script, source = tmp_path / "v.map", "void pthread_create(void) {} void puts(void) {}"
    script.write_text("GLIBC_2.2.5 { global: puts; }; GLIBC_2.34 { global: pthread_create; };")
    flags = ("-shared", "-fPIC", "-nostdlib", "-fno-builtin")
    libc = compiled(tmp_path / "libc.so.6", source, *flags, "-Wl,-soname=libc.so.6", f"-Wl,--version-script={script}")
    user = "void pthread_create(void); void puts(void); void f(void) { pthread_create(); puts(); }"
    return compiled(tmp_path / "new.so", user, *flags, str(libc))


# The three passes that are wrong: each passes auditwheel, and its import fails on the target.


def test_a_symbol_without_a_version_that_only_a_newer_glibc_has(tmp_path: Path, new: Path) -> None:
    source = 'long __isoc23_strtol(const char *, char **, int); long f(void) { return __isoc23_strtol("1", 0, 10); }'
    archive, member = tmp_path / "libprebuilt.a", compiled(tmp_path / "prebuilt.o", source, "-c", "-fPIC")
    output("ar", "rcs", str(archive), str(member))
    flags = ("-shared", "-fPIC", "-nostdlib", "-Wl,--whole-archive", str(archive), "-Wl,--no-whole-archive")
    made = compiled(tmp_path / "_it.so", "int unused;", *flags)
    packed = wheel(tmp_path, made)
    assert 'platform tag: "manylinux_2_5_x86_64"' in auditwheel_says(packed)
    assert found_codes(tmp_path, "--target", TAG, str(packed)) == (1, ["GC002"])
    assert found_codes(tmp_path, "--target", "2.38", str(packed)) == (0, [])


def test_a_file_whose_section_headers_are_gone(tmp_path: Path, new: Path) -> None:
    assert 'platform tag: "manylinux_2_34_x86_64"' in auditwheel_says(wheel(tmp_path, new))
    new.write_bytes(without_section_headers(new.read_bytes()))
    packed = wheel(tmp_path, new)
    assert "manylinux_2_5_x86_64" in auditwheel_says(packed)
    assert found_codes(tmp_path, "--target", TAG, str(packed)) == (1, ["GC001"])


def test_a_symbol_that_lives_in_another_library_on_the_target(tmp_path: Path) -> None:
    source = """
        #include <stddef.h>
        __asm__(".symver dlsym,dlsym@GLIBC_2.2.5");
        void *dlsym(void *, const char *);
        void *f(void) { return dlsym(NULL, "f"); }
    """
    script = tmp_path / "v.map"
    script.write_text("GLIBC_2.2.5 { global: dlsym; };")
    flags = ("-shared", "-fPIC", "-nostdlib")
    words = (*flags, "-Wl,-soname=libc.so.6", f"-Wl,--version-script={script}")
    libc = compiled(tmp_path / "libc.so.6", "void dlsym(void) {}", *words)
    made = compiled(tmp_path / "_it.so", source, *flags, str(libc))
    packed = wheel(tmp_path, made)
    assert "manylinux_2_5_x86_64" in auditwheel_says(packed)
    assert found_codes(tmp_path, "--target", TAG, str(packed)) == (1, ["GC003"])
    assert found_codes(tmp_path, "--target", "manylinux_2_34", str(packed)) == (0, [])


def test_exit_codes(tmp_path: Path, plain: Path, new: Path) -> None:
    (tmp_path / "bad.so").write_bytes(b"\x7fELF and no more")
    for words, code in (
        ([plain.name], 0),
        ([plain.name, new.name], 1),
        ([plain.name, new.name, "--exit-zero"], 0),
        (["bad.so"], 2),
        (["bad.so", new.name, "--exit-zero"], 2),
        (["missing.so"], 2),
    ):
        assert run(tmp_path, "check", "--isolated", "--target", "2.17", *words).returncode == code, words


def test_the_text_says_what_is_too_new_and_what_to_do(tmp_path: Path, new: Path) -> None:
    done = run(tmp_path, "check", "--isolated", "--target", "manylinux_2_17", "new.so")
    assert done.stdout == """\
new.so  manylinux_2_17
  GC001  needs GLIBC_2.34 of libc.so.6 for pthread_create; manylinux_2_17 has GLIBC_2.17
         fix: bind to GLIBC_2.2.5 (glibcheck fix, or glibcheck symver), and link -l:libpthread.so.0

1 file judged, 1 does not fit manylinux_2_17 (GC001)
glibcheck rule GC001 explains that finding at length
"""  # fmt: skip
    assert done.stderr == ""


def test_a_wheel_is_held_to_its_tag(tmp_path: Path, new: Path, plain: Path) -> None:
    assert found_codes(tmp_path, str(wheel(tmp_path, new, TAG))) == (1, ["GC015", "GC001"])
    assert found_codes(tmp_path, str(wheel(tmp_path, plain, TAG))) == (0, [])
    done = run(tmp_path, "check", "--isolated", str(wheel(tmp_path, new)))
    assert (done.returncode, "its tag promises no system; give one with --target" in done.stderr) == (2, True)


def test_a_symbol_that_another_file_defines_is_no_finding(tmp_path: Path) -> None:
    flags = ("-shared", "-fPIC", "-nostdlib", "-fno-builtin")
    compiled(tmp_path / "_x.so", "void arc4random(void); void f(void) { arc4random(); }", *flags)
    assert found_codes(tmp_path, "--target", "2.17", "_x.so") == (1, ["GC002"])
    compiled(tmp_path / "libcompat.so", "void arc4random(void) {}", *flags)
    assert found_codes(tmp_path, "--target", "2.17", "_x.so", "libcompat.so") == (0, [])
    assert found_codes(tmp_path, "--target", "2.17", ".") == (0, [])


def test_settings_are_found_and_the_command_line_wins(tmp_path: Path, new: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.glibcheck]\ntarget = '2.17'\n")
    assert run(tmp_path, "check", "new.so").returncode == 1
    assert run(tmp_path, "check", "--target", "2.34", "new.so").returncode == 0
    assert run(tmp_path, "check", "--ignore", "GC001", "new.so").returncode == 0
    assert run(tmp_path, "check", "--isolated", "new.so").returncode == 2
    (tmp_path / "pyproject.toml").write_text("[tool.glibcheck]\ntargets = 1\n")
    assert (
        refusal(run(tmp_path, "check", "new.so")) == "pyproject.toml: tool.glibcheck.targets must be a table of targets"
    )


def test_a_baseline_is_made_kept_and_tightened(tmp_path: Path, new: Path, plain: Path) -> None:
    words = ("check", "--isolated", "--target", "2.17", "--baseline", "base.json", "new.so")
    assert "there is no such baseline" in refusal(run(tmp_path, *words))
    assert run(tmp_path, *words, "--update-baseline").returncode == 0
    known = run(tmp_path, *words)
    assert (known.returncode, "1 waived" in known.stdout) == (0, True)
    new.write_bytes(plain.read_bytes())
    assert "gone or became older" in run(tmp_path, *words).stdout
    assert run(tmp_path, *words, "--update-baseline").returncode == 0
    assert json.loads((tmp_path / "base.json").read_text())["findings"] == []


def test_no_baseline_is_made_of_half_a_look(tmp_path: Path, new: Path) -> None:
    (tmp_path / "bad.so").write_bytes(b"\x7fELF and no more")
    (tmp_path / "base.json").write_text('{"schema": "glibcheck.baseline/1", "findings": []}')
    words = ("check", "--isolated", "--target", "2.17", "--baseline", "base.json", "--update-baseline")
    done = run(tmp_path, *words, "new.so", "bad.so")
    assert (done.returncode, "is left as it was" in done.stderr) == (2, True)
    assert (tmp_path / "base.json").read_text() == '{"schema": "glibcheck.baseline/1", "findings": []}'


def test_the_report_goes_to_a_file_whole_or_not_at_all(tmp_path: Path, new: Path) -> None:
    words = ("check", "--isolated", "--target", "2.17", "new.so", "--format", "sarif", "-o")
    done = run(tmp_path, *words, "report.sarif")
    assert (done.returncode, done.stdout) == (1, "")
    assert json.loads((tmp_path / "report.sarif").read_text())["version"] == "2.1.0"
    assert "cannot be written" in refusal(run(tmp_path, *words, "missing/report.sarif"))


def test_github_gets_annotations_and_a_summary(tmp_path: Path, new: Path) -> None:
    page = tmp_path / "summary.md"
    page.write_text("before\n")
    words = ("check", "--isolated", "--target", "2.17", "--format", "github", "new.so")
    done = run(tmp_path, *words, GITHUB_STEP_SUMMARY=str(page))
    assert done.stdout.startswith("::error file=pyproject.toml,title=GC001 version too new::needs GLIBC_2.34")
    assert page.read_text().startswith("before\n### glibcheck: 1 file judged, 1 does not fit 2.17")


def test_wheels_without_elf_files(tmp_path: Path) -> None:
    path = tmp_path / "it-1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("it.py", "")
    done = run(tmp_path, "check", "--isolated", path.name)
    assert (done.returncode, done.stdout) == (
        0, "note: it-1-py3-none-any.whl: no ELF file, nothing to judge\n0 files judged, nothing to judge\n",
    )  # fmt: skip
    assert found_codes(tmp_path, path.name, "--require-elf") == (1, ["GC016"])


def test_usage(tmp_path: Path) -> None:
    assert "name a file" in usage_error(run(tmp_path, "check"))
    assert "'xml' is not one of" in usage_error(run(tmp_path, "check", "--format", "xml", "a.so"))
    assert refusal(run(tmp_path, "check", "--isolated", "--update-baseline", "/bin/sh", "--target", "2.43")).startswith(
        "--update-baseline needs --baseline FILE"
    )


def test_the_same_mistake_is_told_once_for_all_files(tmp_path: Path, new: Path, plain: Path) -> None:
    done = run(tmp_path, "check", str(wheel(tmp_path, new)), new.name, plain.name, "--target", "manylinux_2_281")
    assert (done.returncode, done.stdout) == (2, "0 files judged, 2 not judged\n")
    assert done.stderr.count("unknown target") == 1
    assert " and 1 more: unknown target 'manylinux_2_281'" in done.stderr


def test_rules_are_explained(tmp_path: Path) -> None:
    listed = run(tmp_path, "rule").stdout.splitlines()
    assert [line.split()[0] for line in listed] == [f"GC{number:03}" for number in range(1, 17)]
    told = run(tmp_path, "rule", "gc002").stdout
    assert told.startswith("GC002: unversioned and too new\n\n")
    assert "undefined symbol: __isoc23_strtol" in told
    assert "is no rule" in refusal(run(tmp_path, "rule", "GC999"))


def test_config_prints_settings_that_read_back_the_same(tmp_path: Path) -> None:
    text = (
        '[tool.glibcheck]\ntarget = "2.17"\nmode = "check"\nretag = true\nwraps = "mesonpy"\nselect = ["GC001"]\n'
        '[tool.glibcheck.targets."my cluster"]\nextends = "2.17"\nlimits = { GLIBCXX = "3.4.19" }\n'
        '[[tool.glibcheck.exceptions]]\ncode = "GC001"\nreason = "why"\n'
        "expires = 2027-01-01\n"
    )
    (tmp_path / "pyproject.toml").write_text(text)
    first = run(tmp_path, "config").stdout
    assert first.startswith("# from pyproject.toml\n[tool.glibcheck]\ntarget = ")
    (tmp_path / "pyproject.toml").write_text(first)
    assert run(tmp_path, "config").stdout == first
    assert json.loads(run(tmp_path, "config", "--schema").stdout)["title"] == "[tool.glibcheck] of a pyproject.toml"
    os.unlink(tmp_path / "pyproject.toml")
    assert "these are the defaults" in run(tmp_path, "config").stdout


def test_a_plain_call_is_answered_as_click_would(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[object, ...]] = []

    def note(*words: object) -> int:
        calls.append(words)
        return 0

    monkeypatch.setattr("glibcheck.cli.check.run", note)
    for words in (["check", "a.so"], ["check", "a.so", "--target", "2.17"]):
        assert run_command(words) == main(words) == 0
        assert calls[-2] == calls[-1]


@pytest.mark.parametrize(
    ("words", "taken"),
    [
        (["a.so", "--target", "2.17", "b.so"], (["a.so", "b.so"], "2.17")),
        (["--target=2.17", "a.so"], (["a.so"], "2.17")),
        (["a.so"], (["a.so"], None)),
        (["--target"], None),
        (["a.so", "--target"], None),
        (["a.so", "--target="], None),
        (["--target", "2.17"], None),
        (["-"], None),
        (["--", "a.so"], None),
        (["a.so", "--strict"], None),
        (["--help"], None),
    ],
)
def test_which_calls_are_plain(words: list[str], taken: tuple[list[str], str | None] | None) -> None:
    found = plain_check(words)
    assert (found and (found[0], found[1]["target"])) == taken
