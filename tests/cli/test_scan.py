"""`glibcheck scan` as a user meets it: a process with arguments, two streams and an exit code."""

from __future__ import annotations

import json
import os
import pty
import re
import socket
import subprocess
import sys
import termios
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

import glibcheck
from tests.elf.build import File, Symbol, build
from tests.elf.test_image import LIBC, PLAIN, need
from tests.report.test_scan_json import schema
from tests.tools import missing, output

PROGRAM = (sys.executable, "-m", "glibcheck")
# What a variable of the tester's shell says about Python's streams or colour must not change the results.
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith(("NO_COLOR", "PYTHON"))},
    "PYTHONPATH": os.path.dirname(os.path.dirname(glibcheck.__file__)),
    "LC_ALL": "C.UTF-8",
    "TERM": "xterm",
}

GOOD = build(File(verneed=(need(LIBC, ("GLIBC_2.34", 2)),), symbols=(Symbol("dlopen", 2),))).data
GOOD_TEXT = (
    "good.so  x86_64\n"
    "  needs glibc 2.34, or newer\n"
    "  runs on Debian 12, Ubuntu 22.04, RHEL 9 and newer\n"
    "  GLIBC_2.34  libc.so.6  dlopen\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a directory with one good file."""
    (tmp_path / "good.so").write_bytes(GOOD)
    return tmp_path


def run(
    folder: Path, *words: str, stdout: int = subprocess.PIPE, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (*PROGRAM, *words),
        cwd=folder,
        env=ENVIRONMENT | environment,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        check=False,
        encoding="utf-8",
        errors="surrogateescape",
        timeout=20,
    )


def outcome(done: subprocess.CompletedProcess[str]) -> tuple[int, str, str]:
    return done.returncode, done.stdout, done.stderr


def test_the_report_is_on_stdout_and_nothing_on_stderr(folder: Path) -> None:
    assert outcome(run(folder, "scan", "good.so")) == (0, GOOD_TEXT, "")


def test_findings_of_a_scan_are_no_failure_and_files_stay_in_order(folder: Path) -> None:
    (folder / "a.so").write_bytes(GOOD)
    texts = [GOOD_TEXT, GOOD_TEXT.replace("good.so", "a.so"), GOOD_TEXT]
    summary = "3 files, newest GLIBC_2.34 in 3\n"
    assert outcome(run(folder, "scan", "good.so", "a.so", "good.so")) == (0, "\n".join([*texts, summary]), "")


def test_options_and_double_dash_give_the_same_report(folder: Path) -> None:
    (folder / "-v.so").write_bytes(GOOD)
    assert outcome(run(folder, "scan", "--format", "text", "good.so")) == (0, GOOD_TEXT, "")
    assert outcome(run(folder, "scan", "--", "-v.so")) == (0, GOOD_TEXT.replace("good.so", "-v.so"), "")


def make_missing(path: Path) -> None:
    assert not path.exists()


def make_text(path: Path) -> None:
    path.write_text("not a program\n" * 100)


def make_static(path: Path) -> None:
    source = path.with_name("static.c")
    source.write_text("int main(void) { return 0; }\n")
    if not os.path.isabs(output("gcc", "-print-file-name=libc.a").strip()):
        missing("libc.a")
    output("gcc", "-static", "-o", str(path), str(source))


def make_object(path: Path) -> None:
    source = path.with_name("object.c")
    source.write_text("int f(void) { return 0; }\n")
    output("gcc", "-c", "-o", str(path), str(source))


def make_debug_file(path: Path) -> None:
    source = path.with_name("debug.c")
    source.write_text("int f(void) { return 0; }\n")
    output("gcc", "-g", "-shared", "-fPIC", "-o", str(path) + ".whole", str(source))
    output("objcopy", "--only-keep-debug", str(path) + ".whole", str(path))


def make_unreadable(path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read every file")
    path.write_bytes(GOOD)
    path.chmod(0)


def make_socket(path: Path) -> None:
    here = os.getcwd()
    os.chdir(path.parent)  # the name of a socket is short
    try:
        socket.socket(socket.AF_UNIX).bind(path.name)
    finally:
        os.chdir(here)


BAD: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "missing": ("bad", make_missing, "bad: cannot be opened: No such file or directory"),
    "text": ("bad", make_text, "bad: not an ELF file, nor a zip or tar archive"),
    "empty": ("bad", Path.touch, "bad: the file is empty; expected an ELF file or an archive"),
    "truncated": ("bad", lambda path: path.write_bytes(GOOD[:300]), "bad: at offset 0x.*cut short or damaged"),
    "truncated-header": ("bad", lambda path: path.write_bytes(GOOD[:20]), "bad: the ELF header is cut short, .*"),
    "static-executable": ("bad", make_static, r"bad: no dynamic section \(a static executable or debug file\).*"),
    "relocatable-object": ("bad.o", make_object, "bad.o: a relocatable object, not linked yet.*"),
    "debug-file": (
        "bad.debug",
        make_debug_file,
        r"bad.debug: no dynamic section \(a static executable or debug file\).*",
    ),
    "fifo": ("bad", os.mkfifo, "bad: is not a regular file"),
    "socket": ("bad", make_socket, "bad: cannot be opened: No such device or address"),
    "unreadable": ("bad", make_unreadable, "bad: cannot be opened: Permission denied"),
    "dangling-link": ("bad", lambda path: path.symlink_to("nowhere"), "bad: cannot be opened: No such file or .*"),
    "link-to-itself": ("bad", lambda path: path.symlink_to("bad"), "bad: cannot be opened: Too many levels of .*"),
    "name-too-long": ("b" * 300, lambda path: None, "b{300}: cannot be opened: File name too long"),
    "empty-name": ("", lambda path: None, ": cannot be opened: No such file or directory"),
    "name-with-a-newline": ("bad\nname", make_text, r"bad\\nname: not an ELF file, nor a zip or tar archive"),
    "name-with-terminal-commands": (
        "\x1b[31mbad",
        make_text,
        r"\\x1b\[31mbad: not an ELF file, nor a zip or tar archive",
    ),
    "name-that-is-not-utf-8": ("bad\udcff", make_text, r"bad\\udcff: not an ELF file, nor a zip or tar archive"),
}


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_input_is_one_line_on_stderr_and_the_good_ones_are_reported(bad: str, folder: Path) -> None:
    name, make, message = BAD[bad]
    make(folder / name)
    done = run(folder, "scan", name, "good.so")
    assert (done.returncode, done.stdout) == (2, GOOD_TEXT)
    assert re.fullmatch(f"glibcheck: {message}\n", done.stderr), done.stderr


def test_bad_inputs_alone_leave_stdout_empty(folder: Path) -> None:
    assert outcome(run(folder, "scan", "x", "y")) == (
        2,
        "",
        "glibcheck: x: cannot be opened: No such file or directory\n"
        "glibcheck: y: cannot be opened: No such file or directory\n",
    )


def test_a_device_is_refused() -> None:
    done = run(Path("/"), "scan", os.devnull)
    assert outcome(done) == (2, "", f"glibcheck: {os.devnull}: is not a regular file\n")


def test_json_holds_files_and_failures_and_keeps_to_the_schema(folder: Path) -> None:
    done = run(folder, "scan", "--format", "json", "good.so", "gone.so")
    document = json.loads(done.stdout)
    jsonschema.validate(document, schema(), jsonschema.Draft202012Validator)
    assert [file["path"] for file in document["files"]] == ["good.so"]
    assert document["files"][0]["newest"] == {"GLIBC": "2.34"}
    why = "cannot be opened: No such file or directory"
    assert document["errors"] == [{"path": "gone.so", "message": why}]
    assert (done.returncode, done.stderr) == (2, f"glibcheck: gone.so: {why}\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param((), "Usage: glibcheck ", id="no-arguments"),
        pytest.param(("scan",), "name a file, directory or archive, or use --installed NAME", id="no-files"),
        pytest.param(
            ("scan", "--colour", "good.so"), "No such option '--colour'|No such option: --colour", id="option"
        ),
        pytest.param(
            ("scan", "--format", "xml", "good.so"), "'xml' is not one of 'text', 'json', 'jsonl', 'csv'", id="format"
        ),
        pytest.param(("--frobnicate",), "No such option '--frobnicate'|No such option: --frobnicate", id="root-option"),
        pytest.param(("scam", "good.so"), "No such command 'scam'", id="command"),
        pytest.param(("good.so",), "No such command 'good.so'", id="file-in-place-of-a-command"),
    ],
)
def test_a_wrong_call_says_why_on_stderr_and_has_no_answer(words: tuple[str, ...], message: str, folder: Path) -> None:
    done = run(folder, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.search(message, done.stderr)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "start"),
    [
        pytest.param(("--help",), "Usage: glibcheck [OPTIONS] COMMAND [ARGS]...\n", id="root"),
        pytest.param(("scan", "--help"), "Usage: glibcheck scan [OPTIONS] [FILE|DIRECTORY|ARCHIVE|-]...\n", id="scan"),
        pytest.param(("scan", "-h"), "Usage: glibcheck scan [OPTIONS] [FILE|DIRECTORY|ARCHIVE|-]...\n", id="short"),
        pytest.param(
            ("scan", "good.so", "--help"),
            "Usage: glibcheck scan [OPTIONS] [FILE|DIRECTORY|ARCHIVE|-]...\n",
            id="after-a-file",
        ),
    ],
)
def test_help_is_an_answer(words: tuple[str, ...], start: str, folder: Path) -> None:
    done = run(folder, *words)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(start)


