"""Reading runs nothing: no program, no code of the file, no network, and nothing is written but the output file.

The file would leave a mark if it were loaded (a constructor, an IFUNC resolver), or run (the interpreter that it
names). The system calls are strace's word.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.tools import need
from tests.trust.tracing import Call, traced

_STARTS = ("execve", "execveat")
_TALKS = ("socket", "connect", "bind", "sendto", "sendmsg")
_CHANGES = (
    "unlink", "unlinkat", "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat", "mkdir",
    "mkdirat", "rmdir", "chmod", "fchmod", "fchmodat", "chown", "fchown", "fchownat", "truncate", "ftruncate", "mknod",
    "mknodat", "utimensat", "setxattr", "fsetxattr",
)  # fmt: skip
_CALLS = (*_STARTS, *_TALKS, *_CHANGES, "open", "openat", "creat", "mmap", "mprotect")

_OF_NO_CONTENT = ('"/dev/null"', '"/dev/shm/sem.')
_OUTPUTS = ("-o", "--record", "--baseline")

_MARK = r"""
#include <fcntl.h>
/* By hand: a resolver may run before the loader has bound open(2). */
static void mark(void) {
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(2), "D"("MARK"), "S"(O_CREAT | O_WRONLY), "d"(0600)
                     : "rcx", "r11", "memory");
}
"""
_SOURCE = (
    _MARK
    + r"""
#include <pthread.h>
__attribute__((constructor)) static void begin(void) { mark(); }
static int one(void) { return 1; }
static int (*pick(void))(void) { mark(); return one; }
int which(void) __attribute__((ifunc("pick")));
void *PyInit_trap(void) { pthread_once(0, 0); return which() ? (void *)1 : 0; }
"""
)
_NAME = "trap.cpython-311-x86_64-linux-gnu.so"
_WHEEL = "trap-1-cp311-cp311-linux_x86_64.whl"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    need("gcc", "strace")
    if platform.machine() != "x86_64":
        pytest.skip("the trap is written for x86-64")
    place = tmp_path_factory.mktemp("trap") / "trap"
    place.mkdir()
    interpreter = place / "interpreter"
    start = 'void _start(void) { mark(); for (;;) __asm__ volatile("syscall" :: "a"(231), "D"(0)); }\n'
    begun = place / "start.c"
    begun.write_text(_MARK.replace("MARK", f"{place}/MARK") + start)
    subprocess.run(["gcc", "-nostdlib", "-static", str(begun), "-o", str(interpreter)], check=True)
    source = place / "trap.c"
    source.write_text(_SOURCE.replace("MARK", f"{place}/MARK"))
    common = ["gcc", "-g", "-fPIC", "-Wl,-z,now", str(source), "-lpthread"]
    subprocess.run([*common, "-shared", "-o", str(place / _NAME)], check=True)
    program = source.with_name("program.c")
    program.write_text(_SOURCE.replace("MARK", f"{place}/MARK") + "int main(void) { return which(); }\n")
    words = ["gcc", "-g", str(program), f"-Wl,--dynamic-linker={interpreter}", "-o", str(place / "program")]
    subprocess.run(words, check=True)
    with zipfile.ZipFile(place / _WHEEL, "w") as wheel:
        for name in (_NAME, "program"):
            wheel.write(place / name, name)
        wheel.writestr("trap-1.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: cp311-cp311-linux_x86_64\n")
        wheel.writestr("trap-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: trap\nVersion: 1\n")
        wheel.writestr("trap-1.dist-info/RECORD", "")
    return place


def test_the_trap_would_leave_a_mark(folder: Path) -> None:
    subprocess.run(["python3", "-c", f"import ctypes; ctypes.CDLL('{folder}/{_NAME}')"], check=True)
    assert (folder / "MARK").exists()
    (folder / "MARK").unlink()
    subprocess.run([str(folder / "program")], check=False)
    assert (folder / "MARK").exists()
    (folder / "MARK").unlink()


@pytest.mark.parametrize(
    "words",
    [
        ("scan", _WHEEL),
        ("scan", "."),
        ("scan", _WHEEL, "--format", "csv"),
        ("trace", _WHEEL),
        ("trace", _NAME, "program", "--format", "json"),
        ("trace", _WHEEL, "--format", "html", "-o", "OUT"),
        ("trace", _NAME, "--record", "OUT"),
        ("check", _WHEEL, "program", "--target", "2.17"),
        ("check", _WHEEL, "--target", "2.17", "--format", "markdown", "-o", "OUT"),
        ("check", _WHEEL, "--target", "2.17", "--baseline", "OUT", "--update-baseline"),
        ("check", "-", "--target", "2.17"),
        ("compare", _WHEEL, _NAME),
        ("explain",),
        ("survey", ".", "-o", "OUT.jsonl"),
    ],
    ids=" ".join,
)
def test_no_program_no_loading_no_network_no_writing(folder: Path, words: tuple[str, ...]) -> None:
    stdin = f"{_NAME}\n{_WHEEL}\n".encode() if "-" in words else b"trap.so: version `GLIBC_2.34' not found\n"
    before = {path: path.read_bytes() for path in folder.iterdir()}
    done, calls = traced(folder, ("-m", "glibcheck", *words), _CALLS, ("-f", "-y"), stdin)
    assert done.returncode in (0, 1), done.stderr.decode()
    # glibcheck itself, and for a survey the processes that share its work
    assert {call.arguments.partition(",")[0] for call in calls if call.name in _STARTS} == {f'"{sys.executable}"'}
    assert [call for call in calls if call.name in _TALKS] == []
    assert [call for call in calls if is_loading(call, folder)] == []
    written = next((words[place + 1] for place, word in enumerate(words) if word in _OUTPUTS), "")
    touched = [call for call in calls if is_a_change(call) and not is_of_output(call, folder, written)]
    assert touched == []
    if written:
        (folder / written).unlink()
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    assert not (folder / "MARK").exists()


def is_loading(call: Call, folder: Path) -> bool:
    """Say whether a call maps a file of the folder so that it can be run."""
    return call.name in ("mmap", "mprotect") and "PROT_EXEC" in call.arguments and f"<{folder}" in call.arguments


def is_a_change(call: Call) -> bool:
    """Say whether a call writes to, or changes, something that lasts: not /dev/null, nor a semaphore in memory."""
    if call.result.startswith("-1") or any(name in call.arguments for name in _OF_NO_CONTENT):
        return False
    if call.name in ("open", "openat"):
        return any(flag in call.arguments for flag in ("O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC"))
    return call.name in (*_CHANGES, "creat")


def is_of_output(call: Call, folder: Path, written: str) -> bool:
    """Say whether a call is about the output file, or the helping file beside it."""
    # `#NUMBER` is how the system calls a file without a name.
    texts = (f"{folder}/{written}", f"{folder}/.glibcheck-", f"<{folder}/#")
    return bool(written) and (any(text in call.arguments for text in texts) or "O_TMPFILE" in call.arguments)


def test_json_is_what_was_read(folder: Path) -> None:
    done, _ = traced(folder, ("-m", "glibcheck", "scan", _NAME, "--format", "json"), ("execve",))
    (file,) = json.loads(done.stdout)["files"]
    assert {need["version"] for need in file["requirements"]} >= {"GLIBC_2.2.5", "GLIBC_2.34"}
