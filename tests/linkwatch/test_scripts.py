"""The scripts that stand in for linkers, in front of linkers of our own: nobody may notice them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from glibcheck.linkwatch import scripts

# Writes what it was called with, makes its output, and ends as it was told.
LINKER = """#!/bin/sh
printf '%s\\n' "$0" "$@" > "$LOG"
echo said; echo complained >&2
[ -z "$OUTPUT" ] || printf '\\177ELF %s' "$CONTENT" > "$OUTPUT"
exit ${CODE:-0}
"""
# Stands for Python.
AFTER = """#!/bin/sh
printf '%s\\n' "$@" > "$LOG.after"
"""


class Place:
    """A folder with a linker, a stand-in for it, and a program that stands for what comes after."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "own" / "bin").mkdir(parents=True)
        self.real = self.program("real/ld", LINKER)
        python = self.program("python", AFTER)
        self.script = self.program(
            "own/bin/ld", scripts.linker("ld", str(self.real), "GLIBC_2\\.34", str(python), str(folder / "own"))
        )

    def program(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        path.chmod(0o700)
        return path

    def link(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        around = {"PATH": os.environ["PATH"], "LOG": str(self.folder / "log"), "CONTENT": "GLIBC_2.34", **environment}
        return subprocess.run(
            [self.script, *words], cwd=self.folder, env=around, capture_output=True, text=True, check=False
        )

    @property
    def linked(self) -> list[str]:
        """What the real one was called with, its own name first."""
        return (self.folder / "log").read_text().splitlines()

    @property
    def after(self) -> list[str] | None:
        """What was called afterwards; None when nothing was."""
        path = self.folder / "log.after"
        return path.read_text().splitlines() if path.exists() else None


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "a 'place'")


def test_the_real_one_is_run_with_the_very_same_words(place: Place) -> None:
    words = ["-shared", "a b.o", "$HOME", "`id`", "it's", '"', "-o", "x.so", "", "--", "*"]
    done = place.link(*words, OUTPUT="x.so")
    assert (done.returncode, done.stdout, done.stderr) == (0, "said\n", "complained\n")
    assert place.linked == [str(place.real), *words]


@pytest.mark.parametrize("code", ["1", "17"])
def test_a_link_that_fails_ends_as_it_did(place: Place, code: str) -> None:
    done = place.link("-shared", "-o", "x.so", OUTPUT="x.so", CODE=code)
    assert (done.returncode, done.stderr, place.after) == (int(code), "complained\n", None)


@pytest.mark.parametrize(
    "words",
    [("-o", "x.so"), ("-ox.so",), ("--output=x.so",), ("--output", "x.so"), ("-shared", "-o", "x.so", "-lm")],
    ids=" ".join,
)
def test_what_names_a_newer_version_is_looked_at(place: Place, words: tuple[str, ...]) -> None:
    assert place.link(*words, OUTPUT="x.so").returncode == 0
    after = f"{place.folder}/own/{scripts.AFTER}"
    assert place.after == ["-I", "-S", after, str(place.real), *words]


@pytest.mark.parametrize("name", ["x y.so", "it's.so", "$x.so", "-x.so", "x\ny.so", "*.so"])
def test_odd_names_of_outputs_are_looked_at(place: Place, name: str) -> None:
    place.link("-shared", "-o", name, OUTPUT=name)
    assert place.after is not None


def test_what_names_none_is_not(place: Place) -> None:
    place.link("-shared", "-o", "x.so", OUTPUT="x.so", CONTENT="GLIBC_2.17")
    assert place.after is None


@pytest.mark.parametrize("word", ["-r", "-i", "-Ur", "--relocatable"])
def test_an_object_of_objects_is_not(place: Place, word: str) -> None:
    place.link(word, "-o", "x.o", OUTPUT="x.o")
    assert place.after is None


@pytest.mark.parametrize(
    "name", ["conftest", "a.out", "meson-private/sanitycheckc.exe", "CMakeFiles/CMakeScratch/TryCompile-1/cmTC_12"]
)
def test_a_program_that_a_build_makes_to_ask_the_compiler_is_not(place: Place, name: str) -> None:
    (place.folder / name).parent.mkdir(parents=True, exist_ok=True)
    place.link("-o", name, OUTPUT=name)
    assert place.after is None
    place.link("-shared", "-o", name, OUTPUT=name)
    assert place.after is not None


def test_a_response_file_is_left_to_be_read_later(place: Place) -> None:
    place.link("@words", OUTPUT="x.so")
    assert place.after is not None
    assert place.after[-1] == "@words"


def test_a_linker_that_the_build_leads_to_is_the_real_one(place: Place) -> None:
    """By -B, which GCC writes into COMPILER_PATH for its collect2."""
    other = place.program("other/ld", LINKER)
    own = f"{place.folder}/own/bin"
    place.link("-shared", "-o", "x.so", OUTPUT="x.so", COMPILER_PATH=f"{own}:{own}/::/absent:{other.parent}/:/usr/bin")
    assert place.linked[0] == str(other)
    assert place.after is not None
    assert place.after[3] == str(other)


def test_a_linker_that_is_a_script_may_start_another_of_our_names(place: Place) -> None:
    """It finds our stand-in on PATH, which must not lead back to it."""
    other = place.program("other/ld", '#!/bin/sh\nexec ld "$@"\n')
    path = f"{place.folder}/own/bin:{os.environ['PATH']}"
    done = place.link("-o", "x", OUTPUT="x", PATH=path, COMPILER_PATH=str(other.parent))
    assert (done.returncode, done.stdout) == (0, "said\n")
    assert place.linked == [str(place.real), "-o", "x"]
    assert place.after is not None


def test_the_one_of_collect2_puts_our_folder_first(place: Place) -> None:
    show = '#!/bin/sh\nprintf "%s\\n" "$COMPILER_PATH" "$@"\n'
    real = place.program("real/collect2", show)
    script = place.program("own/bin/collect2", scripts.collect2(str(real), f"{place.folder}/own"))
    around = {"PATH": os.environ["PATH"], "COMPILER_PATH": "/b:/c"}
    done = subprocess.run([script, "-o", "x y"], env=around, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [f"{place.folder}/own/bin:/b:/c", "-o", "x y"]


PROBES = (
    "conftest",
    "conftest.exe",
    "_configtest",
    "a.out",
    "meson-private/sanitycheckc.exe",
    "CMakeFiles/CMakeScratch/TryCompile-1/it",
    "CMakeFiles/CMakeTmp/cmTC_1a2b3",
    "CMakeFiles/4.1.0/CompilerIdC/a.out",
    "cmTC_1a2b3",
)


@pytest.mark.parametrize("absolute", [False, True], ids=["relative", "absolute"])
@pytest.mark.parametrize("name", PROBES)
def test_the_programs_of_probes_are_left_alone_wherever_they_are(place: Place, name: str, absolute: bool) -> None:
    (place.folder / "deep" / name).parent.mkdir(parents=True)
    path = f"{place.folder}/deep/{name}" if absolute else f"deep/{name}"
    done = place.link("-o", path, OUTPUT=path)
    assert (done.returncode, done.stdout, done.stderr, place.after) == (0, "said\n", "complained\n", None)


@pytest.mark.parametrize(
    "name", ["contest", "my-conftest", "b.out", "a.out.d/it", "meson-public/it", "cm/TC_1", "Compiler"]
)
def test_other_programs_are_looked_at(place: Place, name: str) -> None:
    (place.folder / name).parent.mkdir(parents=True, exist_ok=True)
    place.link("-o", name, OUTPUT=name)
    assert place.after is not None


@pytest.mark.parametrize("folder", ["conftest-kit", "cmTC_tools"])
def test_a_program_in_a_folder_that_is_called_like_a_probe_is_looked_at(place: Place, folder: str) -> None:
    (place.folder / folder).mkdir()
    place.link("-o", f"{folder}/it", OUTPUT=f"{folder}/it")
    assert place.after is not None


def test_what_the_linker_writes_is_passed_on_byte_for_byte(place: Place) -> None:
    place.program("real/ld", "#!/bin/sh\nprintf 'a\\000\\377\\r\\n b'; printf '\\376\\n\\n%%s\\\\' >&2; exit 3\n")
    plain = subprocess.run([place.real, "-o", "x"], capture_output=True, check=False)
    assert plain.stdout == b"a\0\xff\r\n b"
    done = subprocess.run([place.script, "-o", "x"], cwd=place.folder, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (3, plain.stdout, plain.stderr)


def test_words_that_are_no_text_are_passed_on_byte_for_byte(place: Place) -> None:
    words = [b"-o", b"x\xff.so", b"\x80\t \\n"]
    around = {b"PATH": os.environb[b"PATH"], b"LOG": bytes(place.folder / "log"), b"OUTPUT": b"x\xff.so"}
    around[b"CONTENT"] = b"GLIBC_2.34"
    subprocess.run([bytes(place.script), *words], cwd=place.folder, env=around, capture_output=True, check=True)
    assert (place.folder / "log").read_bytes().splitlines()[1:] == words
    assert (place.folder / "log.after").read_bytes().splitlines()[-3:] == words


@pytest.mark.parametrize(
    "variable", ["IFS", "CDPATH", "ENV", "POSIXLY_CORRECT", "GREP_COLORS", "output", "kind", "word"]
)
def test_variables_of_the_build_change_nothing(place: Place, variable: str) -> None:
    words = ("-shared", "-o", "x/ y.so")
    (place.folder / "x").mkdir()
    done = place.link(*words, OUTPUT="x/ y.so", **{variable: "/x"})
    assert (done.returncode, done.stdout, done.stderr) == (0, "said\n", "complained\n")
    assert place.linked == [str(place.real), *words]
    assert place.after is not None


@pytest.mark.parametrize(
    "words", [("--version", "-o", "x"), ("-shared", "--help"), ("-shared", "-v", "-o", "x.so")], ids=" ".join
)
def test_a_linker_that_is_only_asked_something_says_no_more_than_that(place: Place, words: tuple[str, ...]) -> None:
    """It makes no file then, and ends well."""
    done = place.link(*words)
    assert (done.returncode, done.stdout, done.stderr) == (0, "said\n", "complained\n")
    assert place.after is None


@pytest.mark.parametrize("option", ["-soname", "-rpath"])
def test_a_value_that_looks_like_the_option_for_the_output_is_none(place: Place, option: str) -> None:
    place.link("-shared", "-o", "x.so", option, "-only.so", OUTPUT="x.so")
    assert place.after is not None


def test_a_value_that_looks_like_the_option_for_objects_is_none(place: Place) -> None:
    place.link("-shared", "-soname", "-r", "-o", "x.so", OUTPUT="x.so")
    assert place.after is not None


def test_a_folder_with_the_name_of_a_linker_is_none(place: Place) -> None:
    """As there is one in the sources of binutils; GCC, too, passes over it."""
    (place.folder / "tools" / "ld").mkdir(parents=True)
    done = place.link("-shared", "-o", "x.so", OUTPUT="x.so", COMPILER_PATH=f"{place.folder}/tools")
    assert (done.returncode, done.stderr) == (0, "complained\n")
    assert place.linked[0] == str(place.real)


def test_a_file_that_may_not_be_run_is_no_linker(place: Place) -> None:
    place.program("tools/ld", LINKER).chmod(0o600)
    place.link("-shared", "-o", "x.so", OUTPUT="x.so", COMPILER_PATH=f"{place.folder}/tools")
    assert place.linked[0] == str(place.real)


def test_a_linker_that_is_killed_does_not_end_well(place: Place) -> None:
    place.program("real/ld", "#!/bin/sh\nkill -9 $$\n")
    assert place.link("-shared", "-o", "x.so").returncode == 128 + 9  # what a shell makes of it
    assert place.after is None


def test_a_version_that_stands_between_other_bytes_is_found(place: Place) -> None:
    place.program("real/ld", "#!/bin/sh\nprintf '\\177ELF\\000\\377\\012\\376GLIBC_2.34\\000\\200' > x.so\n")
    place.link("-shared", "-o", "x.so", LC_ALL="C.UTF-8")
    assert place.after is not None


def test_what_runs_inside_of_a_link_is_the_linker_alone(place: Place) -> None:
    words = ["-shared", "-o", "x.so", "a b"]
    done = place.link(*words, OUTPUT="x.so", CODE="5", **{scripts.INSIDE: "1"})
    assert (done.returncode, done.stdout, done.stderr) == (5, "said\n", "complained\n")
    assert (place.linked, place.after) == ([str(place.real), *words], None)


def test_the_one_of_collect2_runs_that_which_the_build_leads_to(place: Place) -> None:
    show = '#!/bin/sh\nprintf "%s\\n" "$0" "$COMPILER_PATH"\nexit 7\n'
    real, other = place.program("real/collect2", show), place.program("other/collect2", show)
    script = place.program("own/bin/collect2", scripts.collect2(str(real), f"{place.folder}/own"))
    own = f"{place.folder}/own/bin"
    for leads, program in ((f"{own}:{other.parent}/", other), (own, real), ("", real)):
        done = subprocess.run([script], env={"COMPILER_PATH": leads}, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout.splitlines()) == (7, [str(program), f"{own}:{leads}"])