def test_a_reader_that_stops_early_sees_no_traceback(folder: Path) -> None:
    # Far more than a pipe holds, so that the program is still writing when `head` has gone.
    symbols = tuple(Symbol(f"a_symbol_with_a_rather_long_name_{number}", 2) for number in range(5000))
    (folder / "big.so").write_bytes(
        build(replace(PLAIN, verneed=(need(LIBC, ("GLIBC_2.4", 2)),), symbols=symbols)).data
    )
    with subprocess.Popen(
        (*PROGRAM, "scan", "big.so"),
        cwd=folder,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "big.so  x86_64\n"
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 2


def test_a_reader_that_never_reads_sees_no_traceback(folder: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = run(folder, "scan", "good.so", stdout=writing)
    os.close(writing)
    assert (done.returncode, done.stderr) == (2, "")


def test_a_full_disk_is_told_in_one_line(folder: Path) -> None:
    if not os.path.exists("/dev/full"):
        missing("/dev/full")
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = run(folder, "scan", "good.so", stdout=full.fileno())
    expected = "glibcheck: the report cannot be written to stdout: No space left on device\n"
    assert (done.returncode, done.stderr) == (2, expected)


@pytest.mark.parametrize(
    ("redirection", "complaint"),
    [
        pytest.param(">&-", "glibcheck: stdout is closed, there is nowhere to write the report\n", id="stdout"),
        pytest.param("2>&-", "", id="stderr"),
        pytest.param(">&- 2>&-", "", id="both"),
    ],
)
def test_a_stream_that_is_not_there_is_no_traceback(redirection: str, complaint: str, folder: Path) -> None:
    done = subprocess.run(
        ("sh", "-c", f'"$@" {redirection}', "sh", *PROGRAM, "scan", "good.so", "gone.so"),
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        check=False,
        text=True,
    )
    assert (done.returncode, done.stderr) == (2, complaint)


def test_characters_that_stdout_lacks_become_escapes(folder: Path) -> None:
    (folder / "größe.so").write_bytes(GOOD)
    done = run(folder, "scan", "größe.so", PYTHONIOENCODING="ascii")
    assert outcome(done) == (0, GOOD_TEXT.replace("good.so", "gr\\xf6\\xdfe.so"), "")


def on_terminal(folder: Path, columns: int, *words: str, **environment: str) -> str:
    """Run with a terminal of so many columns as stdout, and give what it was sent."""
    outer, inner = pty.openpty()
    termios.tcsetwinsize(inner, (24, columns))
    done = run(folder, *words, stdout=inner, **environment)
    os.close(inner)
    sent = b""
    try:
        while block := os.read(outer, 1 << 16):
            sent += block
    except OSError:
        pass  # Linux: EIO when the last writer has closed the other end.
    os.close(outer)
    assert done.stderr == ""
    return sent.decode().replace("\r\n", "\n")


COLOURED = (
    "\x1b[1mgood.so\x1b[0m  \x1b[2mx86_64\x1b[0m\n"
    "  needs \x1b[1mglibc 2.34\x1b[0m, or newer\n"
    "  runs on Debian 12, Ubuntu 22.04, RHEL 9 and newer\n"
    "  GLIBC_2.34  libc.so.6  dlopen\n"
)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        pytest.param({}, COLOURED, id="terminal"),
        pytest.param({"NO_COLOR": ""}, COLOURED, id="no-color-empty"),
        pytest.param({"NO_COLOR": "1"}, GOOD_TEXT, id="no-color"),
        pytest.param({"NO_COLOR": "0"}, GOOD_TEXT, id="no-color-with-any-value"),
        pytest.param({"TERM": "dumb"}, GOOD_TEXT, id="dumb-terminal"),
    ],
)
def test_colour_is_for_terminals_unless_no_color_says_no(
    environment: dict[str, str], expected: str, folder: Path
) -> None:
    assert on_terminal(folder, 80, "scan", "good.so", **environment) == expected


