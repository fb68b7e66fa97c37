"""How builds are told of a sysroot: variables of the environment, and files for CMake, Meson and Cargo.

`LDFLAGS=-LDIR` alone reaches most builds. What else is here:

- `--allow-shlib-undefined`, so that a probe which links a program against a library of this system, which itself
needs a
  newer glibc, does not fail and switch a feature off;
- `-z nopack-relative-relocs` where the compiler packs by default: DT_RELR needs a loader of glibc 2.36;
- `-fno-gnu-unique` with a private C++ runtime, for CMake and Meson, which add it to what a project has;
- `-flto-partition=none` where -flto is on: the directives of `.symver` that a project has are lost in other partitions;
- COMPILER_PATH, where compilers look for `ld` and `cc1plus` first, for builds that override LDFLAGS, and for flags that
  no variable can bring.

Existing values are kept: ours come first for the linker's search order, and flags of the user that contradict win.

Trap: a variable that the user has not set must not be set here, unless it is certain to be added to what a build has.
CFLAGS and CXXFLAGS take the place of setuptools' own flags (-O3 is lost), RUSTFLAGS that of a project's.
"""

from __future__ import annotations

from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from glibcheck.model.toolchain import Toolchain

_LTO = ("CFLAGS", "CXXFLAGS", "FFLAGS", "FCFLAGS", "LDFLAGS")


class Flags(Record):
    """What a sysroot wants of compilers and linkers; `path` is the folder of linkers in front of the real ones."""

    compile: tuple[str, ...]
    link: tuple[str, ...]
    path: str


def flags(folder: str, toolchain: Toolchain, private: bool, packs_relocations: bool) -> Flags:
    """Gather the flags for a sysroot in `folder`, whose C++ runtime is `private` or not."""
    link = [f"-L{folder}", "-Wl,--allow-shlib-undefined"]
    if packs_relocations:
        link.append("-Wl,-z,nopack-relative-relocs")
    compile_flags = ("-fno-gnu-unique",) if private and toolchain.kind == "gcc" else ()
    return Flags(compile_flags, tuple(link), f"{folder}/bin")


def variables(chosen: Flags, around: Mapping[str, str]) -> dict[str, str]:
    """Give the variables to set, with what the environment `around` has of them."""
    link = chosen.link
    if any("-flto" in around.get(name, "") for name in _LTO):
        link = (*link, "-flto-partition=none")
    found = {"LDFLAGS": " ".join([*link, around.get("LDFLAGS", "")]).strip()}
    for name in ("COMPILER_PATH", "PATH"):
        found[name] = ":".join(filter(None, [chosen.path, around.get(name, "")]))
    return found


def shell(chosen: Flags) -> str:
    """Write `glibcheck-env`, which a shell reads with `.`."""
    lines = [
        "# Made by glibcheck; to be read by a shell: . glibcheck-env",
        f'export LDFLAGS="{" ".join(chosen.link)} ${{LDFLAGS-}}"',
        f'export COMPILER_PATH="{chosen.path}${{COMPILER_PATH:+:$COMPILER_PATH}}"',
        f'export PATH="{chosen.path}:$PATH"',
    ]
    return "\n".join(lines) + "\n"


def cmake(chosen: Flags, toolchain: Toolchain) -> str:
    """Write a toolchain file: `cmake -DCMAKE_TOOLCHAIN_FILE=DIR/toolchain.cmake`."""
    lines = ["# Made by glibcheck.", f'set(CMAKE_C_COMPILER "{toolchain.command[0]}")']
    if toolchain.cxx is not None:
        lines.append(f'set(CMAKE_CXX_COMPILER "{toolchain.cxx[0]}")')
    for language in ("C", "CXX"):
        lines += [f'string(APPEND CMAKE_{language}_FLAGS_INIT " {word}")' for word in chosen.compile]
    for kind in ("EXE", "SHARED", "MODULE"):
        lines.append(f'string(APPEND CMAKE_{kind}_LINKER_FLAGS_INIT " {" ".join(chosen.link)}")')
    lines.append(f'set(ENV{{COMPILER_PATH}} "{chosen.path}:$ENV{{COMPILER_PATH}}")')
    return "\n".join(lines) + "\n"


def meson(chosen: Flags, toolchain: Toolchain) -> str:
    """Write a native file: `meson setup --native-file DIR/meson.ini`."""
    languages = {"c": toolchain.command} | ({"cpp": toolchain.cxx} if toolchain.cxx is not None else {})
    lines = ["# Made by glibcheck.", "[binaries]", *(f"{name} = {_list(words)}" for name, words in languages.items())]
    lines.append("[built-in options]")
    for name in languages:
        lines += [f"{name}_args = {_list(chosen.compile)}", f"{name}_link_args = {_list(chosen.link)}"]
    return "\n".join(lines) + "\n"


def cargo(chosen: Flags) -> str:
    """Write a configuration: `cargo --config DIR/cargo.toml`."""
    words = ", ".join(f'"-C", "link-arg={word}"' for word in chosen.link)
    return (
        f'# Made by glibcheck.\n[target.\'cfg(all(target_os = "linux", target_env = "gnu"))\']\nrustflags = [{words}]\n'
    )


def _list(words: tuple[str, ...]) -> str:
    return "[" + ", ".join(f"'{word}'" for word in words) + "]"
