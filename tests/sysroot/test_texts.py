"""The texts of a sysroot: linker scripts, linkers in front of the real ones, and what builds are told."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from glibcheck.model.names import Soname
from glibcheck.model.toolchain import Toolchain
from glibcheck.sysroot import environment, scripts
from glibcheck.sysroot.environment import Flags, flags, variables
from glibcheck.sysroot.layout import placed_files
from glibcheck.sysroot.wrappers import replaced_paths, wrapper

STUBS = tuple(
    map(Soname, ("libc.so.6", "ld-linux-x86-64.so.2", "libdl.so.2", "libm.so.6", "libpthread.so.0", "libnsl.so.1"))
)
GCC = Toolchain(
    command=("/bin/gcc",), cxx=("/bin/g++",), kind="gcc", version="12", machine="x86_64",
    glibc={"libc.so.6": "/lib/x/libc.so.6", "libm.so.6": "/lib/x/libm.so.6", "libmvec.so.1": "/lib/x/libmvec.so.1"},
    nonshared="/usr/lib/x/libc_nonshared.a", libgcc_s=None, libstdcxx=None, archives={}, linkers={"ld": "/bin/ld"},
)  # fmt: skip


def test_libc_has_the_compat_functions_and_what_it_took_in_later_only_as_needed() -> None:
    text = scripts.libc_script("x86_64", STUBS, "/d/stubs", ["/d/compat.a", "/usr/lib/x/libc_nonshared.a"])
    assert text == (
        "/* Made by glibcheck. */\nOUTPUT_FORMAT ( elf64-x86-64 )\n"
        "GROUP ( /d/stubs/libc.so.6 /d/compat.a /usr/lib/x/libc_nonshared.a AS_NEEDED ( /d/stubs/libm.so.6 "
        "/d/stubs/libpthread.so.0 /d/stubs/libdl.so.2 /d/stubs/ld-linux-x86-64.so.2 ) )\n"
    )


def test_every_other_library_is_linked_only_as_needed() -> None:
    found = scripts.library_scripts("s390x", STUBS, "/d/stubs")
    assert sorted(found) == ["libdl.so", "libm.so", "libnsl.so", "libpthread.so"]
    assert "GROUP ( AS_NEEDED ( /d/stubs/libm.so.6 ) )" in found["libm.so"]
    assert "elf64-s390" in found["libm.so"]


def test_libm_brings_libmvec_where_the_target_has_it() -> None:
    found = scripts.library_scripts("x86_64", (*STUBS, scripts.LIBMVEC), "/d/stubs")
    assert "AS_NEEDED ( /d/stubs/libm.so.6 /d/stubs/libmvec.so.1 )" in found["libm.so"]


def test_a_linker_gets_the_stubs_first_and_paths_of_this_glibc_are_replaced(tmp_path: Path) -> None:
    fake = tmp_path / "real ld"
    fake.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    fake.chmod(0o755)
    script = tmp_path / "ld"
    replaced = replaced_paths(GCC.glibc, ["libm.so", "libc.so"], "/the folder")
    script.write_text(wrapper(str(fake), ["-L", "/the folder"], replaced))
    script.chmod(0o755)
    words = ["-o", "a b", "/usr/lib/x/libm.so", "/lib/x/libm.so.6", "/lib/x/libmvec.so.1", "*", ""]
    done = subprocess.run([script, *words], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:-1] == [
        "-L", "/the folder", "-o", "a b", "/the folder/libm.so", "/the folder/libm.so", "/lib/x/libmvec.so.1", "*", "",
    ]  # fmt: skip


FLAGS = Flags(("-fno-gnu-unique",), ("-L/d", "-Wl,--allow-shlib-undefined"), "/d/bin")


def test_flags_follow_the_compiler_and_the_runtime() -> None:
    assert flags("/d", GCC, private=True, packs_relocations=False) == FLAGS
    assert flags("/d", GCC._replace(kind="clang"), private=True, packs_relocations=False).compile == ()
    assert flags("/d", GCC, private=False, packs_relocations=True) == Flags(
        (), (*FLAGS.link, "-Wl,-z,nopack-relative-relocs"), "/d/bin"
    )


def test_variables_add_to_what_the_user_has_and_take_nothing_over() -> None:
    found = variables(FLAGS, {"CFLAGS": "-O3", "LDFLAGS": "-s", "PATH": "/bin", "RUSTFLAGS": "-g"})
    assert found == {
        "LDFLAGS": "-L/d -Wl,--allow-shlib-undefined -s", "COMPILER_PATH": "/d/bin", "PATH": "/d/bin:/bin",
    }  # fmt: skip


def test_directives_of_a_project_survive_lto() -> None:
    assert "-flto-partition=none" in variables(FLAGS, {"CFLAGS": "-flto=auto"})["LDFLAGS"]
    assert "-flto-partition" not in variables(FLAGS, {"CFLAGS": "-O2"})["LDFLAGS"]


def test_a_shell_that_reads_the_environment_has_the_variables(tmp_path: Path) -> None:
    path = tmp_path / "glibcheck-env"
    path.write_text(environment.shell(FLAGS))
    names = ["LDFLAGS", "COMPILER_PATH", "PATH"]
    ask = "; ".join(f'printf "%s\\n" "${name}"' for name in names)
    around = {"PATH": os.defpath, "CFLAGS": "-O3"}
    done = subprocess.run(["sh", "-euc", f". {path}; {ask}"], capture_output=True, text=True, check=True, env=around)
    expected = variables(FLAGS, around)
    assert [line.strip() for line in done.stdout.splitlines()] == [expected[name] for name in names]


def test_meson_and_cargo_read_their_files(tmp_path: Path) -> None:
    import configparser
    import tomllib

    ini = configparser.ConfigParser()
    ini.read_string(environment.meson(FLAGS, GCC))
    assert ini["binaries"]["cpp"] == "['/bin/g++']"
    assert ini["built-in options"]["c_link_args"] == "['-L/d', '-Wl,--allow-shlib-undefined']"
    (rules,) = tomllib.loads(environment.cargo(FLAGS))["target"].values()
    assert rules["rustflags"] == ["-C", "link-arg=-L/d", "-C", "link-arg=-Wl,--allow-shlib-undefined"]


@pytest.mark.parametrize("private", [True, False])
def test_all_texts_name_the_folder_where_they_will_be(private: bool) -> None:
    names = ["stubs/libc.so.6", "stubs/libm.so.6", "libglibcheck_compat.a", *(["libstdc++.a"] if private else [])]
    texts = placed_files(names, GCC, FLAGS, "/d")
    expected = {
        "libc.so",
        "libc.so.6",
        "libm.so",
        "libm.so.6",
        "bin/ld",
        "glibcheck-env",
        "toolchain.cmake",
        "meson.ini",
        "cargo.toml",
    }
    assert texts.keys() == expected | ({"libstdc++.so"} if private else set())
    assert all("/d" in text for text in texts.values())