@pytest.mark.parametrize(("columns", "widest"), [(60, 60), (200, 200), (10, 40), (0, 100)])
def test_lines_are_as_wide_as_the_terminal(columns: int, widest: int, folder: Path) -> None:
    symbols = tuple(Symbol(f"s{number:03}", 2) for number in range(300))
    (folder / "wide.so").write_bytes(build(File(verneed=(need(LIBC, ("V_1", 2)),), symbols=symbols)).data)
    lines = on_terminal(folder, columns, "scan", "wide.so", NO_COLOR="1").splitlines()[2:]
    assert widest - len("s000, ") < max(map(len, lines)) <= widest


HEAVY = {
    "argparse",
    "click",
    "dataclasses",
    "demangle",
    "elftools",
    "inspect",
    "json",
    "logging",
    "pathlib",
    "re",
    "rich",
    "subprocess",
    "tempfile",
    "typing",
}


def test_a_plain_scan_imports_nothing_heavy(folder: Path) -> None:
    script = (
        "import sys; before = set(sys.modules); from glibcheck.cli import main; code = main(['scan', 'good.so']); "
        "print(*sorted(set(sys.modules) - before), file=sys.stderr); sys.exit(code)"
    )
    # -S: what the site's own .pth files import is not ours.
    done = subprocess.run(
        (sys.executable, "-S", "-c", script), cwd=folder, env=ENVIRONMENT, capture_output=True, check=False, text=True
    )
    assert (done.returncode, done.stdout) == (0, GOOD_TEXT)
    imported = {name.split(".")[0] for name in done.stderr.split()}
    assert "glibcheck" in imported
    assert not imported & HEAVY
    assert "glibcheck.cli.commands" not in done.stderr.split()
