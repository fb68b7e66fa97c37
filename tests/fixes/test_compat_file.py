"""glibcheck_compat.c: what is in it, and that real linkers give its definitions to all code of a link."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from glibcheck.catalogue.glibc import glibc
from glibcheck.fixes.compat_file import COMPAT_FILE, Contents, compat_text, contents_of, read_compat, whole
from glibcheck.model.image import Export
from glibcheck.model.names import Soname, SymbolName
from glibcheck.model.plan import Directive, Step
from glibcheck.symver import COMPAT_MACRO, header
from glibcheck.sysroot.compat import COMPAT
from tests.sysroot.linked import linker
from tests.tools import need, output
from tests.values import LIBPTHREAD, directive, target

OLD = target("2.17")
MEMBERS = frozenset(row.symbol for row in COMPAT)
CREATE = directive("pthread_create", "GLIBC_2.2.5", LIBPTHREAD)
POW = directive("pow", "GLIBC_2.2.5")


def names(*symbols: str) -> tuple[SymbolName, ...]:
    return tuple(map(SymbolName, symbols))


def exports(machine: str = "x86_64", release: tuple[int, ...] = (2, 36)) -> dict[Soname, tuple[Export, ...]]:
    """Give what a glibc has for new links, as the catalogue knows it."""
    known = glibc(machine)
    assert known is not None
    return {
        library: tuple(Export(row.symbol, row.version, not row.default) for row in known.exports(library, release))
        for library in known.libraries(release)
    }


WHOLE: dict[str, tuple[tuple[str, ...], tuple[Directive, ...], str, Contents]] = {
    "nothing": ((), (), "2.17", Contents()),
    "a-redirection": ((), (CREATE,), "2.17", Contents((), (CREATE,))),
    "functions-bring-functions": (("getentropy",), (), "2.17", Contents(names("getentropy", "getrandom"))),
    "functions-bring-redirections": (
        ("thrd_create",),
        (POW,),
        "2.17",
        Contents(names("thrd_create"), (POW, CREATE)),
    ),
    "not-where-the-target-has-them": (("getentropy",), (), "2.34", Contents(names("getentropy"))),
}


@pytest.mark.parametrize(("functions", "redirects", "glibc_version", "expected"), WHOLE.values(), ids=WHOLE.keys())
def test_what_functions_need_is_added(
    functions: tuple[str, ...], redirects: tuple[Directive, ...], glibc_version: str, expected: Contents
) -> None:
    assert whole(names(*functions), redirects, exports(), target(glibc_version), "x86_64") == expected


@pytest.mark.parametrize(
    "contents",
    [
        Contents(),
        Contents(names("getrandom")),
        Contents((), (POW, CREATE)),
        Contents(names("getentropy", "getrandom"), (CREATE,)),
    ],
)
def test_what_the_file_holds_can_be_read_back_and_written_again(contents: Contents) -> None:
    text = compat_text(contents.functions, contents.redirects, OLD, "x86_64")
    assert read_compat(text) == contents
    again = read_compat(text)
    assert compat_text(again.functions, again.redirects, OLD, "x86_64") == text


@pytest.mark.parametrize("text", ["", "int main(void) { return 0; }\n", "int function;\n/* function f */\n"])
def test_nothing_is_read_from_other_texts(text: str) -> None:
    assert read_compat(text) == Contents()


def test_what_all_steps_want_is_collected_and_the_last_redirection_counts() -> None:
    plain = Step("fix", "_a", "why", (), ())
    newer = directive("pow", "GLIBC_2.29")
    steps = (
        plain,
        plain._replace(functions=names("stat", "getrandom"), redirects=(newer,)),
        plain._replace(extension="_b", functions=names("stat"), redirects=(POW,)),
    )
    earlier = Contents(names("lstat"), (CREATE,))
    assert contents_of(steps, earlier) == Contents(names("getrandom", "lstat", "stat"), (POW, CREATE))
    assert contents_of((plain,)) == Contents()


def test_a_function_that_is_defined_is_not_redirected() -> None:
    text = compat_text(names("getrandom"), [directive("getrandom", "GLIBC_2.25"), CREATE], OLD, "x86_64")
    assert read_compat(text) == Contents(names("getrandom"), (CREATE,))


def test_the_file_says_what_it_is_and_its_licence_and_reads_no_header_of_the_c_library() -> None:
    text = compat_text(names("getrandom"), [CREATE], OLD, "x86_64")
    comment = text.partition("*/")[0]
    for words in ("glibc-2.17", "glibcheck fix", "x86_64", "SPDX-License-Identifier: MIT", "function getrandom"):
        assert words in comment
    assert set(re.findall(r"#include (.*)", text)) <= {"<asm/unistd.h>", "<stdarg.h>", "<stddef.h>"}
    assert max(map(len, text.splitlines())) <= 120


def test_a_machine_without_jumps_gets_directives_for_what_the_functions_need() -> None:
    text = compat_text(names("thrd_create"), [directive("pthread_create", "GLIBC_2.27")], OLD, "riscv64")
    assert '__asm__(".symver pthread_create,pthread_create@GLIBC_2.27");\n' in text
    assert "REDIRECT" not in text


def test_another_machine_compiles_the_file_to_nothing(tmp_path: Path) -> None:
    need("gcc")
    (tmp_path / "c.c").write_text(compat_text(names("getrandom"), [CREATE], OLD, "s390x"))
    output("gcc", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-c", str(tmp_path / "c.c"), "-o", str(tmp_path / "c.o"))
    assert " T " not in output("nm", str(tmp_path / "c.o"))


USER = """
#include <pthread.h>
#include <exception>
#include <thread>
static void *run(void *count) { ++*(int *)count; return count; }
extern "C" int work(void)
{
    int count = 0;
    std::thread thread([&] { try { throw 1; } catch (int one) { count += one; } });  // starts in libstdc++.a
    thread.join();
    pthread_t own;
    pthread_create(&own, 0, run, &count);
    pthread_join(own, 0);
    return count;
}
"""
JOIN = directive("pthread_join", "GLIBC_2.2.5", LIBPTHREAD)
FLAGS = ("-O2 -std=gnu++17", "-O2 -flto")
# gcc's LTO needs a linker with plugins; mold takes the name@VERSION of a header for a name in clang's LTO.
LINKS = [
    (compiler, name, flags)
    for compiler in ("gcc", "clang")
    for name in ("bfd", "gold", "lld", "mold")
    for flags in FLAGS
    if (compiler, name, flags) not in (("gcc", "lld", FLAGS[1]), ("clang", "mold", FLAGS[1]))
]


def versions(path: Path, symbol: str) -> set[str]:
    rows = output("readelf", "-W", "--dyn-syms", str(path))
    return set(re.findall(rf" {symbol}(\S*)", rows))


def linked(folder: Path, compiler: str, flags: list[str], compat: str, *defines: str) -> Path:
    """Compile USER with the header, and the compat file, and link them with a static libstdc++."""
    plus = {"gcc": "g++", "clang": "clang++"}[compiler]
    need(compiler, plus)
    redirected = {row.symbol for row in read_compat(compat).redirects}
    (folder / "user.cc").write_text(USER)
    (folder / "symver.h").write_text(header((CREATE, JOIN), OLD, "x86_64", redirected))
    (folder / COMPAT_FILE).write_text(compat)
    compiling = [flag for flag in flags if not flag.startswith("-fuse-ld")]
    plain = [flag for flag in compiling if not flag.startswith("-std")]
    include = ["-include", str(folder / "symver.h")]
    output(plus, *compiling, *include, *defines, "-fPIC", "-c", str(folder / "user.cc"), "-o", str(folder / "user.o"))
    output(
        compiler, *plain, *include, f"-D{COMPAT_MACRO}", "-Wall", "-Werror", "-fPIC", "-c", str(folder / COMPAT_FILE),
        "-o", str(folder / "compat.o"),
    )  # fmt: skip
    objects = [str(folder / "user.o"), str(folder / "compat.o")]
    path = folder / "user.so"
    output(plus, *flags, "-shared", *objects, "-o", str(path), "-static-libstdc++", "-pthread")
    return path


def work(path: Path) -> int:
    """Call the library in a process of its own: a jump that leads to itself never ends."""
    return int(
        output("timeout", "10", sys.executable, "-c", f"import ctypes; print(ctypes.CDLL({str(path)!r}).work())")
    )


@pytest.mark.oracle
@pytest.mark.parametrize(("compiler", "name", "flags"), LINKS)
def test_a_redirection_answers_for_the_project_and_for_the_archive(
    compiler: str, name: str, flags: str, tmp_path: Path
) -> None:
    text = compat_text((), [CREATE], OLD, "x86_64")
    path = linked(tmp_path, compiler, [*flags.split(), linker(name)], text, f"-D{COMPAT_MACRO}")
    assert versions(path, "pthread_create") == {"@GLIBC_2.2.5"}
    assert versions(path, "pthread_join") >= {"@GLIBC_2.2.5"}  # The header bound that of the project.
    assert work(path) == 2


@pytest.mark.oracle
@pytest.mark.parametrize("name", ["bfd", "gold", "lld", "mold"])
def test_a_unit_with_a_directive_of_its_own_does_no_harm_to_a_redirection(name: str, tmp_path: Path) -> None:
    text = compat_text((), [CREATE], OLD, "x86_64")
    path = linked(tmp_path, "gcc", ["-O2", linker(name)], text)  # without the macro: the unit has both directives
    assert versions(path, "pthread_create") == {"@GLIBC_2.2.5"}
    assert work(path) == 2


@pytest.mark.oracle
@pytest.mark.parametrize("flags", FLAGS)
def test_the_c_runtime_keeps_nothing_thread_local_when_the_file_says_so(flags: str, tmp_path: Path) -> None:
    contents = whole(names("__cxa_get_globals"), (CREATE, JOIN), exports(), OLD, "x86_64")
    text = compat_text(contents.functions, contents.redirects, OLD, "x86_64")
    path = linked(tmp_path, "gcc", flags.split(), text, f"-D{COMPAT_MACRO}")
    assert "TLS" not in output("readelf", "-lW", str(path))
    assert work(path) == 2
    assert versions(path, "pthread_once") == versions(path, "pthread_key_create") == {"@GLIBC_2.2.5"}


@pytest.mark.oracle
def test_all_functions_ask_for_nothing_that_the_target_lacks(tmp_path: Path) -> None:
    need("gcc")
    known = glibc("x86_64")
    assert known is not None
    contents = whole(known.newer(OLD.glibc) & MEMBERS, (), exports(), OLD, "x86_64")
    path = tmp_path / COMPAT_FILE
    path.write_text(compat_text(contents.functions, contents.redirects, OLD, "x86_64"))
    built = tmp_path / "all.so"
    output(
        "gcc",
        "-O2",
        "-Wall",
        "-Werror",
        "-fPIC",
        "-shared",
        str(path),
        "-o",
        str(built),
        "-lresolv",
        "-pthread",
        "-ldl",
    )
    asked = re.findall(r"@(GLIBC_\S+)", output("readelf", "-W", "--dyn-syms", str(built)))
    assert [version for version in asked if not OLD.allows(version)] == []
    assert len(contents.functions) > 300


ELSEWHERE = """
#include <pthread.h>
#include <stdio.h>
static void *run(void *count) { ++*(int *)count; return count; }
int main(void)
{
    int count = 0;
    pthread_t own;
    pthread_create(&own, 0, run, &count);
    pthread_join(own, 0);
    printf("%d", count);
    return 0;
}
"""


@pytest.mark.oracle
@pytest.mark.parametrize("flags", ["-O2", "-O2 -flto"])
def test_aarch64_jumps_as_well(flags: str, tmp_path: Path) -> None:
    need("aarch64-linux-gnu-gcc", "qemu-aarch64")
    (tmp_path / "main.c").write_text(ELSEWHERE)
    (tmp_path / COMPAT_FILE).write_text(
        compat_text((), [directive("pthread_create", "GLIBC_2.17", LIBPTHREAD)], OLD, "aarch64")
    )
    program = tmp_path / "main"
    sources = [str(tmp_path / "main.c"), str(tmp_path / COMPAT_FILE)]
    output("aarch64-linux-gnu-gcc", *flags.split(), "-fPIE", "-pie", *sources, "-o", str(program), "-pthread")
    assert versions(program, "pthread_create") == {"@GLIBC_2.17"}
    assert output("qemu-aarch64", "-L", "/usr/aarch64-linux-gnu", str(program)) == "1"
